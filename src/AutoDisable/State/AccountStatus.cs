namespace Athena.AutoDisable.State;

/// <summary>Where an account stands at the gate. The order of the members is not significant; their names are in the state file.</summary>
internal enum AccountStatus
{
    /// <summary>Let in by the baseline, by an admin or by our own <c>approve</c>. Never touched.</summary>
    Admitted,

    /// <summary>Was disabled already when the baseline was made. Enabling it counts as approval.</summary>
    DisabledBefore,

    /// <summary>Intent: it is to be locked, and whether that has happened is not known yet. Resumed after a crash.</summary>
    Locking,

    /// <summary>Locked and read back as such; waits for an admin.</summary>
    Locked,

    /// <summary>External, and cannot be locked: shown out at every sign of them until an admin decides.</summary>
    AtDoor,

    /// <summary>An admin said no. It stays locked.</summary>
    Rejected,
}
