namespace Athena.Common.Grafana.Usage;

/// <summary>
/// The dashboards of one row, by the number of their uid (<see cref="UidNumbers"/>), in the order in which they were seen. Most have a few.
/// </summary>
internal struct DashboardRows()
{
    private const int First = 4;

    private int[] numbers = [];
    private DashboardRow[] rows = [];

    public int Count { get; private set; }

    public readonly bool HasRoom => Count < ActivityBounds.DashboardsOfRow;

    /// <summary>Of all of them.</summary>
    public readonly long Opens
    {
        get
        {
            long opens = 0;
            foreach (ref readonly DashboardRow row in rows.AsSpan(0, Count))
                opens += row.Opens;
            return opens;
        }
    }

    public readonly ref DashboardRow this[int at] => ref rows[at];

    /// <returns>-1 when that dashboard was not seen before.</returns>
    public readonly int IndexOf(int number) => numbers.AsSpan(0, Count).IndexOf(number);

    /// <summary>One that was not seen before.</summary>
    /// <returns>Its index.</returns>
    public int Add(int number, DateTimeOffset time)
    {
        Add(number, new DashboardRow(time));
        return Count - 1;
    }

    /// <summary>Whether <see cref="Join"/> leaves room, and none there begins with what belongs to an opening here.</summary>
    /// <param name="here">By the number there the number here, below 0 for one that has none yet.</param>
    public readonly bool CanJoin(DashboardRows later, int[] here)
    {
        int count = Count;
        for (int i = 0; i < later.Count; i++)
        {
            int number = here[later.numbers[i]];
            int at = number < 0 ? -1 : IndexOf(number);
            if (at < 0)
                count++;
            else if (rows[at].MayContinue(in later.rows[i]))
                return false;
        }
        return count < ActivityBounds.DashboardsOfRow;
    }

    /// <summary>Adds what was counted of the lines that follow.</summary>
    /// <param name="here">By the number there the number here.</param>
    public void Join(DashboardRows later, int[] here)
    {
        for (int i = 0; i < later.Count; i++)
        {
            int number = here[later.numbers[i]];
            int at = IndexOf(number);
            if (at < 0)
                Add(number, later.rows[i]);
            else
                rows[at].Join(in later.rows[i]);
        }
    }

    /// <summary>For uids that have other numbers from now on.</summary>
    /// <param name="now">By the old number.</param>
    public readonly void Renumber(int[] now)
    {
        for (int i = 0; i < Count; i++)
            numbers[i] = now[numbers[i]];
    }

    /// <summary>By opens, those on screen first, then by uid.</summary>
    /// <param name="uids">By number.</param>
    public readonly DashboardActivity[] Snapshot(string[] uids)
    {
        var shown = new DashboardActivity[Count];
        for (int i = 0; i < shown.Length; i++)
            shown[i] = rows[i].Snapshot(uids[numbers[i]]);
        Array.Sort(shown, static (one, other) =>
            one.Opens != other.Opens ? other.Opens.CompareTo(one.Opens)
            : one.IsOnScreen != other.IsOnScreen ? other.IsOnScreen.CompareTo(one.IsOnScreen)
            : string.CompareOrdinal(one.Uid, other.Uid));
        return shown;
    }

    private void Add(int number, in DashboardRow row)
    {
        if (Count == numbers.Length)
        {
            Array.Resize(ref numbers, Math.Max(First, Count * 2));
            Array.Resize(ref rows, numbers.Length);
        }
        numbers[Count] = number;
        rows[Count++] = row;
    }
}

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

    /// <summary>The newest opening whose time is taken; null where there is none.</summary>
    public DashboardLoad? Load { get; set; }

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
        Load = later.Load ?? Load;
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
