namespace Athena.AutoDisable.State;

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
