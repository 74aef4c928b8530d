namespace Athena.Common.Activities;

/// <summary>One dashboard of one row while it is counted.</summary>
internal struct DashboardRow(DateTimeOffset firstSeen)
{
    private DateTimeOffset first = firstSeen;
    private DateTimeOffset last = firstSeen;
    private long opens;
    private bool isOnScreen;

    public void Take(DateTimeOffset time, bool isOpen)
    {
        if (isOpen)
            opens++;
        else
            isOnScreen = true;
        if (time < first)
            first = time;
        if (time > last)
            last = time;
    }

    /// <summary>Adds what was counted of the lines that follow.</summary>
    public void Join(in DashboardRow later)
    {
        opens += later.opens;
        isOnScreen |= later.isOnScreen;
        if (later.first < first)
            first = later.first;
        if (later.last > last)
            last = later.last;
    }

    public readonly DashboardActivity Snapshot(string uid) => new(uid, opens, isOnScreen, first, last);
}
