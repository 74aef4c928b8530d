using System.Text.RegularExpressions;
using Athena.Sandbox.SingleSignOn;
using Athena.Tests.Shared;

namespace Athena.Sandbox.Tests;

/// <summary>What keeps somebody out who comes by single sign-on, and what does not (docs/grafana.md §5).</summary>
internal sealed class SingleSignOnTests
{
    private static readonly ProviderPerson Kagiso = ProviderPerson.Of("kagiso");

    [Test]
    public async Task Is_inside_at_once_with_an_account_that_nobody_made()
    {
        await using var grafana = await StartAsync();
        using var person = await grafana.SignOnAsync(Kagiso);
        var account = grafana.Database.Find("kagiso@idp.example.org")!;
        Assert.Multiple(async () =>
        {
            Assert.That((person.IsInside, person.Landing, await person.AskAsync()), Is.EqualTo((true, "/", 200)));
            Assert.That((account.AuthLabel, account.IsExternallySynced, account.IsDisabled), Is.EqualTo(("Generic OAuth", true, false)));
            Assert.That(grafana.Database.RolesOf(account), Is.EqualTo(new Dictionary<long, string> { [1] = "Viewer" }));
        });
    }

    [Test]
    public async Task Cannot_be_disabled_nor_lose_the_role_by_the_API()
    {
        await using var grafana = await StartAsync();
        using var admin = new Browser(grafana, "admin", "admin");
        using var person = await grafana.SignOnAsync(Kagiso);
        var id = grafana.Database.Find("kagiso")!.Id;
        Assert.Multiple(async () =>
        {
            Assert.That((await admin.AskAsync("POST", $"/api/admin/users/{id}/disable")).Status, Is.EqualTo(500));
            Assert.That((await admin.AskAsync("PATCH", $"/api/orgs/1/users/{id}", new { role = "None" })).Status, Is.EqualTo(403));
            Assert.That(await person.AskAsync(), Is.EqualTo(200), "they did not notice anything");
        });
    }

    [Test]
    public async Task Is_out_after_a_logout_until_the_next_sign_on_with_the_same_id()
    {
        await using var grafana = await StartAsync();
        using var admin = new Browser(grafana, "admin", "admin");
        using var person = await grafana.SignOnAsync(Kagiso);
        var id = grafana.Database.Find("kagiso")!.Id;
        await admin.AskAsync("POST", $"/api/admin/users/{id}/logout");
        var after = await person.AskAsync();
        using var again = await grafana.SignOnAsync(Kagiso);
        Assert.That((after, await again.AskAsync(), grafana.Database.Find("kagiso")!.Id), Is.EqualTo((401, 200, id)));
    }

    [Test]
    public async Task Is_put_back_into_the_organisation_and_comes_back_with_another_id_after_deletion()
    {
        await using var grafana = await StartAsync();
        using var admin = new Browser(grafana, "admin", "admin");
        using var first = await grafana.SignOnAsync(Kagiso);
        var account = grafana.Database.Find("kagiso")!;
        await admin.AskAsync("DELETE", $"/api/orgs/1/users/{account.Id}");
        var removed = grafana.Database.RolesOf(account).Count;
        using var second = await grafana.SignOnAsync(Kagiso);
        var restored = grafana.Database.RolesOf(account).Count;
        await admin.AskAsync("DELETE", $"/api/admin/users/{account.Id}");
        using var third = await grafana.SignOnAsync(Kagiso);
        Assert.That((removed, restored, third.IsInside), Is.EqualTo((0, 1, true)));
        Assert.That(grafana.Database.Find("kagiso")!.Id, Is.GreaterThan(account.Id));
    }

    [Test]
    public async Task Stays_out_while_the_flag_is_set_in_the_database_and_no_longer()
    {
        await using var grafana = await StartAsync();
        using var admin = new Browser(grafana, "admin", "admin");
        using var person = await grafana.SignOnAsync(Kagiso);
        var account = grafana.Database.Find("kagiso")!;
        Assert.That(grafana.Database.WriteFlag(account.Id, "another uid", true), Is.False, "the id belongs to somebody else");
        Assert.That(grafana.Database.WriteFlag(account.Id, account.Uid, true), Is.True);
        var atOnce = await person.AskAsync();
        using var refused = await grafana.SignOnAsync(Kagiso);
        var byApi = (await admin.AskAsync("POST", $"/api/admin/users/{account.Id}/enable")).Status;
        var shown = (await admin.AskAsync("GET", $"/api/users/{account.Id}")).Json.GetProperty("isDisabled").GetBoolean();
        grafana.Database.WriteFlag(account.Id, account.Uid, false);
        using var allowed = await grafana.SignOnAsync(Kagiso);
        Assert.Multiple(() =>
        {
            Assert.That(atOnce, Is.EqualTo(401));
            Assert.That((refused.IsInside, refused.Landing), Is.EqualTo((false, "/login")));
            Assert.That((byApi, shown), Is.EqualTo((500, true)));
            Assert.That(allowed.IsInside, Is.True);
        });
    }

    [Test]
    public async Task Is_taken_for_an_internal_user_until_the_mark_comes()
    {
        var time = new ManualTime(new DateTimeOffset(2026, 11, 21, 7, 0, 0, TimeSpan.Zero));
        await using var grafana = await StandInGrafana.StartAsync(new StandInOptions
        {
            Time = time,
            SingleSignOn = new SingleSignOnOptions { MarkDelay = TimeSpan.FromMilliseconds(80) },
        });
        using var admin = new Browser(grafana, "admin", "admin");
        using var person = await grafana.SignOnAsync(Kagiso);
        var id = grafana.Database.Find("kagiso")!.Id;
        var early = await LabelsAsync();
        time.Advance(TimeSpan.FromMilliseconds(80));
        Assert.That((early, await LabelsAsync()), Is.EqualTo(("[] false", "[\"Generic OAuth\"] true")));

        async Task<string> LabelsAsync()
        {
            var user = (await admin.AskAsync("GET", $"/api/users/{id}")).Json;
            return $"{user.GetProperty("authLabels").GetRawText()} {user.GetProperty("isExternal").GetRawText()}";
        }
    }

    [Test]
    public async Task Disabled_before_the_mark_comes_an_account_is_out_and_only_the_database_lets_it_in_again()
    {
        var time = new ManualTime(new DateTimeOffset(2026, 11, 21, 7, 0, 0, TimeSpan.Zero));
        await using var grafana = await StandInGrafana.StartAsync(new StandInOptions
        {
            Time = time,
            SingleSignOn = new SingleSignOnOptions { MarkDelay = TimeSpan.FromSeconds(1) },
        });
        using var admin = new Browser(grafana, "admin", "admin");
        using var person = await grafana.SignOnAsync(Kagiso);
        var account = grafana.Database.Find("kagiso")!;
        var (disabled, _) = await admin.AskAsync("POST", $"/api/admin/users/{account.Id}/disable");
        time.Advance(TimeSpan.FromSeconds(1));
        using var refused = await grafana.SignOnAsync(Kagiso);
        var (enabled, _) = await admin.AskAsync("POST", $"/api/admin/users/{account.Id}/enable");
        Assert.That((disabled, await person.AskAsync(), refused.IsInside, enabled), Is.EqualTo((200, 401, false, 500)));
    }

    [Test]
    public async Task Leaves_only_a_redirect_of_nobody_and_then_requests_of_an_id_never_seen()
    {
        using var directory = new TemporaryDirectory();
        await using var grafana = await StandInGrafana.StartAsync(new StandInOptions
        {
            SingleSignOn = new(),
            LogFile = directory["grafana.log"],
            RouterLogging = false,
        });
        using var person = await grafana.SignOnAsync(Kagiso);
        await person.AskAsync("api/users");
        var lines = File.ReadLines(directory["grafana.log"]).Where(l => l.Contains("Request Completed"))
            .Select(l => Regex.Match(l, "(userId=\\d+).* (path=\\S+ status=\\d+)")).Select(m => $"{m.Groups[1].Value} {m.Groups[2].Value}");
        Assert.That(lines, Is.EqualTo(new[]
        {
            "userId=0 path=/login/generic_oauth status=302", "userId=0 path=/login/generic_oauth status=302",
            "userId=2 path=/api/users status=403",
        }));
    }

    [Test]
    public async Task Takes_another_name_at_the_provider_and_is_the_same_account()
    {
        await using var grafana = await StartAsync();
        using var before = await grafana.SignOnAsync(Kagiso);
        var id = grafana.Database.Find("kagiso")!.Id;
        using var after = await grafana.SignOnAsync(Kagiso with { Login = "2", Email = "director@example.org", Name = "The Director" });
        var account = grafana.Database.Users.Single(u => u.Id == id);
        Assert.That((account.Login, account.Email, grafana.Database.Users.Count), Is.EqualTo(("2", "director@example.org", 2)));
    }

    [Test]
    public async Task With_the_e_mail_of_an_internal_user_somebody_stays_outside()
    {
        await using var grafana = await StartAsync();
        grafana.Database.AddUser("int", "int@idp.example.org");
        using var imitator = await grafana.SignOnAsync(ProviderPerson.Of("int"));
        Assert.That((imitator.Landing, await imitator.AskAsync(), grafana.Database.Users.Count), Is.EqualTo(("/login", 401, 2)));
    }

    [TestCase(true, ExpectedResult = 403)]
    [TestCase(false, ExpectedResult = 200)]
    public async Task<int> The_role_may_be_taken_only_where_it_is_not_synchronised(bool synchronised)
    {
        await using var grafana = await StandInGrafana.StartAsync(new StandInOptions
        {
            SingleSignOn = new() { SkipOrgRoleSync = !synchronised },
        });
        using var admin = new Browser(grafana, "admin", "admin");
        using var person = await grafana.SignOnAsync(Kagiso);
        var account = grafana.Database.Find("kagiso")!;
        var (status, _) = await admin.AskAsync("PATCH", $"/api/orgs/1/users/{account.Id}", new { role = "None" });
        using var again = await grafana.SignOnAsync(Kagiso);
        Assert.That(grafana.Database.RolesOf(account)[1], Is.EqualTo(synchronised ? "Viewer" : "None"));
        return status;
    }

    [Test]
    public async Task With_sign_up_closed_only_known_people_sign_on()
    {
        await using var grafana = await StandInGrafana.StartAsync(new StandInOptions { SingleSignOn = new() { AllowSignUp = false } });
        using var stranger = await grafana.SignOnAsync(Kagiso);
        Assert.That((stranger.IsInside, grafana.Database.Find("kagiso")), Is.EqualTo((false, (object?)null)));
    }

    [Test]
    public async Task A_code_without_the_state_that_was_given_opens_nothing()
    {
        await using var grafana = await StartAsync();
        using var thief = new Browser(grafana);
        var (forged, _) = await thief.AskAsync("GET", "/login/generic_oauth?code=kagiso&state=forged");
        Assert.That((forged, (await thief.AskAsync("GET", "/api/user")).Status, grafana.Database.Users.Count), Is.EqualTo((302, 401, 1)));
    }

    [Test]
    public async Task The_provider_asks_a_person_for_a_name_and_sends_nobody_to_another_machine()
    {
        await using var grafana = await StartAsync();
        using var http = new HttpClient();
        var form = await http.GetStringAsync(new Uri(
            grafana.Provider!.Url,
            "/auth?state=%22%3E%3Cscript%3E&redirect_uri=" + Uri.EscapeDataString($"{grafana.Url}login/generic_oauth")));
        using var elsewhere = await http.GetAsync(new Uri(
            grafana.Provider.Url, "/auth?login_hint=kagiso&redirect_uri=http%3A%2F%2Fevil.example%2F"));
        Assert.That(form, Does.Contain("<form action=\"/auth\">").And.Not.Contain("<script>"));
        Assert.That((int)elsewhere.StatusCode, Is.EqualTo(400));
    }

    private static Task<StandInGrafana> StartAsync() => StandInGrafana.StartAsync(new StandInOptions { SingleSignOn = new() });
}
