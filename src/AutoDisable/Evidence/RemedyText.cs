using System.Globalization;
using Athena.Common.Notify.Documents;

namespace Athena.AutoDisable.Evidence;

/// <summary>
/// Names what a stranger left behind and the calls that remove it. Of their texts only ids and uids get into a command, and only such as
/// Grafana itself makes: a command is copied into a root shell.
/// </summary>
/// <param name="grafana">Grafana as the admins reach it.</param>
internal sealed class RemedyText(Uri grafana)
{
    /// <summary>Empty unless <see cref="Exposure.IsCritical"/>. In order of weight: what opens a door first.</summary>
    public IReadOnlyList<Remedy> For(Exposure exposure) => [.. exposure.ServiceAccounts.Select(For), .. Unnamed(exposure)];

    /// <summary>What none of the service accounts accounts for.</summary>
    public IReadOnlyList<Remedy> Unnamed(Exposure exposure) =>
    [
        .. exposure.Deeds.Where(observedAction =>
            observedAction is { IsCritical: true, Outcome: not ObservedActionOutcome.Refused } && !IsNamed(observedAction, exposure))
            .OrderBy(observedAction => observedAction.Kind).Select(Other),
    ];

    private static bool IsNamed(ObservedAction observedAction, Exposure exposure)
    {
        if (observedAction.Kind != ObservedActionKind.ServiceAccount) return false;
        return ServiceAccountSearch.Id(observedAction) is { } id
            ? exposure.ServiceAccounts.Any(account => account.Id == id)
            : exposure.ServiceAccounts.Count(account => account.IsNew && account.OrgId == observedAction.OrgId) >= observedAction.Count;
    }

    public Remedy For(TouchedServiceAccount account)
    {
        var named = account.Login.Length > 0
            ? Phrase.Format($"service account {new Stranger(account.Login)} (id {account.Id}, organisation {account.OrgId})")
            : Phrase.Format($"service account with the id {account.Id} (organisation {account.OrgId})");
        var tokens = account.Tokens == 1 ? "a token" : string.Create(CultureInfo.InvariantCulture, $"{account.Tokens} tokens");
        var path = string.Create(CultureInfo.InvariantCulture, $"/api/serviceaccounts/{account.Id}");
        if (account.IsNew)
        {
            var what = account switch
            {
                { IsCertain: false } => Phrase.Format(
                    $"They made a service account, perhaps the {named}; the log does not say which of those that are new is theirs."),
                { Tokens: > 0 } => Phrase.Format(
                    $"They made the {named} and {tokens} for it. A token goes on working although the account is locked, and even if it "
                    + $"is deleted."),
                _ => Phrase.Format($"They made the {named}. It may have tokens; they go on working although the account is locked."),
            };
            return new Remedy(
                what, [Call("Delete the service account with all its tokens", "DELETE", path, account.OrgId)], Page(account));
        }

        var changed = account.Tokens > 0
            ? Phrase.Format(
                $"They made {tokens} for the {named}, which was there before them. A token goes on working although the account is locked.")
            : Phrase.Format($"They changed the {named}, which was there before them.");
        return new Remedy(changed,
        [
            Call("List its tokens", "GET", $"{path}/tokens", account.OrgId),
            Call("Delete the one that is theirs", "DELETE", $"{path}/tokens/TOKEN_ID", account.OrgId),
        ], Page(account));
    }

    private Remedy Other(ObservedAction observedAction)
    {
        var they = observedAction.Outcome == ObservedActionOutcome.Unclear ? "It is not clear whether they" : "They";
        Phrase where = observedAction.OrgId > 0
            ? $"{ExposureText.Request(observedAction)} in organisation {observedAction.OrgId}"
            : ExposureText.Request(observedAction);
        Phrase how = observedAction.Count > 1 ? $"{where}, {observedAction.Count} times" : where;
        if (observedAction.Method == "DELETE") return new Remedy($"{they} deleted something: {how}.", []);
        var (did, consequence, commands) = observedAction.Kind switch
        {
            ObservedActionKind.ServiceAccount => (
                "made or changed a service account", " Its tokens go on working although the account is locked.", (MailBlock.Command[])
                [
                    Call(
                        "Find it: the newest have the highest ids",
                        "GET",
                        "/api/serviceaccounts/search?perpage=1000",
                        observedAction.OrgId),
                    Call("Delete it with its tokens", "DELETE", "/api/serviceaccounts/ID", observedAction.OrgId),
                ]),
            ObservedActionKind.Snapshot => ("made a snapshot", " Whoever has its address reads it without signing in.",
            [
                Call("Find it", "GET", "/api/dashboard/snapshots", observedAction.OrgId),
                Call("Delete it", "DELETE", "/api/snapshots/KEY", observedAction.OrgId),
            ]),
            ObservedActionKind.PublicDashboard =>
                ("shared a dashboard in public", " Whoever has its address sees it without signing in.", PublicDashboard(observedAction)),
            ObservedActionKind.Invitation => ("invited somebody", " Whoever knows the invited e-mail can come in by it.",
            [
                Call("Find the invitation", "GET", "/api/org/invites", observedAction.OrgId),
                Call("Revoke it", "PATCH", "/api/org/invites/CODE/revoke", observedAction.OrgId),
            ]),
            ObservedActionKind.ApiKey => ("made an API key", " It goes on working although the account is locked.",
            [
                Call("Find it", "GET", "/api/auth/keys?includeExpired=true", observedAction.OrgId),
                Call("Delete it", "DELETE", "/api/auth/keys/KEY_ID", observedAction.OrgId),
            ]),
            ObservedActionKind.Administration => ("changed the administration", "", Look(observedAction)),
            ObservedActionKind.OwnProfile or ObservedActionKind.Dashboard or ObservedActionKind.Other or ObservedActionKind.PageNoise =>
                ("changed something", "", Look(observedAction)),
        };
        return new Remedy($"{they} {did}: {how}.{consequence}", commands, observedAction.Kind switch
        {
            ObservedActionKind.ServiceAccount or ObservedActionKind.ApiKey =>
                Page("Open service accounts in Grafana", "/org/serviceaccounts", observedAction.OrgId),
            ObservedActionKind.Snapshot => Page("Open snapshots in Grafana", "/dashboard/snapshots", observedAction.OrgId),
            ObservedActionKind.PublicDashboard => Page("Open public dashboards in Grafana", "/dashboard/public", observedAction.OrgId),
            ObservedActionKind.Invitation => Page("Open users in Grafana", "/org/users", observedAction.OrgId),
            ObservedActionKind.Administration or ObservedActionKind.OwnProfile or ObservedActionKind.Dashboard or ObservedActionKind.Other
                or ObservedActionKind.PageNoise => null,
        });
    }

    /// <summary><c>a service account and a snapshot</c>: what of <see cref="For(Exposure)"/> goes into one sentence.</summary>
    public static string Named(Exposure exposure)
    {
        List<string> named = exposure.ServiceAccounts.Count > 0 ? ["a service account"] : [];
        named.AddRange(exposure.Deeds
            .Where(observedAction => observedAction is { IsCritical: true, Outcome: not ObservedActionOutcome.Refused })
            .OrderBy(observedAction => observedAction.Kind).Select(observedAction => observedAction.Kind switch
            {
                ObservedActionKind.ServiceAccount => "a service account",
                ObservedActionKind.Snapshot => "a snapshot",
                ObservedActionKind.PublicDashboard => "a public dashboard",
                ObservedActionKind.Invitation => "an invitation",
                ObservedActionKind.ApiKey => "an API key",
                ObservedActionKind.Administration or ObservedActionKind.OwnProfile or ObservedActionKind.Dashboard
                    or ObservedActionKind.Other or ObservedActionKind.PageNoise => "a change",
            }));
        return named.Distinct().ToList() switch
        {
            [] => "a change",
            [var one] => one,
            [.. var most, var last] => $"{string.Join(", ", most)} and {last}",
        };
    }

    private MailButton Page(TouchedServiceAccount account) => Page(
        "Open the service account in Grafana", string.Create(CultureInfo.InvariantCulture, $"/org/serviceaccounts/{account.Id}"),
        account.OrgId);

    /// <summary>Grafana goes over to the organisation that the address names, where whoever opens it is in it.</summary>
    private MailButton Page(string label, string path, long orgId)
    {
        var organisation = orgId > 0 ? string.Create(CultureInfo.InvariantCulture, $"?orgId={orgId}") : "";
        return new MailButton(label, new Uri(grafana.AbsoluteUri.TrimEnd('/') + path + organisation));
    }

    private MailBlock.Command[] PublicDashboard(ObservedAction observedAction)
    {
        var path = observedAction.Path.Split('/');
        var uid = path is ["", "api", "dashboards", "uid", var named, "public-dashboards", ..] && DashboardAddress.IsUid(named)
            ? named
            : "UID";
        var shares = $"/api/dashboards/uid/{uid}/public-dashboards";
        return path is [.., "public-dashboards", var share] && DashboardAddress.IsUid(share)
            ? [Call("End the sharing", "DELETE", $"{shares}/{share}", observedAction.OrgId)]
            :
            [
                Call("Find its uid", "GET", shares, observedAction.OrgId),
                Call("End the sharing", "DELETE", $"{shares}/SHARE_UID", observedAction.OrgId),
            ];
    }

    /// <summary>How an administration was before, Grafana does not keep: what is there now can be looked at, and put right.</summary>
    private MailBlock.Command[] Look(ObservedAction observedAction)
    {
        var path = observedAction.Path.Split('/') switch
        {
            ["", "api", "admin" or "users", ..] => "/api/users?perpage=1000",
            ["", "api", "org", ..] => "/api/org/users",
            ["", "api", "orgs", var id, ..] when IsNumber(id) => $"/api/orgs/{id}/users",
            ["", "api", "orgs", ..] => "/api/orgs",
            ["", "api", "teams", ..] => "/api/teams/search",
            ["", "api", "datasources", ..] => "/api/datasources",
            ["", "api", "plugins", ..] => "/api/plugins",
            ["", "api", "dashboards" or "folders", .., "permissions"] when IsPlain(observedAction.Path) => observedAction.Path,
            ["", "api", "v1" or "ruler" or "alertmanager", ..] => "/api/v1/provisioning/alert-rules",
            _ => null,
        };
        return path is null ? [] : [Call("See what is there now", "GET", path, observedAction.OrgId)];
    }

    /// <summary>curl asks for the password, so that none stands on a command line.</summary>
    private MailBlock.Command Call(string what, string method, string path, long orgId)
    {
        var organisation = orgId > 0 ? string.Create(CultureInfo.InvariantCulture, $" -H 'X-Grafana-Org-Id: {orgId}'") : "";
        var verb = method == "GET" ? "" : $" -X {method}";
        return new MailBlock.Command(what, $"curl -u ADMIN{verb}{organisation} '{grafana.AbsoluteUri.TrimEnd('/')}{path}'");
    }

    private static bool IsNumber(string text) => text.Length is > 0 and < 20 && text.All(char.IsAsciiDigit);

    private static bool IsPlain(string path) => path.Split('/').Skip(1).All(DashboardAddress.IsUid);
}

/// <summary>One critical thing that a stranger left behind, and how it is removed.</summary>
/// <param name="What">A sentence that names it.</param>
/// <param name="Commands">To be typed in this order; words in capitals are to be filled in. Empty where only looking at it helps.</param>
/// <param name="Page">Where Grafana shows it; null where it has no page of its own.</param>
internal sealed record Remedy(Phrase What, IReadOnlyList<MailBlock.Command> Commands, MailButton? Page = null);
