using System.Text.Json.Serialization;

namespace Athena.AutoDisable.State;

/// <summary>
/// A case that ended before it was written down what they did while they were inside: approved within seconds, or deleted while they were
/// being locked. Kept until that has been done and the mail about the outcome, which tells it, is owed.
/// </summary>
internal sealed class EndedCase
{
    /// <summary>The account as it is when the case ends, with the case; the book may have forgotten either.</summary>
    public required Account Account { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>
    /// The outcome that is to be told; null while it is not settled, as with an approval that has to be carried out first.
    /// </summary>
    public LetterKind? Outcome { get; set; }

    /// <summary>The account is no more in Grafana.</summary>
    public bool IsDeleted { get; set; }

    /// <summary>True while it is still to be written down what they did.</summary>
    [JsonIgnore]
    public bool IsUnexposed => Account.Case is { ExposedAt: null };

    /// <summary>True when this is the case that <paramref name="account"/> has, or had last.</summary>
    public bool IsOf(Account account) => Account.Ref == account.Ref && Account.Case?.OpenedAt == account.Case?.OpenedAt;
}
