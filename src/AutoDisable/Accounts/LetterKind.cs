namespace Athena.AutoDisable.Accounts;

/// <summary>The kinds of mail this daemon writes.</summary>
internal enum LetterKind
{
    Locked,
    Digest,
    StillInside,
    BackAgain,
    Flood,
    Approved,
    ApprovedUnseen,
    Rejected,
    Reminder,
    EndsSoon,
    NewServerAdmin,
    ToApplicantReceived,
    ToApplicantApproved,
    ToApplicantRejected,
    TroubleBegan,
    TroubleOver,
}
