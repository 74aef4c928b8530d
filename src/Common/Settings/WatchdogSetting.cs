using System.Globalization;

namespace Athena.Common.Settings;

/// <summary>What systemd asked for.</summary>
/// <param name="Interval">systemd ends the daemon when it hears nothing for so long; null when there is no watchdog.</param>
public sealed record WatchdogSetting(TimeSpan? Interval)
{
    /// <summary>Reads <c>WATCHDOG_USEC</c> and <c>WATCHDOG_PID</c> and removes them: they are not for child processes.</summary>
    public static WatchdogSetting FromEnvironment()
    {
        var setting = Parse(
            Environment.GetEnvironmentVariable("WATCHDOG_USEC"), Environment.GetEnvironmentVariable("WATCHDOG_PID"), Environment.ProcessId);
        Environment.SetEnvironmentVariable("WATCHDOG_USEC", null);
        Environment.SetEnvironmentVariable("WATCHDOG_PID", null);
        return setting;
    }

    /// <summary>Microseconds count if the process is the one that is meant, or none is named.</summary>
    public static WatchdogSetting Parse(string? microseconds, string? process, int self)
    {
        var isMeant = string.IsNullOrEmpty(process) || process == self.ToString(CultureInfo.InvariantCulture);
        return isMeant && long.TryParse(microseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var us)
            && us is > 0 and < long.MaxValue / 10
            ? new WatchdogSetting(TimeSpan.FromMicroseconds(us))
            : new WatchdogSetting((TimeSpan?)null);
    }
}
