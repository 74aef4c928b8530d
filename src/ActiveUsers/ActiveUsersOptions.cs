using Athena.ActiveUsers.Notify;
using Athena.ActiveUsers.Policy;
using Athena.ActiveUsers.Pulses;
using Athena.Common.Grafana.Usage;

namespace Athena.ActiveUsers;

/// <summary>What the cycle needs of the settings.</summary>
/// <param name="IgnoredIds">Accounts that count nowhere.</param>
internal sealed record ActiveUsersOptions(
    PulseWording Wording, TimeSpan Settle, bool Probe, IReadOnlySet<long> IgnoredIds, AlertLimits Limits, bool IsAnonymous)
{
    /// <inheritdoc cref="ActivityCounterOptions.PictureTimeout"/>
    public TimeSpan PictureTimeout { get; init; } = PictureSetting.Usual;

    /// <summary>How alerts go by mail, too; null where none does.</summary>
    public AlertMailOptions? AlertMail { get; init; }
}
