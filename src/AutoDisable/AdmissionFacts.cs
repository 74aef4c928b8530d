using Athena.AutoDisable.Accounts;

namespace Athena.AutoDisable;

/// <summary>What a decision needs besides the account itself.</summary>
/// <param name="SelfId">Our own user id; 0 with a service-account token.</param>
/// <param name="LastCompleteLook">Begin of the last look at a complete list that we believed.</param>
/// <param name="UnknownDatabase">The list is not that of the Grafana we know.</param>
/// <param name="Now">The time of the decision.</param>
/// <param name="Restored">Set until the first complete look after the memory was restored from a backup.</param>
internal sealed record AdmissionFacts(
    long SelfId, DateTimeOffset LastCompleteLook, bool UnknownDatabase, DateTimeOffset Now, RestoredGate? Restored = null);
