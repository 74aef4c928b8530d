using System.Text.Json.Serialization;

namespace Athena.AutoDisable.Evidence;

/// <summary>Equal requests of one user that could change something.</summary>
/// <param name="Path">As logged, repeated slashes and a last one taken away, cut to <see cref="LongestPath"/>. Written by a
/// stranger.</param>
/// <param name="OrgId">The organisation in which it was done; -1 for none.</param>
/// <param name="First">When the first of them ended, by the log; null when no line had a time.</param>
internal sealed record ObservedAction(
    ObservedActionKind Kind, ObservedActionOutcome Outcome, string Method, string Path, long OrgId, int Count, DateTimeOffset? First)
{
    public const int LongestPath = 160;

    /// <summary>True for what gives somebody a way in, or data out, that the lock does not close.</summary>
    [JsonIgnore]
    public bool IsCritical => Kind <= ObservedActionKind.Administration;

    /// <summary>True for the same request, however often and whenever it was made.</summary>
    public bool IsLike(ObservedAction other) => other with { Count = Count, First = First } == this;
}
