using Athena.Sandbox.Journal;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.GrafanaLog.Sources.JournalSource;

/// <summary>A journald for one test, which is ignored with the reason where none can be run.</summary>
internal static class OwnJournald
{
    /// <param name="settings">Lines of section [Journal] of journald.conf(5).</param>
    public static PrivateJournald Need(string settings = "")
    {
        if (!PrivateJournald.TryStart(settings, out PrivateJournald? journald, out string? whyNot))
            NotRun.Missing(whyNot);
        return journald!;
    }

    /// <summary>Patience with another process, not a measurement.</summary>
    public static bool Wait(Func<bool> until)
    {
        long begin = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(begin) < TimeSpan.FromSeconds(20))
        {
            if (until())
                return true;
            Thread.Sleep(5);
        }
        return false;
    }
}
