using Athena.Common.GrafanaLog.Ranges;

namespace Athena.Common.Grafana.Probes;

/// <summary>What the sight probes tell of a window.</summary>
/// <param name="Notes">What a reader should know although it is no gap.</param>
/// <param name="Judged">Probes whose echo had to lie in the window.</param>
/// <param name="Back">Probes whose echo was found in the window.</param>
/// <param name="MedianDelay">
/// From our sending to the time that Grafana wrote into the line. With one clock that is how long Grafana took; with two it shows their
/// difference, and may be negative. Null without an echo.
/// </param>
public sealed record ProbeFindings(
    IReadOnlyList<Gap> Gaps, IReadOnlyList<string> Notes, int Judged, int Back, TimeSpan? MedianDelay, TimeSpan? MaxDelay);
