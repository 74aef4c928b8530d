namespace Athena.AutoDisable.State;

/// <summary>What a decision needs besides the account itself.</summary>
/// <param name="SelfId">Our own user id; 0 with a service-account token.</param>
/// <param name="LastCompleteLook">Begin of the last look at a complete list that we believed.</param>
/// <param name="UnknownDatabase">The list is not that of the Grafana we know.</param>
/// <param name="Now">The time of the decision.</param>
/// <param name="Restored">Set until the first complete look after the memory was restored from a backup.</param>
internal sealed record AdmissionFacts(
    long SelfId, DateTimeOffset LastCompleteLook, bool UnknownDatabase, DateTimeOffset Now, RestoredAutoDisable? Restored = null)
{
    /// <summary>
    /// With <see cref="UnknownDatabase"/>: the highest id of its list when we first saw it. Ids rise, so whoever has a higher one came
    /// since, whatever <c>created</c> says. Null while there was no such list.
    /// </summary>
    public long? StrangeListTo { get; init; }

    /// <summary>
    /// How many accounts that should be locked are enabled in this look, or were within the last hour, without anybody having been seen
    /// doing it.
    /// </summary>
    public int FoundTogether { get; init; }

    /// <summary>
    /// Of a known account: a line says that an admin enabled it, in a log where others than Grafana may have written that line.
    /// </summary>
    public bool IsClaimed { get; init; }

    /// <summary>Of an unknown account: it was admitted before and had only been missing.</summary>
    public bool IsReturned { get; init; }

    /// <summary>Of an unknown account: who was seen enabling it before the list showed it; null when nobody was.</summary>
    public EarlyApproval? Early { get; init; }
}
