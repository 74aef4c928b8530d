using Row = Athena.Common.Grafana.Api.Route;

namespace Athena.Sandbox.Grafana.Api;

/// <summary>Organisations and their members.</summary>
internal static class OrganisationApi
{
    public static IEnumerable<Route> Routes { get; } =
    [
        new(Row.Organisations, call =>
            Answer.Json(call.Database.Organisations.Values.Select(o => new { id = o.Id, name = o.Name }).ToArray()))
        {
            Permission = "orgs:read", Milliseconds = 9,
        },
        new("POST", "/api/orgs", Create) { Permission = "orgs:create", Milliseconds = 12 },
        new("GET", "/api/org/users", call => Members(call, call.Caller.OrgId)) { Permission = "org.users:read", Milliseconds = 12 },
        new("PATCH", "/api/org/users/:userId", call => ChangeRole(call, call.Caller.OrgId))
        {
            Permission = "org.users:write",
            Milliseconds = 11,
        },
        new("GET", "/api/orgs/:orgId/users", call => Members(call, OrgId(call)))
        {
            NeedsOrganisation = true,
            Permission = "org.users:read",
            Milliseconds = 12,
        },
        new(Row.AddToOrganisation, Add) { NeedsOrganisation = true, Permission = "org.users:add", Milliseconds = 16 },
        new(Row.SetRole, call => ChangeRole(call, OrgId(call)))
        {
            NeedsOrganisation = true,
            Permission = "org.users:write",
            Milliseconds = 15,
        },
        new("DELETE", "/api/orgs/:orgId/users/:userId", Leave)
        {
            NeedsOrganisation = true,
            Permission = "org.users:remove",
            Milliseconds = 20,
        },
    ];

    private static long OrgId(Call call) => call.Id("orgId") ?? 0;

    private static Answer Create(Call call)
    {
        if (call.Database.Organisations.Values.Any(o => o.Name == call.Text("name"))) return Answer.Message("Organization name taken", 409);
        var organisation = call.Database.AddOrganisation(call.Text("name"), call.Caller.Account);
        return Answer.Json(new { message = "Organization created", orgId = organisation.Id });
    }

    private static Answer Members(Call call, long orgId) => call.Database.Organisations.TryGetValue(orgId, out var organisation)
        ? Answer.Json(
            call.Database.People.Where(a => organisation.Roles.ContainsKey(a.Id))
                .Select(a => UserJson.Member(call, organisation, a)).ToArray())
        : Answer.Json(Array.Empty<object>());

    private static Answer Add(Call call)
    {
        if (!Role.IsKnown(call.Text("role"))) return Answer.Message("Invalid role specified", 400);
        if (call.Database.ByLoginOrEmail(call.Text("loginOrEmail")) is not { } account) return Answer.Message("User not found", 404);
        if (!call.Database.Organisations.TryGetValue(OrgId(call), out var organisation))
            return Answer.Message("organization not found", 404);
        if (organisation.Roles.ContainsKey(account.Id)) return Answer.Message("User is already member of this organization", 409);
        organisation.Roles[account.Id] = call.Text("role");
        if (account.CurrentOrgId == 0) account.CurrentOrgId = organisation.Id;
        return Answer.Json(new { message = "User added to organization", userId = account.Id });
    }

    private static Answer ChangeRole(Call call, long orgId)
    {
        if (call.Text("role").Length == 0) return Answer.Message("bad request data", 400);
        if (!Role.IsKnown(call.Text("role"))) return Answer.Message("Invalid role specified", 400);
        if (Member(call, orgId) is not var (organisation, account)) return NoMember(call, "Failed update org user");
        if (account.IsExternallySynced && account.IsExternalAt(call.Database.Now))
        {
            return Answer.Error(
                403, "Forbidden", "org.externallySynced", "cannot change role for externally synced user",
                "Cannot change role for externally synced user");
        }

        organisation.Roles[account.Id] = call.Text("role");
        return Answer.Message("Organization user updated");
    }

    private static Answer Leave(Call call)
    {
        if (Member(call, OrgId(call)) is not var (organisation, account)) return NoMember(call, "Failed to remove user from organization");
        organisation.Roles.Remove(account.Id);
        if (account.CurrentOrgId == organisation.Id)
            account.CurrentOrgId = call.Database.Organisations.Values.FirstOrDefault(o => o.Roles.ContainsKey(account.Id))?.Id ?? 0;
        return Answer.Message("User removed from organization");
    }

    // Of an id, whoever has it, the server's own error; of a uid that nobody has, not even that (recorded).
    private static Answer NoMember(Call call, string failure) =>
        call.Id("userId") is null && call.Database.ByIdOrUid(call.Part("userId")) is null
            ? UserApi.UnknownUid
            : Answer.Message(failure, 500);

    private static (Organisation, Account)? Member(Call call, long orgId) =>
        call.Database.Organisations.TryGetValue(orgId, out var organisation)
        && call.Database.ByIdOrUid(call.Part("userId")) is { Service: null } account && organisation.Roles.ContainsKey(account.Id)
            ? (organisation, account)
            : null;
}
