using Athena.ActiveUsers.Alerts;
using Athena.ActiveUsers.Pulses;

namespace Athena.ActiveUsers;

/// <summary>What the cycle needs of the settings.</summary>
/// <param name="OwnReferer">How the referer of our own requests begins.</param>
/// <param name="IgnoredIds">Accounts that count nowhere.</param>
internal sealed record PulseOptions(
    PulseWording Wording, TimeSpan Settle, bool Probe, string OwnReferer, IReadOnlySet<long> IgnoredIds, AlertLimits Limits, bool IsAnonymous);
