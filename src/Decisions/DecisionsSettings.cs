using Athena.Common.Daemon.Decisions;
using Athena.Common.Settings;
using Athena.Decisions.Web;
using Microsoft.Extensions.Logging;

namespace Athena.Decisions;

/// <summary>Everything that can be set, see docs/configuration.md.</summary>
/// <param name="LogLevel">The lowest level that is logged.</param>
/// <param name="TenantId">Goes into each log entry; empty when there is one tenant only.</param>
/// <param name="Listen">Where it listens, unless systemd hands over sockets.</param>
/// <param name="Identity">Whose word about who it is goes on to the daemon.</param>
/// <param name="Desk">Path of the daemon's socket for decisions.</param>
internal sealed record DecisionsSettings(
    LogLevel LogLevel, string TenantId, ListenAddress Listen, ProxyIdentity Identity, string Desk)
{
    private const string IdentityKey = "DECISION_IDENTITY";

    private static readonly Dictionary<string, ProxyIdentity> Identities = new()
    {
        ["none"] = ProxyIdentity.None,
        ["access"] = ProxyIdentity.Access,
        ["oauth2-proxy"] = ProxyIdentity.OAuth2Proxy,
    };

    /// <summary>Reads everything and never throws: what is faulty is in the reader's problems, and has some value here.</summary>
    public static DecisionsSettings Read(SettingsReader reader)
    {
        var listen = reader.Read<ListenAddress>(
            "DECISION_LISTEN", "127.0.0.1:8377",
            "Where it listens without its socket unit, for the proxy on this host alone: 127.0.0.1:PORT, [::1]:PORT or unix:PATH.",
            ListenAddress.TryParse);
        var identity = Identities[reader.Choice(
            IdentityKey, "none",
            "Who says who it is, beside the PIN: none, access (Cloudflare Access, whose word is verified) or oauth2-proxy (believed on a "
            + "unix socket alone).",
            [.. Identities.Keys])];
        var desk = reader.Read(
            "DECISION_DESK", DecisionDesk.SocketPath, "Socket at which grafana-auto-disable answers.",
            (string text, out string path) => Path.IsPathRooted(path = text) ? null : "must be an absolute path");
        if (identity.NeedsUnixSocket() && listen.Path is null)
            reader.Refuse(IdentityKey,
                "oauth2-proxy is believed on a unix socket alone, because anybody on this host can send its header to a port: set "
                + "DECISION_LISTEN=unix:/run/athena-workers-decisions.sock, and the same ListenStream= in the socket unit");
        return new DecisionsSettings(
            CommonSettings.ReadLogLevel(reader), CommonSettings.ReadTenant(reader), listen, identity, desk);
    }

    /// <summary>
    /// From the program's own file alone: the one that the daemons share holds passwords, which are none of this program's business.
    /// </summary>
    public static SettingsSource Source(string program) => SettingsSource.ForProcess(program, withShared: false);
}
