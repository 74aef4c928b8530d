using Row = Athena.Common.Grafana.Api.Route;

namespace Athena.Sandbox.Grafana.Api;

/// <summary>Invitations to an organisation.</summary>
internal static class InvitationApi
{
    public static IEnumerable<Route> Routes { get; } =
    [
        new("POST", "/api/org/invites", Create) { Permission = "org.users:add", Milliseconds = 15 },
        new(Row.Invitations, List) { Permission = "org.users:add", Milliseconds = 11 },
    ];

    /// <summary><c>POST /api/user/invite/complete</c>: only the code is asked for.</summary>
    public static Answer Complete(Call call)
    {
        if (call.Database.Invitations.FirstOrDefault(i => i.Code == call.Text("inviteCode")) is not { } invitation)
            return Answer.Message("Invite not found", 404);
        var email = call.Text("email");
        var login = call.Text("username") is { Length: > 0 } given ? given : email;
        if (call.Database.IsTaken(login, email))
            return Answer.Message($"User with email '{email}' or username '{login}' already exists", 412);
        call.Database.Invitations.Remove(invitation);
        var account = call.Database.AddUser(login, email, call.Text("name"), call.Text("password"), invitation.Role, invitation.OrgId);
        return SignUpApi.Entered(call, account, Answer.Json(new { id = account.Id, message = "User created and logged in" }));
    }

    private static Answer Create(Call call)
    {
        if (!Role.IsKnown(call.Text("role"))) return Answer.Message("Invalid role specified", 400);
        var email = call.Text("loginOrEmail").ToLowerInvariant();
        if (call.Database.ByLoginOrEmail(email) is { } known)
        {
            // Who has an account is put into the organisation at once.
            call.Database.Organisations[call.Caller.OrgId].Roles[known.Id] = call.Text("role");
            var organisation = call.Database.Organisations[call.Caller.OrgId].Name;
            return Answer.Json(new { message = $"Existing Grafana user {known.Login} added to org {organisation}", userId = known.Id });
        }

        call.Database.Invitations.Add(new Invitation(
            call.Database.NextTemporaryUserId(), call.Caller.OrgId, call.Text("name"), email, call.Text("role"),
            call.Database.Names.InvitationCode(),
            call.Caller.Account, GrafanaDatabase.ToSeconds(call.Database.Now)));
        return Answer.Message("Created invite for " + email);
    }

    private static Answer List(Call call) => Answer.Json(call.Database.Invitations.Where(i => i.OrgId == call.Caller.OrgId).Select(i => new
    {
        id = i.Id,
        orgId = i.OrgId,
        name = i.Name,
        email = i.Email,
        role = i.Role,
        invitedByLogin = i.InvitedBy?.Login ?? "",
        invitedByEmail = i.InvitedBy?.Email ?? "",
        invitedByName = i.InvitedBy?.Name ?? "",
        code = i.Code,
        status = "InvitePending",
        url = $"http://{call.Headers.Host}{call.Options.SubPath}/invite/{i.Code}",
        emailSent = false,
        emailSentOn = call.Time(i.Created),
        createdOn = call.Time(i.Created),
    }).ToArray());
}
