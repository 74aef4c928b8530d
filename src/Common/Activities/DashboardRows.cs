namespace Athena.Common.Activities;

/// <summary>The dashboards of one row, by the number of their uid (<see cref="UidNumbers"/>), in the order in which they were seen. Most have a few.</summary>
internal struct DashboardRows()
{
    private const int First = 4;

    private int[] numbers = [];
    private DashboardRow[] rows = [];

    public int Count { get; private set; }

    public readonly bool HasRoom => Count < ActivityBounds.DashboardsOfRow;

    /// <returns>False when that dashboard was not seen before.</returns>
    public readonly bool TryTake(int number, DateTimeOffset time, bool isOpen)
    {
        int at = IndexOf(number);
        if (at >= 0)
            rows[at].Take(time, isOpen);
        return at >= 0;
    }

    /// <summary>One that was not seen before.</summary>
    public void Add(int number, DateTimeOffset time, bool isOpen)
    {
        var row = new DashboardRow(time);
        row.Take(time, isOpen);
        Add(number, row);
    }

    /// <summary>Whether <see cref="Join"/> leaves room.</summary>
    /// <param name="here">By the number there the number here, below 0 for one that has none yet.</param>
    public readonly bool HasRoomFor(DashboardRows later, int[] here)
    {
        int count = Count;
        for (int i = 0; i < later.Count; i++)
        {
            int number = here[later.numbers[i]];
            if (number < 0 || IndexOf(number) < 0)
                count++;
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

    private readonly int IndexOf(int number) => numbers.AsSpan(0, Count).IndexOf(number);

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
