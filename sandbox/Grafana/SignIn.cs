using System.Text;
using System.Text.RegularExpressions;

namespace Athena.Sandbox.Grafana;

/// <summary>Tells who makes a request: bearer token, basic auth, proxy header, session cookie, in Grafana's order.</summary>
internal sealed partial class SignIn(GrafanaDatabase database, StandInOptions options)
{
    /// <summary>
    /// Grafana's label of a directory. Whoever signs in by it is enabled by that alone (docs/grafana.md §5, read in the source).
    /// </summary>
    private const string Ldap = "LDAP";

    private static readonly TimeSpan SeenInterval = TimeSpan.FromMinutes(15);
    private readonly LoginAttempts attempts = new(options.Time);

    /// <summary>The caller, or a refusal that a protected call answers with. Strangers' calls ignore the refusal.</summary>
    public (Identity Caller, Answer? Refusal) Identify(Call call)
    {
        var authorization = call.Headers.Authorization.ToString();
        if (authorization.StartsWith("Bearer ", StringComparison.Ordinal)) return ByToken(call, authorization["Bearer ".Length..].Trim());
        if (authorization.StartsWith("Basic ", StringComparison.Ordinal)) return ByBasic(call, authorization["Basic ".Length..].Trim());
        if (options.AuthProxy && call.Headers["X-WEBAUTH-USER"].ToString() is { Length: > 0 } proxied) return ByProxy(call, proxied);
        if (call.Cookie("grafana_session") is { Length: > 0 } cookie) return BySession(call, cookie);
        return options.AnonymousAccess ? (Identity.Visitor, null) : (Identity.Nobody, SignInRefusal.NoCredentials);
    }

    /// <summary>Who asks without any credential.</summary>
    public Identity Stranger => options.AnonymousAccess ? Identity.Visitor : Identity.Nobody;

    /// <summary>
    /// True for a request that Grafana refuses without work: no credentials, unknown ones, a locked login. It takes about a millisecond
    /// then instead of the usual time, which is how fast somebody can go on guessing.
    /// </summary>
    public bool RefusesAtOnce(Call call, Route route)
    {
        if (route is { Method: "POST", Handler: "/login" }) return attempts.IsLocked(call.Text("user"));
        if (route.Open) return false;
        var authorization = call.Headers.Authorization.ToString();
        if (authorization.StartsWith("Bearer ", StringComparison.Ordinal))
            return database.ByToken(authorization["Bearer ".Length..].Trim()) is null;
        if (authorization.StartsWith("Basic ", StringComparison.Ordinal))
            return attempts.IsLocked(Credentials(authorization["Basic ".Length..].Trim()).Login);
        if (options.AuthProxy && call.Headers["X-WEBAUTH-USER"].Count > 0) return false;
        if (options.AnonymousAccess && call.Cookie("grafana_session") is not { Length: > 0 }) return false;
        return call.Cookie("grafana_session") is not { Length: > 0 } cookie || FindSession(cookie) is null;
    }

    /// <summary>The account when the password is right; else why not.</summary>
    public (Account? Account, SignInRefusal? Refusal) CheckPassword(string login, string password, string client)
    {
        if (attempts.IsLocked(login)) return (null, SignInRefusal.Locked(client));
        var account = database.ByLoginOrEmail(login);
        if (account is null) return (null, SignInRefusal.UnknownLogin(client));
        if (account.Password.Length == 0 || account.Password != password)
        {
            attempts.Failed(login);
            return (null, SignInRefusal.WrongPassword(client));
        }

        if (account.AuthLabel == Ldap)
        {
            account.IsDisabled = false;
            database.Write(account);
        }

        return account.IsDisabled ? (null, SignInRefusal.Disabled) : (account, null);
    }

    /// <summary>The session that this cookie opens, if it still lives.</summary>
    public Session? FindSession(string token) => database.Sessions.Find(token);

    private (Identity, Answer?) ByToken(Call call, string key)
    {
        if (!ServiceAccountToken().IsMatch(key)) return (Identity.Nobody, SignInRefusal.BadKey);
        return database.ByToken(key) is { Service: { } service } account && !account.IsDisabled
            ? (new Identity(account, null, service.OrgId, service.Role), null)
            : (Identity.Nobody, SignInRefusal.UnknownKey);
    }

    private (Identity, Answer?) ByBasic(Call call, string encoded)
    {
        var (login, password) = Credentials(encoded);
        var (account, refusal) = CheckPassword(login, password, "basic");
        return account is null ? (Identity.Nobody, refusal!.ForApi()) : (Seen(Enter(call, account)), null);
    }

    private (Identity, Answer?) BySession(Call call, string token)
    {
        var session = FindSession(token);
        if (session is null || database.ById(session.UserId) is not { } account) return (Identity.Nobody, SignInRefusal.NoSession);
        if (account.IsDisabled) return (Identity.Nobody, SignInRefusal.Disabled.ForApi());
        if (database.Now - session.Rotated > options.TokenRotationInterval && call.Path != "/api/user/auth-tokens/rotate")
            return (Identity.Nobody, SignInRefusal.NeedsRotation);
        session.Seen = database.Now;
        return (Seen(Enter(call, account)) with { Session = session }, null);
    }

    private (Identity, Answer?) ByProxy(Call call, string login)
    {
        var email = call.Headers["X-WEBAUTH-EMAIL"].ToString();
        var account = database.ByLoginOrEmail(login)
            ?? database.AddUser(
                login, email.Length > 0 ? email : login, call.Headers["X-WEBAUTH-NAME"].ToString(), authLabel: "Auth Proxy");
        return account.IsDisabled ? (Identity.Nobody, SignInRefusal.Disabled.ForApi()) : (Seen(Enter(call, account)), null);
    }

    /// <summary>Into the organisation that the request names, else the account's own; -1 when it is in none.</summary>
    private Identity Enter(Call call, Account account)
    {
        var isNamed = long.TryParse(call.Headers["X-Grafana-Org-Id"].ToString(), out var named) && named > 0;
        var wanted = isNamed ? named : account.CurrentOrgId;
        if (database.Organisations.TryGetValue(wanted, out var organisation) && organisation.Roles.TryGetValue(account.Id, out var role))
            return new Identity(account, null, wanted, role);

        // Whoever names one that they are not in, is in none for this request (docs/grafana.md §10).
        var other = isNamed ? null : database.Organisations.Values.FirstOrDefault(o => o.Roles.ContainsKey(account.Id));
        return other is null ? new Identity(account, null, -1, "None") : new Identity(account, null, other.Id, other.Roles[account.Id]);
    }

    private Identity Seen(Identity caller)
    {
        if (caller.Account is { } account && database.Now - account.LastSeen > SeenInterval)
            account.LastSeen = GrafanaDatabase.ToSeconds(database.Now);
        return caller;
    }

    private static (string Login, string Password) Credentials(string base64)
    {
        var bytes = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, bytes, out var count)) return ("", "");
        var pair = Encoding.UTF8.GetString(bytes, 0, count).Split(':', 2);
        return (pair[0], pair.Length > 1 ? pair[1] : "");
    }

    [GeneratedRegex("^glsa_[A-Za-z0-9]{32}_[0-9a-f]{8}$")]
    private static partial Regex ServiceAccountToken();
}
