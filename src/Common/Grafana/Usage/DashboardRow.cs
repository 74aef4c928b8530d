namespace Athena.Common.Grafana.Usage;

/// <summary>One dashboard of one row while it is counted.</summary>
internal struct DashboardRow(DateTimeOffset firstSeen)
{
    private DateTimeOffset first = firstSeen;
    private DateTimeOffset last = firstSeen;
    private long opens;
    private bool isOnScreen;
    private DateTimeOffset firstOpening;
    private DateTimeOffset opening;
    private uint openingVersions;

    public void TakeScreen(DateTimeOffset time)
    {
        isOnScreen = true;
        Saw(time);
    }

    /// <summary>
    /// One that is kept in a newer form is fetched in the older and then in the newer one at a single opening (grafana 12 with new
    /// layouts): each version once within moments is one opening, the same version again is the next.
    /// </summary>
    /// <param name="version">See <see cref="RequestRules.VersionOf"/>.</param>
    /// <returns>Whether it is an opening of its own.</returns>
    public bool TakeOpen(DateTimeOffset time, uint version)
    {
        Saw(time);
        if (opens > 0 && (openingVersions & version) == 0 && (time - opening).Duration() <= OneOpening)
        {
            openingVersions |= version;
            return false;
        }
        if (opens++ == 0)
            firstOpening = time;
        opening = time;
        openingVersions = version;
        return true;
    }

    /// <summary>So long after the first fetch another version may still be of the same opening.</summary>
    private static TimeSpan OneOpening { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether what is at the begin of the lines that follow may belong to an opening here.</summary>
    public readonly bool MayContinue(in DashboardRow later) => opens > 0 && later.opens > 0 && later.firstOpening - opening <= OneOpening;

    /// <summary>Adds what was counted of the lines that follow; none of them continues an opening (<see cref="MayContinue"/>).</summary>
    public void Join(in DashboardRow later)
    {
        if (later.opens > 0)
        {
            firstOpening = opens == 0 ? later.firstOpening : firstOpening;
            opening = later.opening;
            openingVersions = later.openingVersions;
        }
        opens += later.opens;
        isOnScreen |= later.isOnScreen;
        if (later.first < first)
            first = later.first;
        if (later.last > last)
            last = later.last;
    }

    public readonly long Opens => opens;

    public readonly DashboardActivity Snapshot(string uid) => new(uid, opens, isOnScreen, first, last);

    private void Saw(DateTimeOffset time)
    {
        if (time < first)
            first = time;
        if (time > last)
            last = time;
    }
}
