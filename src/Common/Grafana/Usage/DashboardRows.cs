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
