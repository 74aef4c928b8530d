using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Athena.Sandbox.SingleSignOn;

namespace Athena.Sandbox.Grafana.Api;

/// <summary>
/// Signing on by generic OAuth: to the provider with a state, back with a code (docs/grafana.md §5). The account appears without any line
/// that says so; the next one with its id is their first request.
/// </summary>
internal static class SingleSignOnApi
{
    private const string Label = "Generic OAuth";
    private const string StateCookie = "oauth_state";

    public static IEnumerable<Route> Routes(PretendProvider? provider) => provider is null ? [] :
    [
        new("GET", "/login/generic_oauth", call => SignOn(call, provider))
        {
            LoggedAs = "/login/:name", Open = true, MillisecondsOf = call => call.Ask("code").Length > 0 ? 35 : 0.8,
        },
    ];

    private static Answer SignOn(Call call, PretendProvider provider) =>
        call.Ask("code") is { Length: > 0 } code ? Return(call, provider, code) : Leave(call, provider);

    private static Answer Leave(Call call, PretendProvider provider)
    {
        var state = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)) + "=";
        var back = Uri.EscapeDataString($"http://{call.Headers.Host}{call.Options.SubPath}/login/generic_oauth");
        var query = $"client_id=grafana&redirect_uri={back}"
            + $"&response_type=code&scope=openid&state={Uri.EscapeDataString(state)}";
        return Answer.Redirect($"{provider.Url.ToString().TrimEnd('/')}/auth?{query}") with
        {
            Cookies =
            [
                $"{StateCookie}={Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(state)))}; Path=/; Max-Age=600; "
                + "HttpOnly; SameSite=Lax",
            ],
        };
    }

    private static Answer Return(Call call, PretendProvider provider, string code)
    {
        var expected = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(call.Ask("state"))));
        if (call.Cookie(StateCookie) != expected || provider.Redeem(code) is not { } person) return Outside(call);
        var told = new LogNote(
            "oauth.generic_oauth",
            "warn",
            "Error retrieving access token payload",
            false,
            ("error", "token is not in JWT format: " + code));
        if (Synchronise(call, person) is not { } account)
        {
            return Outside(call,
                told,
                new LogNote("user.sync", "error", "Failed to create user", false,
                    ("error", "user not found"), ("auth_module", "oauth_generic_oauth"), ("auth_id", person.Subject)),
                new LogNote("authn.service", "error", "Failed to run post auth hook", false,
                    ("client", "auth.client.generic_oauth"), ("id", ""),
                    ("error", "[user.sync.internal] unable to create user: user not found")));
        }

        if (account.IsDisabled) return Outside(call, told);
        var session = call.Database.AddSession(account, call.RemoteAddress);
        return Answer.Redirect(call.Options.SubPath + "/") with
        {
            Cookies = [.. SessionCookie.Of(call, session), $"{StateCookie}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"],
            Notes =
            [
                told,
                new LogNote(
                    "user.sync",
                    "warn",
                    "The SAML catalog used for this login has an incorrect version format",
                    false,
                    ("catalogVersion", "")),
            ],
        };
    }

    /// <summary>
    /// The account that the provider's id belongs to, brought up to date, or a new one; null where Grafana makes none: the login or e-mail
    /// is somebody else's (recorded), or sign-up by single sign-on is closed.
    /// </summary>
    private static Account? Synchronise(Call call, ProviderPerson person)
    {
        var (database, options) = (call.Database, call.Options.SingleSignOn!);
        var account = database.BySubject(Label, person.Subject);
        if (database.IsTaken(person.Login, person.Email, account) || (account is null && !options.AllowSignUp)) return null;
        if (account is null)
        {
            account = database.AddUser(
                person.Login, person.Email, person.Name, authLabel: Label, externallySynced: !options.SkipOrgRoleSync);
            account.AuthSubject = person.Subject;
            account.MarkedFrom = database.Now + options.MarkDelay;
            return account;
        }

        call.Database.Rename(account, person.Login, person.Email);
        account.Name = person.Name;
        account.Updated = GrafanaDatabase.ToSeconds(database.Now);
        if (options.SkipOrgRoleSync) return account;

        // Whatever an admin changed meanwhile: they are a member again, in the role that the provider gives.
        database.Organisations[1].Roles[account.Id] = call.Options.AutoAssignOrgRole;
        if (account.CurrentOrgId == 0) account.CurrentOrgId = 1;
        return account;
    }

    private static Answer Outside(Call call, params LogNote[] notes) =>
        Answer.Redirect(call.Options.SubPath + "/login") with { Notes = notes };
}
