namespace Athena.ActiveUsers.Policy;

/// <summary>What people are told of between pulses.</summary>
internal enum AlertKind
{
    /// <summary>Grafana did not answer in two checks a minute apart.</summary>
    GrafanaDown,

    /// <summary>Grafana runs and says that its database does not answer, in two checks a minute apart.</summary>
    DatabaseDown,

    /// <summary>
    /// Grafana's log says that its database did not answer, though the checks of its health met nothing, or not yet: too short for two of
    /// them.
    /// </summary>
    DatabaseFailing,

    /// <summary>A probe that Grafana answered did not come back in the log: what is read there is not what happens.</summary>
    LogNotSeen,

    /// <summary>More failed logins in five minutes than people make by mistake.</summary>
    FailedLogins,

    /// <summary>More sign-ups in five minutes than a hospital has newcomers.</summary>
    SignUps,

    /// <summary>The daemon cannot write its memory, in two looks a minute apart: no pulse is sent, because it could come twice.</summary>
    MemoryNotWritten,

    /// <summary>Another copy of this daemon works on the same Grafana and says everything a second time.</summary>
    SecondCopy,

    /// <summary>Whoever listens at Grafana's address is not proved to be Grafana.</summary>
    ListenerNotProved,

    /// <summary>Alertmanager, which is to ring, has taken nothing for a while.</summary>
    AlertmanagerSilent,

    /// <summary>Grafana has another version than before; said once, never over.</summary>
    VersionChanged,

    /// <summary>A data source of Grafana's does not work, in two looks one after the other.</summary>
    DataSourceFails,

    /// <summary>A backup that somebody else makes is missing, too old or far too small, in two looks one after the other.</summary>
    BackupFails,
}
