using Athena.ActiveUsers.Alerts;
using Athena.ActiveUsers.Pulses;

namespace Athena.ActiveUsers;

/// <summary>What the cycle needs of the settings.</summary>
/// <param name="IgnoredIds">Accounts that count nowhere.</param>
internal sealed record PulseOptions(
    PulseWording Wording, TimeSpan Settle, bool Probe, IReadOnlySet<long> IgnoredIds, AlertLimits Limits, bool IsAnonymous)
{
    /// <inheritdoc cref="Athena.Common.Activities.ActivityCounterOptions.PictureTimeout"/>
    public TimeSpan PictureTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
