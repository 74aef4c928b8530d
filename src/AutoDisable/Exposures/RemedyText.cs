using System.Globalization;
using Athena.Common.Notifications.Documents;

namespace Athena.AutoDisable.Exposures;

/// <summary>
/// Names what he left behind and the calls that remove it. Of his texts only ids and uids get into a command, and only such as Grafana
/// itself makes: a command is copied into a root shell.
/// </summary>
/// <param name="grafana">Grafana as the admins reach it.</param>
internal sealed class RemedyText(Uri grafana)
{
    /// <summary>Empty unless <see cref="Exposure.IsCritical"/>. In order of weight: what opens a door first.</summary>
    public IReadOnlyList<Remedy> For(Exposure exposure) => [.. exposure.ServiceAccounts.Select(For), .. Unnamed(exposure)];

    /// <summary>What none of the service accounts accounts for.</summary>
    public IReadOnlyList<Remedy> Unnamed(Exposure exposure) =>
    [
        .. exposure.Deeds.Where(deed => deed is { IsCritical: true, Outcome: not DeedOutcome.Refused } && !IsNamed(deed, exposure))
            .OrderBy(deed => deed.Kind).Select(Other),
    ];

    private static bool IsNamed(Deed deed, Exposure exposure)
    {
        if (deed.Kind != DeedKind.ServiceAccount) return false;
        return ServiceAccountSearch.Id(deed) is { } id
            ? exposure.ServiceAccounts.Any(account => account.Id == id)
            : exposure.ServiceAccounts.Count(account => account.IsNew && account.OrgId == deed.OrgId) >= deed.Count;
    }

    public Remedy For(TouchedServiceAccount account)
    {
        var named = account.Login.Length > 0
            ? Said($"service account {new Stranger(account.Login)} (id {account.Id}, organisation {account.OrgId})")
            : Said($"service account with the id {account.Id} (organisation {account.OrgId})");
        var tokens = account.Tokens == 1 ? "a token" : string.Create(CultureInfo.InvariantCulture, $"{account.Tokens} tokens");
        var path = string.Create(CultureInfo.InvariantCulture, $"/api/serviceaccounts/{account.Id}");
        if (account.IsNew)
        {
            var what = account switch
            {
                { IsCertain: false } => Said($"He made a service account, perhaps the {named}; the log does not say which of those that are new is his."),
                { Tokens: > 0 } => Said($"He made the {named} and {tokens} for it. A token goes on working although he is locked, and even if he is deleted."),
                _ => Said($"He made the {named}. It may have tokens; they go on working although he is locked."),
            };
            return new Remedy(what, [Call("Delete the service account with all its tokens", "DELETE", path, account.OrgId)]);
        }

        var changed = account.Tokens > 0
            ? Said($"He made {tokens} for the {named}, which was there before him. A token goes on working although he is locked.")
            : Said($"He changed the {named}, which was there before him.");
        return new Remedy(changed,
        [
            Call("List its tokens", "GET", $"{path}/tokens", account.OrgId),
            Call("Delete the one that is his", "DELETE", $"{path}/tokens/TOKEN_ID", account.OrgId),
        ]);
    }

    private Remedy Other(Deed deed)
    {
        var he = deed.Outcome == DeedOutcome.Unclear ? "It is not clear whether he" : "He";
        Phrase where = deed.OrgId > 0 ? $"{ExposureText.Request(deed)} in organisation {deed.OrgId}" : ExposureText.Request(deed);
        Phrase how = deed.Count > 1 ? $"{where}, {deed.Count} times" : where;
        if (deed.Method == "DELETE") return new Remedy($"{he} deleted something: {how}.", []);
        var (did, consequence, commands) = deed.Kind switch
        {
            DeedKind.ServiceAccount => ("made or changed a service account", " Its tokens go on working although he is locked.", (MailBlock.Command[])
            [
                Call("Find it: the newest have the highest ids", "GET", "/api/serviceaccounts/search?perpage=1000", deed.OrgId),
                Call("Delete it with its tokens", "DELETE", "/api/serviceaccounts/ID", deed.OrgId),
            ]),
            DeedKind.Snapshot => ("made a snapshot", " Whoever has its address reads it without signing in.",
            [
                Call("Find it", "GET", "/api/dashboard/snapshots", deed.OrgId),
                Call("Delete it", "DELETE", "/api/snapshots/KEY", deed.OrgId),
            ]),
            DeedKind.PublicDashboard => ("shared a dashboard in public", " Whoever has its address sees it without signing in.", PublicDashboard(deed)),
            DeedKind.Invitation => ("invited somebody", " Whoever knows the invited e-mail can come in by it.",
            [
                Call("Find the invitation", "GET", "/api/org/invites", deed.OrgId),
                Call("Revoke it", "PATCH", "/api/org/invites/CODE/revoke", deed.OrgId),
            ]),
            DeedKind.ApiKey => ("made an API key", " It goes on working although he is locked.",
            [
                Call("Find it", "GET", "/api/auth/keys?includeExpired=true", deed.OrgId),
                Call("Delete it", "DELETE", "/api/auth/keys/KEY_ID", deed.OrgId),
            ]),
            _ => ("changed the administration", "", Look(deed)),
        };
        return new Remedy($"{he} {did}: {how}.{consequence}", commands);
    }

    private MailBlock.Command[] PublicDashboard(Deed deed)
    {
        var path = deed.Path.Split('/');
        var uid = path is ["", "api", "dashboards", "uid", var named, "public-dashboards", ..] && DashboardAddress.IsUid(named) ? named : "UID";
        var shares = $"/api/dashboards/uid/{uid}/public-dashboards";
        return path is [.., "public-dashboards", var share] && DashboardAddress.IsUid(share)
            ? [Call("End the sharing", "DELETE", $"{shares}/{share}", deed.OrgId)]
            :
            [
                Call("Find its uid", "GET", shares, deed.OrgId),
                Call("End the sharing", "DELETE", $"{shares}/SHARE_UID", deed.OrgId),
            ];
    }

    /// <summary>How an administration was before, Grafana does not keep: what is there now can be looked at, and put right.</summary>
    private MailBlock.Command[] Look(Deed deed)
    {
        var path = deed.Path.Split('/') switch
        {
            ["", "api", "admin" or "users", ..] => "/api/users?perpage=1000",
            ["", "api", "org", ..] => "/api/org/users",
            ["", "api", "orgs", var id, ..] when IsNumber(id) => $"/api/orgs/{id}/users",
            ["", "api", "orgs", ..] => "/api/orgs",
            ["", "api", "teams", ..] => "/api/teams/search",
            ["", "api", "datasources", ..] => "/api/datasources",
            ["", "api", "plugins", ..] => "/api/plugins",
            ["", "api", "dashboards" or "folders", .., "permissions"] when IsPlain(deed.Path) => deed.Path,
            ["", "api", "v1" or "ruler" or "alertmanager", ..] => "/api/v1/provisioning/alert-rules",
            _ => null,
        };
        return path is null ? [] : [Call("See what is there now", "GET", path, deed.OrgId)];
    }

    /// <summary>curl asks for the password, so that none stands on a command line.</summary>
    private MailBlock.Command Call(string what, string method, string path, long orgId)
    {
        var organisation = orgId > 0 ? string.Create(CultureInfo.InvariantCulture, $" -H 'X-Grafana-Org-Id: {orgId}'") : "";
        var verb = method == "GET" ? "" : $" -X {method}";
        return new MailBlock.Command(what, $"curl -u ADMIN{verb}{organisation} '{grafana.AbsoluteUri.TrimEnd('/')}{path}'");
    }

    private static Phrase Said(Phrase words) => words;

    private static bool IsNumber(string text) => text.Length is > 0 and < 20 && text.All(char.IsAsciiDigit);

    private static bool IsPlain(string path) => path.Split('/').Skip(1).All(DashboardAddress.IsUid);
}
