using System.Net;
using Athena.Common.Daemon.Decisions;
using Athena.Common.Settings;
using Athena.Common.Telemetry.Metrics;
using Athena.Decisions.Web;
using Microsoft.Extensions.Logging;

namespace Athena.Decisions;

/// <summary>Everything that can be set, see docs/configuration.md.</summary>
/// <param name="LogLevel">The lowest level that is logged.</param>
/// <param name="TenantId">Goes into each log entry; empty when there is one tenant only.</param>
/// <param name="Listen">Where it listens, unless systemd hands over sockets; null where nobody is to see a page.</param>
/// <param name="Identity">Whose word about who it is goes on to the daemon.</param>
/// <param name="Desk">Path of the daemon's socket for decisions.</param>
internal sealed record DecisionsSettings(
    LogLevel LogLevel, string TenantId, ListenAddress? Listen, ProxyIdentity Identity, string Desk)
{
    private const string IdentityKey = "DECISION_IDENTITY";
    private const string MetricsKey = "METRICS_LISTEN";
    private const string NoPage = "no";

    private static readonly Dictionary<string, ProxyIdentity> Identities = new()
    {
        ["none"] = ProxyIdentity.None,
        ["access"] = ProxyIdentity.Access,
        ["oauth2-proxy"] = ProxyIdentity.OAuth2Proxy,
    };

    /// <summary>Where Prometheus is answered; null where it is not.</summary>
    public IPEndPoint? Metrics { get; init; }

    /// <summary>In which each daemon has a folder with its metrics.</summary>
    public string MetricsFolder { get; init; } = MetricFile.Parent;

    /// <summary>Reads everything and never throws: what is faulty is in the reader's problems, and has some value here.</summary>
    public static DecisionsSettings Read(SettingsReader reader)
    {
        var listen = reader.Read(
            "DECISION_LISTEN", "127.0.0.1:8377",
            "Where it listens without its socket unit, for the proxy on this host alone: 127.0.0.1:PORT, [::1]:PORT or unix:PATH; no: "
            + "there is no page.",
            (string text, out ListenAddress? address) =>
            {
                address = null;
                return text == NoPage ? null : ListenAddress.TryParse(text, out address);
            });
        var metrics = reader.Read(
            MetricsKey, null,
            "Where Prometheus gets the daemons' metrics, as in 127.0.0.1:9469; where it has its socket unit, that must listen there, too.",
            (string text, out IPEndPoint? end) =>
                IPEndPoint.TryParse(text, out end) && end.Port > 0 ? null : "must be ADDRESS:PORT, as in 127.0.0.1:9469 or [::1]:9469");
        var folder = reader.Read(
            "METRICS_DIR", MetricFile.Parent, "Directory in which each daemon has one with its metrics.",
            (string text, out string path) => Path.IsPathRooted(path = text) ? null : "must be an absolute path");
        if (metrics is not null && metrics.Equals(listen?.Port))
            reader.Refuse(MetricsKey, "is where the page is: a proxy would show the metrics to everybody. Take another port");
        var identity = Identities[reader.Choice(
            IdentityKey, "none",
            "Who says who it is, beside the PIN: none, access (Cloudflare Access, whose word is verified) or oauth2-proxy (believed on a "
            + "unix socket alone).",
            [.. Identities.Keys])];
        var desk = reader.Read(
            "DECISION_DESK", DecisionDesk.SocketPath, "Socket at which grafana-auto-disable answers.",
            (string text, out string path) => Path.IsPathRooted(path = text) ? null : "must be an absolute path");
        if (identity.NeedsUnixSocket() && listen is { Path: null })
            reader.Refuse(IdentityKey,
                "oauth2-proxy is believed on a unix socket alone, because anybody on this host can send its header to a port: set "
                + "DECISION_LISTEN=unix:/run/athena-workers-decisions.sock, and the same ListenStream= in the socket unit");
        return new DecisionsSettings(
            CommonSettings.ReadLogLevel(reader), CommonSettings.ReadTenant(reader), listen, identity, desk)
        {
            Metrics = metrics,
            MetricsFolder = folder,
        };
    }

    /// <summary>
    /// From the program's own file alone: the one that the daemons share holds passwords, which are none of this program's business.
    /// </summary>
    public static SettingsSource Source(string program) => SettingsSource.ForProcess(program, withShared: false);
}
