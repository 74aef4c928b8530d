using Athena.AutoDisable.State;

namespace Athena.AutoDisable.Notify;

/// <summary>Gives out links by which somebody decides from their mail.</summary>
internal interface IPersonalLinks
{
    /// <summary>Whose mails bear links.</summary>
    IReadOnlyList<string> Recipients { get; }

    /// <summary>
    /// New links about these accounts, as far as there may be any: by the recipient's address, then by the account's reference. Empty where
    /// none can be given out now; then the mail goes without.
    /// </summary>
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, AccountLinks>> Issue(IReadOnlyList<Account> accounts);
}

/// <summary>What one person may do about one account from their mail.</summary>
/// <param name="Approve">Null where it takes more than a mail.</param>
/// <param name="Reject">Keeps the account locked.</param>
/// <param name="Until">When they end.</param>
/// <param name="Proof">What an approval asks for.</param>
internal sealed record AccountLinks(Uri? Approve, Uri Reject, DateTimeOffset Until, ApprovalProof Proof);
