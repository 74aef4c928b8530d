using Athena.Common.Activities;
using Athena.Common.Sight;
using Athena.Common.Time;

namespace Athena.ActiveUsers;

/// <summary>Reads a window and judges how much of it was seen: by the log itself, by the probes, and by what Grafana knows of its users.</summary>
internal sealed class WindowReader(ILogWindows log, Platform platform, PulseOptions options)
{
    /// <summary>The window's lines, counted; the gaps are those of the log alone, and speak of times as people of the zone of the settings do.</summary>
    public WindowReading Read(Window window, ProbeBook probes, CancellationToken cancel) => log.Read(
        window.In(options.Wording.Zone),
        new ActivityCounterOptions
        {
            Window = window,
            PictureTimeout = options.PictureTimeout,
            OwnIds = platform.OwnIds,
            IgnoredIds = [.. options.IgnoredIds],
            SentProbes = [.. probes.Probes.Select(probe => probe.Nonce)],
        },
        cancel);

    /// <summary>The same with all that is known against it.</summary>
    public WindowReading Judge(WindowReading reading, Roster roster, ProbeBook probes)
    {
        var leftOut = platform.OwnIds.Concat(options.IgnoredIds).ToHashSet();
        var facts = new SightFacts(reading.Coverage, reading.Activity, roster, platform.Settings, leftOut);
        return reading with { Coverage = WindowSight.Of(facts, probes).Coverage };
    }
}
