using Microsoft.Extensions.Logging;

namespace Athena.Common.Settings;

/// <summary>Settings that each daemon has.</summary>
/// <param name="LogLevel">The lowest level that is logged.</param>
/// <param name="TenantId">Goes into each log entry; empty when there is one tenant only.</param>
/// <param name="StateDirectory">Where state, outbox and audit lie.</param>
/// <param name="ControlSocket">Where the running daemon listens for its command line.</param>
/// <param name="AuditKeep">How long the audit keeps facts.</param>
/// <param name="VerdictKeep">How long it keeps verdicts without names.</param>
/// <param name="DryRun">Say what would be done, do and write nothing.</param>
public sealed record CommonSettings(
    LogLevel LogLevel,
    string TenantId,
    string StateDirectory,
    string ControlSocket,
    TimeSpan AuditKeep,
    TimeSpan VerdictKeep,
    bool DryRun)
{
    /// <summary>
    /// What the folder below <c>/run</c> is called that holds one for the metrics of each daemon, named as its unit. It is root's, so that
    /// no local user can be there first; the folders in it belong to the daemons, and go when they stop.
    /// </summary>
    public const string MetricsParent = "athena-workers-metrics";

    /// <summary>Where the daemon's metrics are written; null for nowhere.</summary>
    public string? MetricsDirectory { get; init; }

    /// <summary>Where a sign of life goes each minute; null where none does. A secret.</summary>
    public Uri? Heartbeat { get; init; }

    public static CommonSettings Read(SettingsReader reader, WorkerIdentity identity)
    {
        return new CommonSettings(
            ReadLogLevel(reader),
            ReadTenant(reader),
            reader.Directory("STATE_DIR", "STATE_DIRECTORY", $"/var/lib/{identity.Daemon}", "Directory for state, outbox and audit."),
            Path.Combine(
                reader.Directory("CONTROL_DIR", "RUNTIME_DIRECTORY", $"/run/{identity.Daemon}", "Directory of the control socket."),
                "control"),
            reader.Duration("AUDIT_KEEP", "90d", "How long the audit keeps who it was.", min: TimeSpan.FromDays(1)),
            reader.Duration("VERDICT_KEEP", "7y", "How long the audit keeps what was decided, without names.", min: TimeSpan.FromDays(1)),
            reader.YesNo("DRY_RUN", false, "Say what would be done, but do and write nothing."))
        {
            Heartbeat = ReadHeartbeat(reader),
            MetricsDirectory = reader.MetricsDirectory(
                "METRICS_DIR", "RUNTIME_DIRECTORY",
                "Directory of metrics.prom, the daemon's metrics for Prometheus; the packaged unit makes one. Without one none are "
                + "written."),
        };
    }

    /// <summary>Whether a folder that systemd made is for everybody to read, and so for nothing but metrics.</summary>
    internal static bool IsForMetrics(string path) => Path.GetFileName(Path.GetDirectoryName(path)) == MetricsParent;

    private static Uri? ReadHeartbeat(SettingsReader reader)
    {
        const string key = "HEARTBEAT_URL";
        var text = reader.Secret(
            key, "Asked once a minute while the daemon does its work, as an address of healthchecks.io; with /fail behind it, why not. "
            + "One for each daemon.");
        if (text is null) return null;
        if (Uri.TryCreate(text.Trim(), UriKind.Absolute, out var address) && address.Scheme is "https" or "http"
            && address is { UserInfo.Length: 0, Fragment.Length: 0 })
            return address;
        reader.Refuse(key, "must be an address that begins with https:// or http://, without a user");
        return null;
    }

    /// <summary>The lowest level that is logged.</summary>
    internal static LogLevel ReadLogLevel(SettingsReader reader) => reader.Read(
        "LOG_LEVEL", "information", "The least important entries to log: debug, info, warn or error.",
        (string text, out LogLevel value) => IsLevel(text, out value) ? null : "must be debug, info, warn or error");

    /// <summary>Empty when there is one tenant only.</summary>
    internal static string ReadTenant(SettingsReader reader) =>
        reader.Text("TENANT_ID", "Goes into each journal entry as ATHENA_TENANT_ID.") ?? "";

    /// <summary>The words of .NET, and the short ones that Grafana and most others have; in any case.</summary>
    private static bool IsLevel(string text, out LogLevel level)
    {
        var named = text.ToLowerInvariant() switch
        {
            "debug" => LogLevel.Debug,
            "info" or "information" => LogLevel.Information,
            "warn" or "warning" => LogLevel.Warning,
            "error" => LogLevel.Error,
            _ => (LogLevel?)null,
        };
        level = named ?? LogLevel.Information;
        return named is not null;
    }
}
