using System.Globalization;
using Athena.Common.Time;
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

    /// <summary>
    /// Where the audit is copied to; null for nowhere. A secret, and taken apart where it is used: no fault in it is in the way.
    /// </summary>
    public string? AuditDatabase { get; init; }

    /// <summary>What of the audit stands on Grafana's dashboards.</summary>
    public AnnotationNaming Annotations { get; init; }

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
            AuditDatabase = reader.Secret(
                "AUDIT_DATABASE", "A database in PostgreSQL that gets a copy of the audit, postgresql://USER:PASSWORD@HOST/DATABASE."),
            Annotations = ReadAnnotations(reader),
            Heartbeat = ReadHeartbeat(reader),
            MetricsDirectory = reader.MetricsDirectory(
                "METRICS_DIR", "RUNTIME_DIRECTORY",
                "Directory of metrics.prom, the daemon's metrics for Prometheus; the packaged unit makes one. Without one none are "
                + "written."),
        };
    }

    /// <summary>Whether a folder that systemd made is for everybody to read, and so for nothing but metrics.</summary>
    internal static bool IsForMetrics(string path) => Path.GetFileName(Path.GetDirectoryName(path)) == MetricsParent;

    private static AnnotationNaming ReadAnnotations(SettingsReader reader)
    {
        const string No = "no", Nameless = "yes", Named = "names";
        var word = No;
        var isRight = reader.TryRead(
            () => word = reader.Choice(
                "GRAFANA_ANNOTATIONS", No,
                "Show locks, decisions, reports and gaps of the log on Grafana's dashboards: no, yes (nobody is named) or names (logins).",
                No, Nameless, Named),
            "Until then none are written.");
        return (isRight, word) switch
        {
            (true, Nameless) => AnnotationNaming.Nameless,
            (true, Named) => AnnotationNaming.Named,
            _ => AnnotationNaming.None,
        };
    }

    private static Uri? ReadHeartbeat(SettingsReader reader)
    {
        const string Key = "HEARTBEAT_URL";
        var text = reader.Secret(
            Key, "Asked once a minute while the daemon does its work, as an address of healthchecks.io; with /fail behind it, why not. "
            + "One for each daemon.");
        if (text is null) return null;
        if (Uri.TryCreate(text.Trim(), UriKind.Absolute, out var address) && address.Scheme is "https" or "http"
            && address is { UserInfo.Length: 0, Fragment.Length: 0 })
            return address;
        reader.Refuse(Key, "must be an address that begins with https:// or http://, without a user");
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

/// <summary>The key <c>GRAFANA_ANNOTATIONS</c>.</summary>
public enum AnnotationNaming
{
    /// <summary>None are written.</summary>
    None,

    /// <summary>Nobody is named in them.</summary>
    Nameless,

    /// <summary>An account's login stands in them.</summary>
    Named,
}

/// <summary>The key <c>TIMEZONE</c>.</summary>
public static class ZoneSetting
{
    private const string Default = "Africa/Johannesburg";

    /// <summary>A clock has one name in winter and may have another one in summer.</summary>
    private static readonly DateTimeOffset[] Seasons =
        [new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new(2026, 7, 1, 0, 0, 0, TimeSpan.Zero)];

    /// <summary>
    /// <c>2026-11-21 20:04:05 SAST</c>, in the zone of the settings, so that what a command says is of one zone throughout.
    /// </summary>
    public static string Shown(SettingsSource source, DateTimeOffset at) => Text(source).Second(at);

    /// <summary>Times as the settings want them.</summary>
    public static ZoneText Text(SettingsSource source) => new(Read(new SettingsReader(source), ""));

    /// <param name="help">One sentence: what it is used for.</param>
    public static TimeZoneInfo Read(SettingsReader reader, string help) =>
        reader.Read("TIMEZONE", Default, help, (string text, out TimeZoneInfo zone) =>
            TimeZoneInfo.TryFindSystemTimeZoneById(text, out zone!) ? null : "is no time zone of this machine" + Meant(text));

    /// <summary>Many know their zone by the letters of its clock.</summary>
    private static string Meant(string text)
    {
        var zone = TimeZoneInfo.GetSystemTimeZones().Where(one => one.Id.Contains('/')).OrderBy(one => one.Id != Default)
            .FirstOrDefault(one => new ZoneText(one) is var clock && Array.Exists(Seasons, at => clock.Name(at) == text));
        return zone is not null ? $"; did you mean {zone.Id}?" : ", write a place such as Europe/London (is tzdata installed?)";
    }
}

/// <summary>What systemd asked for.</summary>
/// <param name="Interval">systemd ends the daemon when it hears nothing for so long; null when there is no watchdog.</param>
public sealed record WatchdogSetting(TimeSpan? Interval)
{
    /// <summary>Reads <c>WATCHDOG_USEC</c> and <c>WATCHDOG_PID</c> and removes them: they are not for child processes.</summary>
    public static WatchdogSetting FromEnvironment()
    {
        var setting = Parse(
            Environment.GetEnvironmentVariable("WATCHDOG_USEC"), Environment.GetEnvironmentVariable("WATCHDOG_PID"), Environment.ProcessId);
        Environment.SetEnvironmentVariable("WATCHDOG_USEC", null);
        Environment.SetEnvironmentVariable("WATCHDOG_PID", null);
        return setting;
    }

    /// <summary>Microseconds count if the process is the one that is meant, or none is named.</summary>
    public static WatchdogSetting Parse(string? microseconds, string? process, int self)
    {
        var isMeant = string.IsNullOrEmpty(process) || process == self.ToString(CultureInfo.InvariantCulture);
        return isMeant && long.TryParse(microseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var us)
            && us is > 0 and < long.MaxValue / 10
            ? new WatchdogSetting(TimeSpan.FromMicroseconds(us))
            : new WatchdogSetting((TimeSpan?)null);
    }
}
