using Athena.AutoDisable.State;
using Athena.Common.Daemon.Decisions;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Settings;

namespace Athena.AutoDisable.Deciding;

/// <summary>The settings of decisions from a mail; see docs/decisions.md.</summary>
internal static class DecisionSettings
{
    /// <param name="mailTo">The admins who get mails.</param>
    /// <param name="grafana">Grafana as browsers reach it.</param>
    /// <returns>Null where nobody decides from a mail.</returns>
    public static DecisionOptions? Read(SettingsReader reader, IReadOnlyList<string> mailTo, Uri grafana)
    {
        var url = reader.OptionalUri(
            "DECISION_URL",
            "Under which athena-workers-decisions is reached by the admins' browsers, as in https://grafana.example; without it nobody "
            + "decides from a mail.",
            "https",
            "http");
        var to = MailSettings.Addresses(
            reader, "DECISION_MAIL_TO", "Whose mails have links by which they decide, comma separated; some of MAIL_TO.", needed: false);
        var proof = reader.Choice(
            "DECISION_IDENTITY",
            "none",
            "Who says who follows a link: none, and an approval asks for the PIN of decision-pin; access, Cloudflare Access, whose word "
            + "is verified; oauth2-proxy, which reaches the page by a unix socket.",
            "none",
            "access",
            "oauth2-proxy");
        var team = reader.OptionalUri(
            "DECISION_ACCESS_TEAM", "With access: the team's address, as in https://hospital.cloudflareaccess.com.", "https");
        var audience = reader.Text("DECISION_ACCESS_AUDIENCE", "With access: the application's audience tag (AUD), 64 hexadecimal digits.");
        var socket = reader.Text(
            "DECISION_DESK", $"Where the page asks the daemon; default {DecisionDesk.SocketPath}.") ?? DecisionDesk.SocketPath;
        if (url is null)
        {
            if (to.Count > 0) reader.Refuse("DECISION_MAIL_TO", "needs DECISION_URL: where the page of decisions is reached");
            return null;
        }

        if (to.Count == 0) reader.Refuse("DECISION_MAIL_TO", "is needed with DECISION_URL: whose mails have the links");
        foreach (var stranger in to.Except(mailTo, StringComparer.OrdinalIgnoreCase))
            reader.Refuse("DECISION_MAIL_TO", $"holds {stranger}, which MAIL_TO does not");
        if (IsDashboards(url, grafana))
            reader.Refuse("DECISION_URL", "lies under /d/ of Grafana, which would write each link into its log: take another path");
        if (proof == "access" && team is null) reader.Refuse("DECISION_ACCESS_TEAM", "is needed with DECISION_IDENTITY=access");
        if (proof == "access" && audience is not { Length: 64 })
            reader.Refuse("DECISION_ACCESS_AUDIENCE", "is needed with DECISION_IDENTITY=access: 64 hexadecimal digits");
        return new DecisionOptions(url, [.. mailTo.Where(one => to.Contains(one, StringComparer.OrdinalIgnoreCase))], proof switch
        {
            "access" => ApprovalProof.Access,
            "oauth2-proxy" => ApprovalProof.Proxy,
            _ => ApprovalProof.Pin,
        })
        {
            Access = proof == "access" && team is not null && audience is not null ? new AccessOptions(team, audience) : null,
            Socket = socket,
        };
    }

    /// <summary>
    /// Grafana answers everything below /d/ itself, as a dashboard, and logs its path. Where nobody said how browsers reach it, each path
    /// with such a part could be one of its own.
    /// </summary>
    private static bool IsDashboards(Uri url, Uri grafana)
    {
        var path = $"{url.AbsolutePath.TrimEnd('/')}/";
        return url.Host == grafana.Host
            ? path.StartsWith($"{grafana.AbsolutePath.TrimEnd('/')}/d/", StringComparison.OrdinalIgnoreCase)
            : grafana.IsLoopback && path.Contains("/d/", StringComparison.OrdinalIgnoreCase);
    }
}
