namespace Athena.Sandbox.Demo;

/// <summary>What the page shows and whom it acts as.</summary>
public sealed record DemoPageOptions
{
    public int Port { get; init; }

    /// <summary>The server admin whose hand approves and rejects.</summary>
    public required string AdminUser { get; init; }

    public required string AdminPassword { get; init; }

    /// <summary>The log file to show; null for none.</summary>
    public string? LogFile { get; init; }

    /// <summary>A daemon's audit file to show; it may come later or never.</summary>
    public string? AuditFile { get; init; }

    /// <summary>Turns born locked on and off; null where the accounts are in no PostgreSQL.</summary>
    public BornLockedSwitch? BornLocked { get; init; }

    /// <summary>Those that run beside the sandbox; none where they are not known.</summary>
    public IReadOnlyList<DemoDaemon> Daemons { get; init; } = [];

    /// <summary>The folder in which each daemon has one of its name for its metrics; null where none are shown.</summary>
    public string? MetricsFolder { get; init; }

    /// <summary>A Prometheus that reads them here and has our alerts; null for none.</summary>
    public Uri? Prometheus { get; init; }

    /// <summary>The zone of all times on the page: the one in which the mails are written.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>Where the stand-in's database is kept from one run to the next; null when it is not.</summary>
    public string? DatabaseFile { get; init; }
}
