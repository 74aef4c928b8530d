using Athena.Common.Files;

namespace Athena.Common.GrafanaLog.Sources;

/// <summary>
/// Through which groups Grafana's log can be read: those that the unit has (SupplementaryGroups=), here found at the files. Root that has
/// become the daemon's user keeps these and no other.
/// </summary>
internal static class LogGroups
{
    private static readonly string[] Journals = ["/var/log/journal", "/run/log/journal"];

    public static IEnumerable<uint> Of(LogSource log)
    {
        string[] places = log.FilePath is { } file
            ? [file, Path.GetDirectoryName(file) ?? "/"]
            : log.JournalDirectory is { } directory ? [directory] : Journals;
        foreach (var place in places)
            if (Kernel.StatusOf(place) is { IsLink: false } found) yield return found.Owner.Group;
    }
}
