using System.Text;

namespace Athena.Common.Activities;

/// <summary>One dashboard of one row while it is counted.</summary>
internal sealed class DashboardRow(DateTimeOffset firstSeen)
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
    public void Join(DashboardRow later)
    {
        opens += later.opens;
        isOnScreen |= later.isOnScreen;
        if (later.first < first)
            first = later.first;
        if (later.last > last)
            last = later.last;
    }

    public DashboardActivity Snapshot(byte[] uid) => new(Encoding.UTF8.GetString(uid), opens, isOnScreen, first, last);
}
