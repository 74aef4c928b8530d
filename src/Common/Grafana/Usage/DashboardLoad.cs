namespace Athena.Common.Grafana.Usage;

/// <summary>
/// One opening of a dashboard until its data is there. Its queries are told by who asks and by the page they come from, and each line says
/// when its request ended and how long it took. All times are ticks of UTC.
/// </summary>
/// <param name="uid">The dashboard's number.</param>
/// <param name="asked">When the browser asked for the dashboard.</param>
/// <param name="answered">When it had it.</param>
internal sealed class DashboardLoad(int uid, long asked, long answered)
{
    /// <summary>So long a browser may take to make panels of what it was given.</summary>
    private const long FirstQuery = 10 * TimeSpan.TicksPerSecond;

    /// <summary>A query that follows the others later than this is a refresh or somebody's click.</summary>
    private const long NextQuery = TimeSpan.TicksPerSecond;

    /// <summary>Where queries take longer than the pause of the refresh, the burst would never end.</summary>
    public const long Longest = 30 * TimeSpan.TicksPerSecond;

    /// <summary>So long before the dashboard its page may have been asked for.</summary>
    public const long PageBefore = 30 * TimeSpan.TicksPerSecond;

    private long answered = answered;
    private long ended;

    public int Uid { get; set; } = uid;

    public long Asked => asked;

    /// <summary>When its page was asked for; null for a dashboard that was opened from another page.</summary>
    public long? Page { get; set; }

    /// <summary>Null while no query was seen.</summary>
    public long? Milliseconds => ended == 0 ? null : (ended - (Page ?? asked)) / TimeSpan.TicksPerMillisecond;

    /// <summary>A query that began until then would still be of it.</summary>
    public long OpenUntil => Math.Min(ended == 0 ? answered + FirstQuery : ended + NextQuery, asked + Longest);

    /// <summary>It is fetched in a second form (<see cref="DashboardRow.TakeOpen"/>).</summary>
    public void TakeAnswer(long end) => answered = Math.Max(answered, end);

    public void TakeQuery(long begin, long end)
    {
        if (begin >= asked && begin <= OpenUntil) ended = Math.Max(ended, end);
    }
}

/// <summary>The request of a row for the page of a dashboard, until the dashboard itself is asked for.</summary>
/// <param name="Uid">Tells one from another (<see cref="ByteMark"/>); 0 when the dashboard was asked for.</param>
/// <param name="At">In ticks of UTC; 0 where there was no such request.</param>
internal readonly record struct PageRequest(ulong Uid, long At);
