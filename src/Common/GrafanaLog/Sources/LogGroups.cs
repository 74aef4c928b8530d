using Athena.Common.Files;

namespace Athena.Common.GrafanaLog.Sources;

/// <summary>
/// Through which groups Grafana's log can be read: those that the unit has (SupplementaryGroups=), here found at the files. Root that has
/// become the daemon's user keeps these and no other.
/// </summary>
internal static class LogGroups
{
    public static IEnumerable<uint> Of(ILogSource log)
    {
        foreach (var place in log.Places)
            if (Kernel.StatusOf(place) is { IsLink: false } found) yield return found.Owner.Group;
    }
}
