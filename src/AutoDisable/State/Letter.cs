namespace Athena.AutoDisable.State;

/// <summary>
/// A mail that is owed: recorded together with the change of state that causes it, struck out once it lies in the outbox. Writing it
/// again after a crash is harmless, because the outbox knows its key.
/// </summary>
/// <param name="Key">The mail's key.</param>
/// <param name="Kind">What it says.</param>
/// <param name="Accounts">References of the accounts it is about.</param>
/// <param name="At">When it was decided.</param>
/// <param name="Supersedes">Keys of the mails whose question it settles; what of them has not been sent yet never will be.</param>
/// <param name="Note">What the kind needs besides the accounts: the sentence of a trouble, the person of an account already
/// forgotten.</param>
internal sealed record Letter(
    string Key,
    LetterKind Kind,
    IReadOnlyList<string> Accounts,
    DateTimeOffset At,
    IReadOnlyList<string>? Supersedes = null,
    LetterNote? Note = null)
{
    /// <summary>It is not sent before, because what it tells may still be taken back; null for at once.</summary>
    public DateTimeOffset? NotBefore { get; set; }
}
