namespace Athena.Sandbox.Grafana.Api;

/// <summary>Self-registration with e-mail verification off: whoever posts the form is inside at once (docs/grafana.md §5).</summary>
internal static class SignUpApi
{
    private const string Taken = "User with same email address already exists";

    public static IEnumerable<Route> Routes(SignIn signIn) =>
    [
        new("POST", "/api/user/signup", Announce) { Open = true, Milliseconds = 2.4 },
        new("POST", "/api/user/signup/step2", Register) { Open = true, Milliseconds = 10.7 },
        new("POST", "/api/user/invite/complete", InvitationApi.Complete) { Open = true, Milliseconds = 25 },
    ];

    private static Answer Announce(Call call)
    {
        if (!call.Options.AllowSignUp) return Closed;
        if (call.Database.IsTaken(call.Text("email"), call.Text("email"))) return Answer.Message(Taken, 422);
        call.Database.NextTemporaryUserId();
        return Answer.Json(new { status = "SignUpCreated" });
    }

    private static Answer Register(Call call)
    {
        if (!call.Options.AllowSignUp) return Closed;
        var email = call.Text("email");
        var login = call.Text("username") is { Length: > 0 } given ? given : email;
        if (call.Database.IsTaken(login, email)) return Answer.Message(Taken, 401);
        if (GrafanaDatabase.IsTooLong(login, email, call.Text("name"))) return Answer.Message("Failed to create user", 500);
        var account = call.Database.AddUser(login, email, call.Text("name"), call.Text("password"));

        // Nothing proves that the e-mail is theirs, yet they get the role of whoever was invited at it (docs/grafana.md §5).
        var invitations = call.Database.Invitations.Where(i => i.Email == account.Email).ToArray();
        foreach (var invitation in invitations)
        {
            call.Database.Organisations[invitation.OrgId].Roles[account.Id] = invitation.Role;
            call.Database.Invitations.Remove(invitation);
        }

        var code = invitations.Length > 0 ? "redirect-to-select-org" : "redirect-to-landing-page";
        return Entered(call, account, Answer.Json(new { code, message = "User sign up completed successfully" }));
    }

    /// <summary>Opens a session, and the line that only sign-up and a completed invitation write.</summary>
    public static Answer Entered(Call call, Account account, Answer answer) => answer with
    {
        Cookies = SessionCookie.Of(call, call.Database.AddSession(account, call.RemoteAddress)),
        Notes = [new LogNote("http.server", "info", "Successful Login", false, ("User", account.Email))],
    };

    private static Answer Closed => Answer.Message("User signup is disabled", 401);
}
