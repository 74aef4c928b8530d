using Athena.AutoDisable.Drill;
using Athena.AutoDisable.Enforcement;

namespace Athena.AutoDisable;

/// <summary>What the gate does about accounts, one class for each kind of matter.</summary>
internal sealed record ReconcilerWork(
    AccountLocker AccountLocker,
    Approvals Approvals,
    ExternalAccountEnforcer ExternalAccounts,
    FoundEnabledAccounts FoundEnabled,
    ExposureWork Exposures,
    InvitationWork Invitations,
    DrillWork Drills,
    SecondCopy Copies,
    Disablements Disablements)
{
    /// <summary>
    /// What can wait, in the order of its weight. A turn that was cut off goes on where it ended, so that none waits for good.
    /// </summary>
    public required IReadOnlyList<Func<CancellationToken, Task<Progress>>> Matters { get; init; }
}
