namespace Athena.AutoDisable.State;

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
