using Row = Athena.Common.Grafana.Api.Route;

namespace Athena.Sandbox.Grafana.Api;

/// <summary>What a server admin does to accounts.</summary>
internal static class AdminUserApi
{
    public static IEnumerable<Route> Routes { get; } =
    [
        new(Row.CreateUser, Create) { LoggedAs = "/api/admin/users/", Permission = "users:create", Milliseconds = 19 },
        new(Row.DeleteUser, Delete) { Permission = "users:delete", Scope = ById, Milliseconds = 38 },
        new(Row.Disable, Disable) { Permission = "users:disable", Scope = ById, Milliseconds = 17 },
        new(Row.Enable, Enable) { Permission = "users:enable", Scope = ById, Milliseconds = 15 },
        new(Row.Logout, LogOut) { Permission = "users:logout", Scope = ById, Milliseconds = 12 },
        new(Row.SessionsOfUser, Sessions) { Permission = "users.authtoken:read", Scope = ById, Milliseconds = 10 },
        new(Row.MakeServerAdmin, Permissions) { Permission = "users.permissions:write", Scope = ById, Milliseconds = 15 },
        new("PUT", "/api/admin/users/:id/password", Password) { Permission = "users.password:write", Scope = ById, Milliseconds = 20 },
    ];

    private static string ById(Call call) =>
        "global.users:id:" + (call.Database.ByIdOrUid(call.Part("id"))?.Id.ToString() ?? call.Part("id"));

    private static Answer Create(Call call)
    {
        var (login, email) = (call.Text("login"), call.Text("email"));
        if (login.Length == 0) login = email;
        if (email.Length == 0) email = login;
        if (login.Length == 0) return Answer.Message("Validation error, need specify either username or email", 400);
        if (call.Text("password").Length < 4) return Answer.Message("Password is missing or too short", 400);
        if (call.Database.IsTaken(login, email))
            return Answer.Message($"User with email '{email}' or username '{login}' already exists", 412);
        if (GrafanaDatabase.IsTooLong(login, email, call.Text("name"))) return Answer.Message("Failed to create user", 500);
        var orgId = call.Number("OrgId") is > 0 and var given ? given : 1;
        if (!call.Database.Organisations.ContainsKey(orgId)) return Answer.Message("organization not found", 400);
        var account = call.Database.AddUser(login, email, call.Text("name"), call.Text("password"), orgId: orgId);
        return Answer.Json(new { id = account.Id, uid = account.Uid, message = "User created" });
    }

    private static Answer Delete(Call call)
    {
        if (UserApi.Person(call, "Failed to delete user", out var refusal) is not { } account) return refusal;
        call.Database.Remove(account);
        return Answer.Message("User deleted");
    }

    private static Answer Disable(Call call)
    {
        if (UserApi.Person(call, "Failed to disable user", out var refusal) is not { } account) return refusal;
        if (account.IsExternalAt(call.Database.Now)) return Answer.Message("Could not disable external user", 500);
        account.IsDisabled = true;
        account.DisabledAt = call.Database.Now;
        EndSessions(call, account);
        return Answer.Message("User disabled");
    }

    private static Answer Enable(Call call)
    {
        if (UserApi.Person(call, "Failed to enable user", out var refusal) is not { } account) return refusal;
        if (account.IsExternalAt(call.Database.Now)) return Answer.Message("Could not enable external user", 500);
        account.IsDisabled = false;
        return Answer.Message("User enabled");
    }

    private static Answer LogOut(Call call)
    {
        // This one handler writes it with a capital and logs why (recorded).
        if (UserApi.Person(call, "Could not read user from database", out var refusal, "User not found") is not { } account)
            return refusal.Status == 404 && call.Id("id") is not null
                ? refusal with { LogFields = [("error", "user not found")] }
                : refusal;
        if (account == call.Caller.Account) return Answer.Message("You cannot logout yourself", 400);
        EndSessions(call, account);
        return Answer.Message("User logged out");
    }

    private static void EndSessions(Call call, Account account) => call.Database.Sessions.RemoveOf(account.Id);

    private static Answer Sessions(Call call) =>
        UserApi.Person(call, "Failed to get user", out var refusal, "User not found") is { } account
            ? Answer.Json(call.Database.Sessions.Of(account.Id).Select(s => new
            {
                id = s.Id,
                isActive = false,
                clientIp = s.ClientIp,
                device = "Other",
                os = "Other",
                osVersion = "",
                browser = "Other",
                browserVersion = "",
                authModule = "",
                createdAt = call.Time(s.Created),
                seenAt = call.Time(s.Seen),
            }).ToArray())
            : refusal;

    private static Answer Permissions(Call call)
    {
        if (call.Database.ByIdOrUid(call.Part("id")) is not { Service: null } account)
            return call.Id("id") is null ? UserApi.UnknownUid : Answer.Message("Failed to update user permissions", 500);
        account.IsServerAdmin = call.Flag("isGrafanaAdmin") == true;
        return Answer.Message("User permissions updated");
    }

    private static Answer Password(Call call)
    {
        if (UserApi.Person(call, "Failed to get user", out var refusal) is not { } account) return refusal;
        account.Password = call.Text("password");
        EndSessions(call, account);
        return Answer.Message("User password updated");
    }
}
