namespace Athena.AutoDisable.State;

/// <summary>A trouble that lasts.</summary>
/// <param name="IsTold">The admins were told by mail, so its end is mailed as well.</param>
/// <param name="IsPaged">Alertmanager rings for it in place of a mail.</param>
internal sealed record Trouble(TroubleKind Kind, DateTimeOffset Since, string Detail, bool IsTold = false, bool IsPaged = false);

/// <summary>What can keep the daemon from its work for a while. Each is announced once when it begins and once when it is over.</summary>
internal enum TroubleKind
{
    /// <summary>Not signed in, and no way in at the moment.</summary>
    SignedOut,

    /// <summary>Signed in, but a permission is missing.</summary>
    NotPermitted,

    /// <summary>
    /// Grafana answers, but what it answers lacks something that decisions hang on: another version, or something in front of it.
    /// </summary>
    NotUnderstood,

    /// <summary>
    /// Grafana does not answer us, or not as it should. Mailed only when it lasts: a restart is nothing to wake anybody for; but a wrong
    /// certificate or address keeps only us out.
    /// </summary>
    GrafanaDown,

    /// <summary>The user list is not that of the Grafana we know: restored, imported, or another server.</summary>
    UnknownDatabase,

    /// <summary>The state or the audit cannot be written; a crash now would lose what is in memory.</summary>
    StateNotSaved,

    /// <summary>The state is there but cannot be read: the daemon does not run until a person has decided.</summary>
    StateUnreadable,

    /// <summary>Grafana's database was given, for external accounts, and cannot be used.</summary>
    DatabaseNotUsable,

    /// <summary>The log cannot be read, so new accounts are found by the list alone. Journal and status only.</summary>
    LogNotSeen,

    /// <summary>Another copy of this daemon, with another memory, works on the same Grafana. Over when it is not seen any more.</summary>
    SecondCopy,

    /// <summary>
    /// It cannot be proved that it is Grafana who listens at its address, and it is believed all the same, as version 0.1.0 did. The gate
    /// works.
    /// </summary>
    ListenerNotProved,

    /// <summary>What listens at Grafana's address was not proved to be Grafana, and is told nothing.</summary>
    ListenerRefused,

    /// <summary>
    /// Accounts that should be locked were found enabled by nobody known, and the admins have not said yet what they are.
    /// </summary>
    FoundEnabled,

    /// <summary>
    /// The triggers with which Grafana's database refuses new accounts are missing, changed or not to be seen. The gate guards as without.
    /// </summary>
    BornLockedBroken,

    /// <summary>Somebody new was enabled at first sight although the triggers seem whole. Over with the next who was born locked.</summary>
    NotBornLocked,

    /// <summary>
    /// The triggers were in Grafana's database when that was last looked at, and the access to it has been taken out of the settings: they
    /// go on locking, and nobody looks after them. The gate guards as before.
    /// </summary>
    BornLockedUnwatched,

    /// <summary>
    /// Rows were put into Grafana's database at once and were born locked, perhaps those of people who had been let in. The gate works.
    /// </summary>
    Imported,

    /// <summary>The last drill failed. Over when one passes.</summary>
    DrillFailed,
}
