namespace Athena.AutoDisable.Policy;

/// <summary>What <see cref="AdmissionPolicy"/> decides about one account.</summary>
internal enum Admission
{
    /// <summary>Nothing to do.</summary>
    Leave,

    /// <summary>It is our own account: remember it.</summary>
    AdmitSelf,

    /// <summary>New, and a server admin: remember it and tell the admins loudly, whatever else speaks for it.</summary>
    AdmitServerAdmin,

    /// <summary>
    /// Was admitted, had been missing from the list for a while, and is there again under its uid, which nobody can choose.
    /// </summary>
    AdmitReturned,

    /// <summary>New, and an admin was seen enabling it before the list showed it.</summary>
    AdmitEarly,

    /// <summary>New: lock it.</summary>
    Lock,

    /// <summary>Was locked, is enabled, and that proves nothing: lock it again.</summary>
    LockAgain,

    /// <summary>Was locked and is enabled: give the log a moment to show by whom.</summary>
    AwaitEnableLine,

    /// <summary>Was locked, is enabled, and nobody was seen doing it: accept it and say so loudly.</summary>
    AdmitUnseen,

    /// <summary>
    /// Was locked, is enabled, nobody was seen doing it, and it is not the only one, or was rejected: no admin does that, a restored
    /// database or another Grafana does. Nobody is admitted; the admins are asked.
    /// </summary>
    HoldFound,

    /// <summary>Was held as found enabled, and is disabled again: that settles it.</summary>
    SettleFound,

    /// <summary>Made between a backup and the restore, while the gate was at work, and enabled: so it was approved.</summary>
    AdmitGuarded,

    /// <summary>Unknown, in a list that is another database's, and older than our last look: leave it and report it.</summary>
    LeaveStranger,
}
