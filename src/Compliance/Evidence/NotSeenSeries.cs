namespace Athena.Compliance.Evidence;

/// <summary>
/// Hours that could not be seen for one cause. Our own people are told of the first at once, then once a day while it lasts, then that it
/// is over: thirteen mails a day of the same would be read by nobody.
/// </summary>
/// <param name="Cause">See <see cref="Policy.Finding.Cause"/>.</param>
/// <param name="Since">Begin of the first of these hours.</param>
/// <param name="Until">End of the last.</param>
/// <param name="Hours">So many, one after the other or with hours between in which somebody was seen.</param>
/// <param name="ToldOf">End of the last hour about which a mail went out.</param>
internal sealed record NotSeenSeries(string Cause, DateTimeOffset Since, DateTimeOffset Until, int Hours, DateTimeOffset ToldOf)
{
    /// <summary>From one mail to the next.</summary>
    public static TimeSpan Pause { get; } = TimeSpan.FromDays(1);

    /// <summary>This hour's mail is left out.</summary>
    public bool IsToldAlready => ToldOf != Until;
}
