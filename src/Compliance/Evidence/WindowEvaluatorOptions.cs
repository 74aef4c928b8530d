using Athena.Common.Grafana.Usage;

namespace Athena.Compliance.Evidence;

/// <summary>What the examiner needs of the settings.</summary>
/// <param name="Admins"><c>ADMIN_USER_IDS</c>.</param>
/// <param name="Displays"><c>DISPLAY_USER_IDS</c>.</param>
/// <param name="Source">The log, as the setting names it.</param>
/// <param name="Probe">Whether probes are sent that must come back in the log.</param>
/// <param name="Zone">In which reasons tell times.</param>
internal sealed record WindowEvaluatorOptions(
    IReadOnlySet<long> Admins, IReadOnlySet<long> Displays, string Source, bool Probe, TimeZoneInfo Zone)
{
    /// <inheritdoc cref="ActivityCounterOptions.PictureTimeout"/>
    public TimeSpan PictureTimeout { get; init; } = PictureSetting.Usual;
}
