using System.Text.Json;
using Athena.Common.Grafana.Api;

namespace Athena.Common.Tests.Grafana.Api;

/// <summary>Each answer that a running Grafana was seen to give, and what the caller is told.</summary>
public sealed class OutcomeTests : GrafanaTestBase
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [TestCase("disable", "day", GrafanaOutcome.Done, "")]
    [TestCase("disable again", "day", GrafanaOutcome.Done, "")]
    [TestCase("disable an unknown user", "day", GrafanaOutcome.Gone, "user not found")]
    [TestCase("service account may not disable in OSS", "day", GrafanaOutcome.Refused, "users:disable")]
    [TestCase("a viewer may not disable", "day", GrafanaOutcome.Refused, "users:disable")]
    [TestCase("bad token", "day", GrafanaOutcome.SignInFailed, "Invalid API key")]
    public async Task Disable_ends_as_recorded(string scene, string file, GrafanaOutcome outcome, string detail)
    {
        await using var peer = new HttpPeer(_ => Recorded.Answer(scene, file));
        var answer = await Client(WithToken(peer.Url)).DisableAsync(5, Never);
        Assert.Multiple(() =>
        {
            Assert.That(answer.Outcome, Is.EqualTo(outcome));
            Assert.That(answer.Detail, Does.Contain(detail));
            Assert.That(peer.Requests.Select(request => request.Line), Is.EqualTo(new[] { "POST /api/admin/users/5/disable" }));
        });
    }

    [Test]
    public async Task Acknowledges_in_Grafanas_own_words()
    {
        await using var peer = new HttpPeer(request => Recorded.Answer(request.Method == "DELETE" ? "delete a user"
            : request.Target.EndsWith("/enable", StringComparison.Ordinal) ? "enable (= approve)" : "log a user out"));
        var client = Client(WithToken(peer.Url));
        Assert.That((await client.EnableAsync(5, Never)).Value?.Message, Is.EqualTo("User enabled"));
        Assert.That((await client.LogoutAsync(5, Never)).Value?.Message, Is.EqualTo("User logged out"));
        Assert.That((await client.DeleteUserAsync(7, Never)).Value?.Message, Is.EqualTo("User deleted"));
        Assert.That(peer.Requests.Last().Line, Is.EqualTo("DELETE /api/admin/users/7"));
    }

    [Test]
    public async Task Makes_an_account_and_tells_its_id_and_uid()
    {
        await using var peer = new HttpPeer(_ => Recorded.Answer("an admin creates users"));
        var answer = await Client(WithToken(peer.Url)).CreateUserAsync(Naledi(), Never);
        var sent = JsonDocument.Parse(peer.Requests.Single().Body).RootElement;
        Assert.Multiple(() =>
        {
            Assert.That(answer.Value, Is.EqualTo(new CreatedUser(2, "cg4x9hd7ft69sf")));
            Assert.That(peer.Requests.Single().Line, Is.EqualTo("POST /api/admin/users"));
            Assert.That(sent.EnumerateObject().Select(field => $"{field.Name}={field.Value}"), Is.EquivalentTo(new[]
            {
                "login=naledi", "email=naledi.dlamini@example.org", "name=Naledi \"x\" Dlamini", "password=lab-User-1",
            }));
        });
    }

    [Test]
    public async Task An_account_that_is_there_already_is_no_fault_and_its_password_is_in_no_answer()
    {
        await using var peer = new HttpPeer(_ =>
            new PeerAnswer(412, """{"message":"User with email 'naledi.dlamini@example.org' or username 'naledi' already exists"}"""));
        var answer = await Client(WithToken(peer.Url)).CreateUserAsync(Naledi(), Never);
        Assert.Multiple(() =>
        {
            Assert.That((answer.Outcome, answer.Value), Is.EqualTo((GrafanaOutcome.AlreadySo, (CreatedUser?)null)));
            Assert.That(answer.ToString(), Does.Contain("already exists").And.Not.Contain("lab-User-1"));
            Assert.That(peer.Requests, Has.Count.EqualTo(1), "nothing was retried");
        });
    }

    [Test]
    public async Task A_made_account_without_an_id_is_not_understood()
    {
        await using var peer = new HttpPeer(_ => PeerAnswer.Json("""{"message":"User created"}"""));
        var answer = await Time.PassPausesAsync(Client(WithToken(peer.Url)).CreateUserAsync(Naledi(), Never));
        Assert.That(answer.Outcome, Is.EqualTo(GrafanaOutcome.Unavailable));
    }

    private static NewUser Naledi() =>
        new() { Login = "naledi", Email = "naledi.dlamini@example.org", Name = "Naledi \"x\" Dlamini", Password = "lab-User-1" };

    [Test]
    public async Task Logging_ourselves_out_is_refused()
    {
        await using var peer = new HttpPeer(_ => Recorded.Answer("log myself out"));
        var answer = await Client(WithToken(peer.Url)).LogoutAsync(1, Never);
        Assert.That(answer.Outcome, Is.EqualTo(GrafanaOutcome.Refused));
        Assert.That(answer.Detail, Does.Contain("You cannot logout yourself"));
    }

    [TestCase("single sign-on user: disable refused", "single sign-on user, detail", "single-sign-on", 2, "Generic OAuth")]
    [TestCase("external user: disable is refused", "external user, detail: isExternal", "day", 26, "Auth Proxy")]
    public async Task External_is_who_the_users_own_record_calls_external(string refusal, string record, string file, long id, string label)
    {
        await using var peer = new HttpPeer(request => Recorded.Answer(request.Method == "POST" ? refusal : record, file));
        var answer = await Client(WithToken(peer.Url)).DisableAsync(id, Never);
        Assert.Multiple(() =>
        {
            Assert.That(answer.Outcome, Is.EqualTo(GrafanaOutcome.ExternalUser));
            Assert.That(answer.Detail, Does.Contain(label));
            Assert.That(peer.Requests.Select(request => request.Method), Is.EqualTo(new[] { "POST", "GET" }), "nothing was retried");
        });
    }

    [Test]
    public async Task Enabling_an_external_user_is_told_as_such()
    {
        await using var peer = new HttpPeer(request => request.Method == "POST"
            ? Recorded.Answer("enable by API while external: refused", "single-sign-on")
            : Recorded.Answer("single sign-on user, detail", "single-sign-on"));
        Assert.That((await Client(WithToken(peer.Url)).EnableAsync(2, Never)).Outcome, Is.EqualTo(GrafanaOutcome.ExternalUser));
    }

    [Test]
    public async Task A_claim_to_be_external_that_the_record_denies_is_a_fault_and_retried()
    {
        var record = Recorded.Answer("one user");
        await using var peer = new HttpPeer(request =>
            request.Method == "POST" ? Recorded.Answer("external user: disable is refused") : record);
        var answer = await Time.PassPausesAsync(Client(WithToken(peer.Url)).DisableAsync(2, Never));
        Assert.That(answer.Outcome, Is.EqualTo(GrafanaOutcome.Unavailable));
        Assert.That(peer.Requests.Count(request => request.Method == "POST"), Is.EqualTo(3));
    }

    [Test]
    public async Task A_claim_to_be_external_about_somebody_who_is_gone_is_gone()
    {
        await using var peer = new HttpPeer(request => request.Method == "POST"
            ? Recorded.Answer("external user: disable is refused") : Recorded.Answer("one user, unknown"));
        Assert.That((await Client(WithToken(peer.Url)).DisableAsync(999, Never)).Outcome, Is.EqualTo(GrafanaOutcome.Gone));
    }

    [Test]
    public async Task A_role_that_single_sign_on_sets_is_external()
    {
        await using var peer = new HttpPeer(_ => Recorded.Answer("single sign-on user: role None", "single-sign-on"));
        var answer = await Client(WithToken(peer.Url)).SetRoleAsync(1, 2, "None", Never);
        Assert.That(answer.Outcome, Is.EqualTo(GrafanaOutcome.ExternalUser));
        Assert.That(peer.Requests.Single().Line, Is.EqualTo("PATCH /api/orgs/1/users/2"));
        Assert.That(peer.Requests.Single().Body, Is.EqualTo("""{"role":"None"}"""));
    }

    [Test]
    public async Task A_404_that_is_not_about_the_user_is_not_taken_for_one_that_is_gone()
    {
        foreach (var body in new[] { """{"message":"Not found"}""", "<html>404 page</html>", "", "[]" })
        {
            await using var peer = new HttpPeer(_ => new PeerAnswer(404, body));
            var answer = await Client(WithToken(peer.Url)).UserAsync(2, Never);
            Assert.That(answer.Outcome, Is.EqualTo(GrafanaOutcome.Unavailable), body);
            Assert.That(answer.Detail, Does.Contain("GRAFANA_URL"));
        }
    }

    [Test]
    public async Task A_success_of_something_in_front_of_Grafana_is_no_acknowledgement()
    {
        await using var peer = new HttpPeer(_ => PeerAnswer.Json("<html>Please sign in</html>"));
        var answer = await Time.PassPausesAsync(Client(WithToken(peer.Url)).DisableAsync(5, Never));
        Assert.That(answer.Outcome, Is.EqualTo(GrafanaOutcome.Unavailable));
        Assert.That(answer.Detail, Does.Contain("not the JSON that Grafana sends"));
    }

    [Test]
    public async Task Reads_one_user_as_recorded()
    {
        await using var peer = new HttpPeer(_ => Recorded.Answer("external user, detail: isExternal"));
        var user = (await Client(WithToken(peer.Url)).UserAsync(26, Never)).Value;
        Assert.Multiple(() =>
        {
            Assert.That(user?.Login, Is.EqualTo("ext.lerato"));
            Assert.That(user?.Uid, Is.EqualTo("eg4x9lkw7tzi8f"));
            Assert.That(user?.Email, Is.EqualTo("lerato@example.com"));
            Assert.That(user?.Name, Is.EqualTo("Lerato (external)"));
            Assert.That(user?.AuthLabels, Is.EqualTo(new[] { "Auth Proxy" }));
            Assert.That(user?.IsExternal, Is.True);
            Assert.That(user?.Created, Is.Not.Null);
        });
    }

    [Test]
    public async Task A_record_of_somebody_else_is_not_accepted()
    {
        await using var peer = new HttpPeer(_ => Recorded.Answer("one user"));
        var answer = await Time.PassPausesAsync(Client(WithToken(peer.Url)).UserAsync(3, Never));
        Assert.That(answer.Outcome, Is.EqualTo(GrafanaOutcome.Unavailable));
    }

    [Test]
    public async Task Finds_a_user_by_the_uid()
    {
        await using var peer = new HttpPeer(_ => Recorded.Answer("user by uid", "attacks"));
        var answer = await Client(WithToken(peer.Url)).UserByUidAsync("bg4xf31vkr1fkd", Never);
        Assert.That(answer.Value?.Id, Is.EqualTo(17));
        Assert.That(peer.Requests.Single().Line, Is.EqualTo("GET /api/users/bg4xf31vkr1fkd"));
    }

    [TestCase("plus+sign@example.net", "plus%2Bsign%40example.net")]
    [TestCase(" lead", "%20lead")]
    [TestCase("Ünïcødé_Ωλ", "%C3%9Cn%C3%AFc%C3%B8d%C3%A9_%CE%A9%CE%BB")]
    [TestCase("null\0@example.org", "null%00%40example.org")]
    [TestCase("a&b=c#d?e/f%41", "a%26b%3Dc%23d%3Fe%2Ff%2541")]
    [TestCase("crlf@example.org>\r\nX: y", "crlf%40example.org%3E%0D%0AX%3A%20y")]
    [TestCase("..", "..")]
    public async Task Encodes_everything_that_is_looked_up(string text, string sent)
    {
        await using var peer = new HttpPeer(_ => Recorded.Answer("look-up of the e-mail in the log", "attacks"));
        var answer = await Client(WithToken(peer.Url)).LookUpAsync(text, Never);
        Assert.That(answer.Outcome, Is.EqualTo(GrafanaOutcome.Gone));
        Assert.That(peer.Requests.Single().Target, Is.EqualTo("/api/users/lookup?loginOrEmail=" + sent));
    }

    [Test]
    public async Task What_cannot_be_a_name_is_not_even_asked_for()
    {
        await using var peer = new HttpPeer(_ => Recorded.Answer("one user"));
        var client = Client(WithToken(peer.Url));
        await Assert.MultipleAsync(async () =>
        {
            Assert.That((await client.UserByUidAsync("..", Never)).Outcome, Is.EqualTo(GrafanaOutcome.Gone));
            Assert.That((await client.DashboardAsync("..", Never)).Outcome, Is.EqualTo(GrafanaOutcome.Gone));
            Assert.That((await client.DashboardAsync("", Never)).Outcome, Is.EqualTo(GrafanaOutcome.Gone));
            Assert.That((await client.LookUpAsync(new string('x', 100_000), Never)).Outcome, Is.EqualTo(GrafanaOutcome.Gone));
            Assert.That(peer.Requests, Is.Empty);
        });
    }

    [Test]
    public async Task Health_needs_no_signing_in()
    {
        await using var peer = new HttpPeer(_ => Recorded.Answer("health"));
        var answer = await Client(WithPassword(peer.Url)).HealthAsync(Never);
        Assert.That(answer.Value, Is.EqualTo(new GrafanaHealth("12.4.0", true)));
        Assert.That(peer.Requests.Single().Header("Cookie"), Is.Null);
    }

    [Test]
    public async Task A_Grafana_without_its_database_is_unavailable()
    {
        await using var peer = new HttpPeer(_ => new PeerAnswer(503, """{"database":"failing","version":"12.4.0"}"""));
        var answer = await Time.PassPausesAsync(Client(WithToken(peer.Url)).HealthAsync(Never));
        Assert.That((answer.Outcome, answer.Detail), Is.EqualTo((GrafanaOutcome.Unavailable, GrafanaHealth.DatabaseAway)));
        Assert.That(GrafanaHealth.RemedyFor(answer.Detail), Does.Contain("postgresql").And.Not.Contain("GRAFANA_URL"));
    }

    [Test]
    public async Task A_gateway_that_finds_no_Grafana_says_nothing_of_its_database()
    {
        await using var peer = new HttpPeer(_ => new PeerAnswer(503, "<html>no available server</html>"));
        var answer = await Time.PassPausesAsync(Client(WithToken(peer.Url)).HealthAsync(Never));
        Assert.That(answer.Detail, Does.Not.Contain("database"));
        Assert.That(GrafanaHealth.RemedyFor(answer.Detail), Does.Contain("GRAFANA_URL"));
    }

    [Test]
    public async Task Knows_itself_as_a_service_account()
    {
        await using var peer = new HttpPeer(_ => Recorded.Answer("service account: who am I"));
        var me = (await Client(WithToken(peer.Url)).WhoAmIAsync(Never)).Value;
        Assert.That((me?.Id, me?.Uid, me?.Login), Is.EqualTo((0L, "service-account:28", "sa-1-athena-bot")));
    }

    [Test]
    public async Task Reads_the_server_settings()
    {
        await using var peer = new HttpPeer(_ => Recorded.Answer("daemon: server settings (only these kept)", "attacks"));
        var settings = (await Client(WithToken(peer.Url)).ServerSettingsAsync(Never)).Value!;
        Assert.That(settings.Flag("server", "router_logging"), Is.True);
        Assert.That(settings["users", "auto_assign_org_role"], Is.EqualTo("Viewer"));
        Assert.That(settings["no", "such"], Is.Null);
    }

    [Test]
    public async Task Reads_organisations_sessions_service_accounts_and_titles()
    {
        await using var peer = new HttpPeer(request => request.Target switch
        {
            "/api/users/2/orgs" => Recorded.Answer("one user's organisations"),
            "/api/orgs?perpage=20000" => Recorded.Answer("organisations"),
            "/api/admin/users/5/auth-tokens" => Recorded.Answer("his sessions"),
            "/api/serviceaccounts/search?perpage=1000&page=1" => Recorded.Answer("service accounts of the organisation", "attacks"),
            "/api/dashboards/uid/ward-occupancy" => Recorded.Answer("title of a dashboard"),
            _ => Recorded.Answer("title of a dashboard that is gone"),
        });
        var client = Client(WithToken(peer.Url));
        Assert.That((await client.OrganisationsOfAsync(2, Never)).Value, Is.EqualTo(new[]
        {
            new OrganisationMembership(2, "Clinic North", "Viewer"), new OrganisationMembership(1, "Main Org.", "Viewer"),
        }));
        Assert.That((await client.OrganisationsAsync(Never)).Value, Is.EqualTo(new[]
        {
            new GrafanaOrganisation(1, "Main Org."), new GrafanaOrganisation(2, "Clinic North"),
        }));
        var seen = new DateTimeOffset(2026, 11, 21, 1, 22, 26, TimeSpan.Zero);
        Assert.That((await client.SessionsAsync(5, Never)).Value, Is.EqualTo(
            new[] { new UserSession(1, "127.0.0.1", "Other", "Other", seen, seen) }));
        Assert.That((await client.ServiceAccountsAsync(3, Never)).Value, Is.EqualTo(new[]
        {
            new ServiceAccount(24, "sa-3-backdoor", "backdoor", 3, "Admin", false),
        }));
        Assert.That(peer.Requests.Last().Header("X-Grafana-Org-Id"), Is.EqualTo("3"));
        Assert.That((await client.DashboardAsync("ward-occupancy", Never)).Value, Is.EqualTo(
            new DashboardTitle(
                "ward-occupancy",
                "Ward Occupancy",
                Recorded.Json("title of a dashboard").GetProperty("meta").GetProperty("folderTitle").GetString()!,
                "/d/ward-occupancy/ward-occupancy")));
        Assert.That((await client.DashboardAsync("nope", Never)).Outcome, Is.EqualTo(GrafanaOutcome.Gone));
    }

    [Test]
    public async Task Reads_the_pending_invitations_of_an_organisation_without_their_codes()
    {
        await using var peer = new HttpPeer(_ => PeerAnswer.Json(
            """[{"id": 22, "orgId": 1, "name": "Invited Person", "email": "invitee@example.net", "role": "Viewer", "invitedByLogin": "admin", "code": "secret", "status": "InvitePending"}]"""));
        var answer = await Client(WithToken(peer.Url)).InvitationsAsync(1, Never);
        Assert.Multiple(() =>
        {
            Assert.That(answer.Value, Is.EqualTo(new[] { new PendingInvitation("invitee@example.net", "Viewer", 1, "admin") }));
            Assert.That(peer.Requests.Single().Header("X-Grafana-Org-Id"), Is.EqualTo("1"));
        });
    }

    [Test]
    public async Task Deletes_a_service_account_in_its_organisation()
    {
        await using var peer = new HttpPeer(_ => PeerAnswer.Json("""{"message": "Service account deleted"}"""));
        var answer = await Client(WithToken(peer.Url)).DeleteServiceAccountAsync(3, 24, Never);
        var request = peer.Requests.Single();
        Assert.Multiple(() =>
        {
            Assert.That(answer.Value?.Message, Is.EqualTo("Service account deleted"));
            Assert.That((request.Method, request.Target, request.Header("X-Grafana-Org-Id")), Is.EqualTo(
                ("DELETE", "/api/serviceaccounts/24", "3")));
        });
    }

    [Test]
    public async Task A_user_without_sessions_has_none()
    {
        await using var peer = new HttpPeer(_ => Recorded.Answer("his sessions after the disable"));
        Assert.That((await Client(WithToken(peer.Url)).SessionsAsync(5, Never)).Value, Is.Empty);
    }

    [Test]
    public async Task Service_accounts_of_another_organisation_than_the_one_asked_for_are_no_answer()
    {
        await using var peer = new HttpPeer(_ => Recorded.Answer("service accounts of the organisation", "attacks"));
        var answer = await Client(WithToken(peer.Url)).ServiceAccountsAsync(2, Never);
        Assert.That(answer.Outcome, Is.EqualTo(GrafanaOutcome.Refused));
        Assert.That(answer.Detail, Does.Contain("organisation 2").And.Contain("organisation 3"));
    }

    [Test]
    public async Task Reads_service_accounts_page_by_page_and_gives_all_or_none()
    {
        static string Page(int from, int count, int total) =>
            $$"""{"totalCount":{{total}},"serviceAccounts":[{{string.Join(',', Enumerable.Range(from, count).Select(id => $$"""{"id":{{id}},"login":"sa-1-{{id}}"}"""))}}]}""";
        var missing = false;
        await using var peer = new HttpPeer(request => PeerAnswer.Json(request.Target.EndsWith("page=1", StringComparison.Ordinal)
            ? Page(1, 1000, 1500) : missing ? Page(1, 0, 1500) : Page(1001, 500, 1500)));
        var client = Client(WithToken(peer.Url));
        Assert.That((await client.ServiceAccountsAsync(1, Never)).Value, Has.Count.EqualTo(1500));
        missing = true;
        Assert.That((await Time.PassPausesAsync(client.ServiceAccountsAsync(1, Never))).Outcome, Is.EqualTo(GrafanaOutcome.Unavailable));
    }

    [Test]
    public async Task Says_which_permission_is_missing_for_the_list()
    {
        await using var peer = new HttpPeer(_ => Recorded.Answer("service account may not list users in OSS"));
        var answer = await Client(WithToken(peer.Url)).AllUsersAsync(Never);
        Assert.That(answer.Outcome, Is.EqualTo(GrafanaOutcome.Refused));
        Assert.That(answer.Detail, Does.Contain("lacks the permission users:read").And.Contain("Grafana Enterprise"));
        Assert.That(answer.Value, Is.Null);
    }

    /// <summary>
    /// As recorded of a server admin who is Viewer in its organisation; also with more permissions than one, and with none that is named.
    /// </summary>
    [TestCase("serviceaccounts:read",
        "our account lacks the permission serviceaccounts:read. To give it: sudo grafana-auto-disable account repair")]
    [TestCase("users:read, users:disable",
        "our account lacks the permission users:read, users:disable. To give it: sudo grafana-auto-disable account repair")]
    [TestCase("", "To give it: sudo grafana-auto-disable account repair")]
    public async Task A_refusal_names_the_permission_the_organisation_and_the_command(string permission, string said)
    {
        await using var peer = new HttpPeer(request => request.Target.StartsWith("/login", StringComparison.Ordinal)
            ? PeerAnswer.Json("""{"message":"Logged in"}""", ("Set-Cookie", "grafana_session=0123456789abcdef; Path=/; HttpOnly"))
            : new PeerAnswer(
                403,
                $$"""{"accessErrorId":"ACE0615544062","message":"You'll need additional permissions to perform this action. Permissions needed: {{permission}}","title":"Access denied"}"""));
        var answer = await Client(WithPassword(peer.Url)).ServiceAccountsAsync(2, Never);
        Assert.That(answer.Outcome, Is.EqualTo(GrafanaOutcome.Refused));
        Assert.That(answer.Detail, Does.StartWith("May not list the service accounts in the organisation 2: ").And.EndWith(said));
    }
}
