namespace Athena.AutoDisable;

/// <summary>What <see cref="AdmissionPolicy"/> decides about one account.</summary>
internal enum Admission
{
    /// <summary>Nothing to do.</summary>
    Leave,

    /// <summary>It is our own account: remember it.</summary>
    AdmitSelf,

    /// <summary>New, and a server admin: remember it and tell the admins loudly.</summary>
    AdmitServerAdmin,

    /// <summary>New: lock it.</summary>
    Lock,

    /// <summary>Was locked, is enabled, and that proves nothing: lock it again.</summary>
    LockAgain,

    /// <summary>Was locked and is enabled: give the log a moment to show by whom.</summary>
    AwaitEnableLine,

    /// <summary>Was locked, is enabled, and nobody was seen doing it: accept it and say so loudly.</summary>
    AdmitUnseen,

    /// <summary>Made between a backup and the restore, while the gate was at work, and enabled: so it was approved.</summary>
    AdmitGuarded,

    /// <summary>Unknown, in a database that is not the one we know, and older than our last look: leave it and report it.</summary>
    LeaveStranger,
}
