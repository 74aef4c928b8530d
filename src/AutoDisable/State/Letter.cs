using Athena.AutoDisable.Evidence;

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

/// <summary>The kinds of mail this daemon writes.</summary>
internal enum LetterKind
{
    Locked,
    Digest,
    StillInside,
    InsideDigest,
    FoundEnabled,
    Several,
    BackAgain,
    LeftBehind,
    Flood,
    Approved,
    ApprovedUnseen,
    Rejected,
    Deleted,
    Reminder,
    EndsSoon,
    NewServerAdmin,
    ToApplicantReceived,
    ToApplicantApproved,
    ToApplicantRejected,
    TroubleBegan,
    TroubleOver,
    Drill,
    Restored,
    FoundDisabled,
    Imported,
    Escalated,
}

/// <summary>Facts that a letter carries itself because the state may have moved on when it is written.</summary>
internal sealed record LetterNote(
    string? Text = null,
    TroubleKind? Trouble = null,
    DateTimeOffset? Since = null,
    Person? Person = null,
    Decision? Decision = null,
    int Count = 0,
    Exposure? Exposure = null,
    DrillRun? Drill = null,
    NoticeTheme? Theme = null,
    IReadOnlyList<Letter>? Letters = null,
    DateTimeOffset? Until = null,
    bool? IsDeleted = null,
    string? Alertmanager = null);

/// <summary>
/// What letters of one kind are about. Those of one theme are one mail each while that is readable, and one digest that names everybody
/// when it is not. The names are in the state file.
/// </summary>
internal enum NoticeTheme
{
    /// <summary>An external account comes back again and again.</summary>
    BackAgain,

    /// <summary>Somebody made something that outlives the lock.</summary>
    LeftBehind,

    /// <summary>A matter is decided: approved, found enabled, rejected, deleted.</summary>
    Outcome,

    /// <summary>A server admin appeared.</summary>
    ServerAdmin,

    /// <summary>Access that was given for a time ends soon.</summary>
    EndsSoon,
}

/// <summary>Which letters belong together.</summary>
internal static class NoticeThemes
{
    /// <summary>Null for letters that are many in one already, that are about the daemon itself, or that go to an applicant.</summary>
    public static NoticeTheme? Of(Letter letter) => letter.Kind switch
    {
        LetterKind.BackAgain => NoticeTheme.BackAgain,
        LetterKind.LeftBehind => NoticeTheme.LeftBehind,
        LetterKind.Locked when letter.Note?.Exposure is not null => NoticeTheme.LeftBehind,
        LetterKind.Approved or LetterKind.ApprovedUnseen or LetterKind.Rejected => NoticeTheme.Outcome,
        LetterKind.NewServerAdmin => NoticeTheme.ServerAdmin,
        LetterKind.EndsSoon => NoticeTheme.EndsSoon,
        _ => null,
    };
}
