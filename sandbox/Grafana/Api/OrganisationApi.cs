namespace Athena.Sandbox.Grafana.Api;

/// <summary>Organisations and their members.</summary>
internal static class OrganisationApi
{
    public static IEnumerable<Route> Routes { get; } =
    [
        new("GET", "/api/orgs", call => Answer.Json(call.Database.Organisations.Values.Select(o => new { id = o.Id, name = o.Name }).ToArray()))
        {
            Permission = "orgs:read", Milliseconds = 9,
        },
        new("POST", "/api/orgs", Create) { Permission = "orgs:create", Milliseconds = 12 },
        new("GET", "/api/org/users", call => Members(call, call.Caller.OrgId)) { Permission = "org.users:read", Milliseconds = 12 },
        new("PATCH", "/api/org/users/:userId", call => ChangeRole(call, call.Caller.OrgId)) { Permission = "org.users:write", Milliseconds = 11 },
        new("GET", "/api/orgs/:orgId/users", call => Members(call, OrgId(call))) { Permission = "org.users:read", Milliseconds = 12 },
        new("POST", "/api/orgs/:orgId/users", Add) { Permission = "org.users:add", Milliseconds = 16 },
        new("PATCH", "/api/orgs/:orgId/users/:userId", call => ChangeRole(call, OrgId(call))) { Permission = "org.users:write", Milliseconds = 15 },
        new("DELETE", "/api/orgs/:orgId/users/:userId", Leave) { Permission = "org.users:remove", Milliseconds = 20 },
    ];

    private static long OrgId(Call call) => long.TryParse(call.Part("orgId"), out var id) ? id : 0;

    private static Answer Create(Call call)
    {
        if (call.Database.Organisations.Values.Any(o => o.Name == call.Text("name"))) return Answer.Message("Organization name taken", 409);
        var organisation = call.Database.AddOrganisation(call.Text("name"), call.Caller.Account);
        return Answer.Json(new { message = "Organization created", orgId = organisation.Id });
    }

    private static Answer Members(Call call, long orgId) => call.Database.Organisations.TryGetValue(orgId, out var organisation)
        ? Answer.Json(call.Database.People.Where(a => organisation.Roles.ContainsKey(a.Id)).Select(a => UserJson.Member(call, organisation, a)).ToArray())
        : Answer.Json(Array.Empty<object>());

    private static Answer Add(Call call)
    {
        if (!Role.IsKnown(call.Text("role"))) return Answer.Message("Invalid role specified", 400);
        if (call.Database.ByLoginOrEmail(call.Text("loginOrEmail")) is not { } account) return UserApi.UnknownUser;
        if (!call.Database.Organisations.TryGetValue(OrgId(call), out var organisation)) return Answer.Message("organization not found", 404);
        if (organisation.Roles.ContainsKey(account.Id)) return Answer.Message("User is already member of this organization", 409);
        organisation.Roles[account.Id] = call.Text("role");
        if (account.CurrentOrgId == 0) account.CurrentOrgId = organisation.Id;
        return Answer.Json(new { message = "User added to organization", userId = account.Id });
    }

    private static Answer ChangeRole(Call call, long orgId)
    {
        if (!Role.IsKnown(call.Text("role"))) return Answer.Message("Invalid role specified", 400);
        if (Member(call, orgId) is not var (organisation, account)) return Answer.Message("user not found", 404);
        if (account.IsExternallySynced && account.IsExternalAt(call.Database.Now))
        {
            return Answer.Error(
                403, "Forbidden", "org.externallySynced", "cannot change role for externally synced user", "Cannot change role for externally synced user");
        }

        organisation.Roles[account.Id] = call.Text("role");
        return Answer.Message("Organization user updated");
    }

    private static Answer Leave(Call call)
    {
        if (Member(call, OrgId(call)) is not var (organisation, account)) return Answer.Message("user not found", 404);
        organisation.Roles.Remove(account.Id);
        if (account.CurrentOrgId == organisation.Id)
            account.CurrentOrgId = call.Database.Organisations.Values.FirstOrDefault(o => o.Roles.ContainsKey(account.Id))?.Id ?? 0;
        return Answer.Message("User removed from organization");
    }

    private static (Organisation, Account)? Member(Call call, long orgId) =>
        call.Database.Organisations.TryGetValue(orgId, out var organisation)
        && call.Database.ByIdOrUid(call.Part("userId")) is { Service: null } account && organisation.Roles.ContainsKey(account.Id)
            ? (organisation, account)
            : null;
}
