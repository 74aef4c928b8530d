using System.Globalization;

namespace Athena.Common.GrafanaLog.Sources.FileSource;

/// <summary>
/// How long Grafana keeps its log files: at each rotation it removes those that were written last <c>max_days</c> ago. <c>max_lines</c> and
/// <c>max_size_shift</c> only cut the log into files, at most 999 a day, and remove none. Pure.
/// </summary>
internal static class FileKeep
{
    /// <param name="wanted">How long it is to be kept.</param>
    /// <param name="settings">The section <c>[log.file]</c>; null where Grafana's settings could not be read.</param>
    /// <param name="oldest">The age of the oldest line; null when there is none.</param>
    public static LogKeep Of(TimeSpan wanted, Func<string, string?>? settings, TimeSpan? oldest)
    {
        var there = LogKeep.Oldest(oldest);
        if (settings?.Invoke("log_rotate") == "false")
            return new($"Grafana neither cuts nor removes it (log_rotate in [log.file] of grafana.ini); {there}");
        var remedy = $"Write into /etc/grafana/grafana.ini, section [log.file]: max_days = {LogKeep.Days(wanted)} (max_lines and "
            + "max_size_shift only cut it into files). Then: sudo systemctl restart grafana-server.";
        if (!int.TryParse(settings?.Invoke("max_days"), NumberStyles.None, CultureInfo.InvariantCulture, out var days))
            return LogKeep.ByOldest(
                wanted, oldest, "how long Grafana keeps it could not be read (max_days in [log.file] of grafana.ini, 7 by default)",
                remedy);
        var what = $"Grafana keeps it for {days} {(days == 1 ? "day" : "days")} (max_days in [log.file] of grafana.ini); {there}";
        return TimeSpan.FromDays(days) >= wanted ? new(what) : new(what, remedy, days > 0 ? TimeSpan.FromDays(days) : null);
    }
}
