using Row = Athena.Common.Grafana.Api.Route;

namespace Athena.Sandbox.Grafana.Api;

/// <summary>Oneself, and the list of all users.</summary>
internal static class UserApi
{
    public static IEnumerable<Route> Routes { get; } =
    [
        new(Row.WhoAmI, Me) { LoggedAs = "/api/user/", Milliseconds = 12 },
        new("PUT", "/api/user", RenameMyself) { LoggedAs = "/api/user/", Milliseconds = 20 },
        new("GET", "/api/user/orgs", call => Answer.Json(UserJson.Organisations(call, call.Caller.Account!))) { Milliseconds = 7.5 },
        new("GET", "/api/user/preferences", _ => Answer.Json(new { })) { Milliseconds = 7 },
        new("POST", "/api/user/using/:id", SwitchOrganisation) { Milliseconds = 13 },
        new(Row.Users, List) { LoggedAs = "/api/users/", Permission = "users:read", Milliseconds = 10 },
        new("GET", "/api/users/search", Search) { Permission = "users:read", Milliseconds = 10 },
        new(Row.UserByName, LookUp) { Permission = "users:read", Milliseconds = 11 },
        new(Row.User, One) { Permission = "users:read", Milliseconds = 10 },
        new("PUT", "/api/users/:id", Rename) { Permission = "users:write", Milliseconds = 17 },
        new(Row.OrganisationsOfUser, Organisations) { Permission = "users:read", Milliseconds = 7.6 },
    ];

    public static Answer UnknownUser => Answer.Message("user not found", 404);

    /// <summary>Of a uid that nobody has: the framework itself answers, before the handler (recorded with <c>abc</c>).</summary>
    public static Answer UnknownUid => Answer.FromFramework(404, new { message = "User not found" });

    /// <summary>
    /// The person that the path means by id or uid. A service account is none here. Grafana's PostgreSQL keeps ids in 32 bits: a larger one
    /// is an error of the server's (recorded).
    /// </summary>
    /// <param name="outOfRange">what the handler says then</param>
    /// <param name="unknown">what it says of an id that nobody has</param>
    public static Account? Person(Call call, string outOfRange, out Answer refusal, string unknown = "user not found")
    {
        refusal = call.Id("id") switch
        {
            null => UnknownUid,
            < int.MinValue or > int.MaxValue => Answer.Message(outOfRange, 500),
            _ => Answer.Message(unknown, 404),
        };
        return call.Database.ByIdOrUid(call.Part("id")) is { Service: null } account ? account : null;
    }

    private static Answer Me(Call call)
    {
        var me = call.Caller.Account!;
        return Answer.Json(me.Service is null
            ? UserJson.Profile(call, me, call.Caller.OrgId)
            : UserJson.ServiceProfile(call, me, call.Caller.OrgId));
    }

    private static Answer RenameMyself(Call call) => Change(call, call.Caller.Account!);

    private static Answer Rename(Call call) =>
        Person(call, "Failed to get user", out var refusal) is { } account ? Change(call, account) : refusal;

    private static Answer Change(Call call, Account account)
    {
        var login = call.Text("login") is { Length: > 0 } newLogin ? newLogin : account.Login;
        var email = call.Text("email") is { Length: > 0 } newEmail ? newEmail : account.Email;
        if (call.Database.IsTaken(login, email, account)) return Answer.Message("User with same email or login already exists", 409);
        call.Database.Rename(account, login, email);
        if (call.Text("name") is { Length: > 0 } name) account.Name = name;
        account.Updated = GrafanaDatabase.ToSeconds(call.Database.Now);
        return Answer.Message("User updated");
    }

    private static Answer SwitchOrganisation(Call call)
    {
        if (!long.TryParse(call.Part("id"), out var id) || !call.Database.Organisations.TryGetValue(id, out var to)
            || !to.Roles.ContainsKey(call.Caller.Account!.Id))
            return Answer.Message("Not a valid organization", 401);
        call.Caller.Account.CurrentOrgId = id;
        call.Caller.Account.Updated = GrafanaDatabase.ToSeconds(call.Database.Now);
        return Answer.Message("Active organization changed");
    }

    private static Answer List(Call call) => WrongSort(call) ?? Answer.Json(Page(call, Matching(call), out _, out _));

    private static Answer Search(Call call)
    {
        if (WrongSort(call) is { } refusal) return refusal;
        var all = Matching(call);
        var users = Page(call, all, out var page, out var perPage);
        return Answer.Json(new { totalCount = all.Length, users, page, perPage });
    }

    private static Answer? WrongSort(Call call) => call.Ask("sort") is { Length: > 0 } sort && !IsKnownSort(sort)
        ? Answer.Error(400, "BadRequest", "unknown sorting option", "BadRequest", sort + " option unknown")
        : null;

    private static bool IsKnownSort(string sort) => sort.Split(',').All(s =>
        s is "login-asc" or "login-desc" or "email-asc" or "email-desc" or "name-asc" or "name-desc" or "lastSeenAtAge-asc"
            or "lastSeenAtAge-desc");

    private static Account[] Matching(Call call)
    {
        var query = call.Ask("query");
        return [.. query.Length == 0
            ? call.Database.People
            : call.Database.People.Where(a => Has(a.Login) || Has(a.Email) || Has(a.Name))];

        bool Has(string text) => text.Contains(query, StringComparison.OrdinalIgnoreCase);
    }

    private static object[] Page(Call call, Account[] all, out long page, out long perPage)
    {
        page = call.AskNumber("page", 1);
        perPage = call.AskNumber("perpage", 1000);
        var size = call.Faults.PerPageCap is > 0 and var cap ? Math.Min(cap, perPage) : perPage;
        if (size < perPage) perPage = size;
        return [.. Call.Page(all, page, size).Select(a => UserJson.Row(call, a))];
    }

    private static Answer LookUp(Call call) => call.Database.ByLoginOrEmail(call.Ask("loginOrEmail")) is { } account
        ? Answer.Json(UserJson.Profile(call, account, account.CurrentOrgId, lookup: true))
        : UnknownUser;

    private static Answer One(Call call) => Person(call, "Failed to get user", out var refusal) is { } account
        ? Answer.Json(UserJson.Profile(call, account, account.CurrentOrgId))
        : refusal;

    // Nobody is in no organisation, whatever the number (recorded).
    private static Answer Organisations(Call call) => call.Database.ByIdOrUid(call.Part("id")) is { Service: null } account
        ? Answer.Json(UserJson.Organisations(call, account))
        : call.Id("id") is null ? UnknownUid : Answer.Json(Array.Empty<object>());
}
