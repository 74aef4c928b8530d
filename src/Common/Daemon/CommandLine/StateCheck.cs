using Athena.Common.Checks;
using Athena.Common.State;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>The part of <c>check</c> about what a daemon remembers.</summary>
public static class StateCheck
{
    /// <summary>Of a daemon that needs nothing before it begins.</summary>
    public static (string What, string Remedy) MadeAtTheFirstStart { get; } =
        ("does not exist yet", "It is made at the first start, by the unit (StateDirectory=).");

    /// <summary>
    /// Says whether there is room, and of what can be read only in part or not at all. What was loaded, and that nothing was, is the
    /// caller's to tell.
    /// </summary>
    /// <param name="report">Gets the lines.</param>
    /// <param name="directory">The state directory.</param>
    /// <param name="store">In it.</param>
    /// <param name="absent">What to say of a directory that is not there, with the remedy; before <c>activate</c> nothing is said.</param>
    /// <param name="unreadable">The remedy where nothing can be read.</param>
    /// <returns>What was loaded; null where everything is said.</returns>
    public static StateLoad<T>? Look<T>(
        CheckReport report, string directory, IStateStore<T> store, (string What, string Remedy) absent, string unreadable)
        where T : class
    {
        if (!Directory.Exists(directory))
        {
            if (!report.IsBeforeTakeOver) report.Warn($"State: {directory} {absent.What}", absent.Remedy);
            return null;
        }

        RoomCheck.Look(report, directory);
        switch (store.Load())
        {
            case StateLoad<T>.LoadedPrevious previous:
                report.Warn($"State: {previous.Why}", "The daemon goes on with the older copy and writes a new one.");
                return null;
            case StateLoad<T>.Unreadable damaged:
                report.Fail($"State: {damaged.Why}", unreadable);
                return null;
            case var other:
                return other;
        }
    }
}
