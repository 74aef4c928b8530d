using Athena.Common.Grafana.Identities;
using Athena.Common.Grafana.Monitoring;
using Athena.Common.Grafana.Probes;
using Athena.Common.Grafana.Usage;
using Athena.Common.Time;

namespace Athena.ActiveUsers.Evidence;

/// <summary>
/// Reads a window and judges how much of it was seen: by the log itself, by the probes, and by what Grafana knows of its users.
/// </summary>
internal sealed class WindowReader(ILogWindows log, GrafanaDirectory grafanaDirectory, ActiveUsersOptions options)
{
    /// <summary>
    /// The window's lines, counted; the gaps are those of the log alone, and speak of times as people of the zone of the settings do.
    /// </summary>
    public WindowReading Read(Window window, ProbeBook probes, CancellationToken cancel) => log.Read(
        window.In(options.Wording.Zone),
        new ActivityCounterOptions
        {
            Window = window,
            PictureTimeout = options.PictureTimeout,
            OwnIds = grafanaDirectory.OwnIds,
            IgnoredIds = [.. options.IgnoredIds],
            IsAccessKept = options.IsAccessKept,
            SentProbes = [.. probes.Probes.Select(probe => probe.Nonce)],
        },
        cancel);

    /// <summary>The same with all that is known against it.</summary>
    public WindowReading Judge(WindowReading reading, UserDirectory userDirectory, ProbeBook probes)
    {
        var leftOut = grafanaDirectory.OwnIds.Concat(options.IgnoredIds).ToHashSet();
        var facts = new CoverageFacts(reading.Coverage, reading.Activity, userDirectory, grafanaDirectory.Settings, leftOut);
        return reading with { Coverage = WindowCoverage.Of(facts, probes).Coverage };
    }
}
