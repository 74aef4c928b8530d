using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Api.SignIn;
using Athena.Common.Time;

namespace Athena.Common.Tests.Grafana.Api;

/// <summary>Signing in so that nobody can lock us out, against a peer that lets people in as Grafana does.</summary>
public sealed class SignInTests : GrafanaTestBase
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [Test]
    public async Task The_password_opens_one_session_and_is_not_sent_again()
    {
        await using var grafana = new SessionGrafana();
        var client = Client(WithPassword(grafana.Peer.Url));
        for (var call = 0; call < 5; call++)
            Assert.That((await client.WhoAmIAsync(Never)).Outcome, Is.EqualTo(GrafanaOutcome.Done));
        Assert.Multiple(() =>
        {
            Assert.That(grafana.SignIns, Is.EqualTo(new[] { SessionGrafana.Login }));
            Assert.That(grafana.Lines.First(), Is.EqualTo("POST /login"));
            Assert.That(grafana.Peer.Requests.Skip(1).Select(request => request.Header("Cookie")), Is.All.EqualTo(grafana.Cookie(1)));
            Assert.That(grafana.Peer.Requests.Select(request => request.Header("Authorization")), Is.All.Null, "never basic auth");
            Assert.That(client.SignIn.Phase, Is.EqualTo(SignInPhase.SignedIn));
        });
    }

    [Test]
    public async Task A_command_that_is_refused_names_no_next_attempt_and_where_to_mend_it([Values] bool isTyped)
    {
        await using var grafana = new SessionGrafana();
        var options = WithPassword(grafana.Peer.Url) with
        {
            Password = "wrong",
            SettingsAt = "/etc/default/athena-workers",
            IsTyped = isTyped,
            Clock = new ZoneText(TimeZoneInfo.FindSystemTimeZoneById("Africa/Johannesburg")),
        };
        var daemon = await Client(options with { SessionFile = null }).WhoAmIAsync(Never);
        var command = await Client((options with { SessionFile = null }).ForCommand("/nowhere")).WhoAmIAsync(Never);
        Assert.Multiple(() =>
        {
            Assert.That(daemon.Detail, Does.Match(@"The next attempt is at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d SAST\."));
            Assert.That(command.Detail, Does.Not.Contain("next attempt"));
            Assert.That(
                command.Detail,
                isTyped
                    ? Does.Not.Contain("GRAFANA_").And.Contain("Either the login or the password is wrong")
                    : Does.Contain("GRAFANA_PASSWORD is wrong (see /etc/default/athena-workers)"));
        });
    }

    [Test]
    public async Task Many_calls_at_once_sign_in_once()
    {
        await using var grafana = new SessionGrafana();
        var client = Client(WithPassword(grafana.Peer.Url));
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => client.WhoAmIAsync(Never)));
        Assert.That(answers.Select(answer => answer.Outcome), Is.All.EqualTo(GrafanaOutcome.Done));
        Assert.That(grafana.SignIns, Has.Count.EqualTo(1));
        Assert.That(grafana.Peer.Connections, Is.LessThanOrEqualTo(9));
    }

    [Test]
    public async Task Every_request_names_the_daemon_signing_in_and_renewing_too()
    {
        await using var grafana = new SessionGrafana();
        var client = Client(WithPassword(grafana.Peer.Url));
        await client.WhoAmIAsync(Never);
        Time.Advance(TimeSpan.FromMinutes(8));
        await client.WhoAmIAsync(Never);
        Assert.That(
            grafana.Lines, Is.EqualTo(new[] { "POST /login", "GET /api/user", "POST /api/user/auth-tokens/rotate", "GET /api/user" }));
        Assert.That(grafana.Peer.Requests.Select(request => request.Header("Referer")), Is.All.EqualTo(
            $"{grafana.Peer.Url}/athena-workers/auto-disable"));
        Assert.That(
            grafana.Peer.Requests.Select(request => request.Header("User-Agent")),
            Is.All.Match(@"^athena-workers/\d+\.\d+\.\d+ \(auto-disable\)$"));
    }

    /// <summary>
    /// The state directory may hold another installation than the daemon that runs, which would take that for a second copy.
    /// </summary>
    [Test]
    public async Task A_command_names_no_installation()
    {
        await using var grafana = new SessionGrafana();
        var state = Directory.CreateDirectory(Path.Combine(Folder, "state")).FullName;
        var daemon = WithPassword(grafana.Peer.Url).ForHolder(state, Time);
        await Client(daemon).WhoAmIAsync(Never);
        await Client(WithPassword(grafana.Peer.Url).ForCommand(state)).WhoAmIAsync(Never);
        await Client(WithPassword(grafana.Peer.Url) with { IsOneTry = true }).WhoAmIAsync(Never);
        Assert.That(
            grafana.Peer.Requests.Select(request => request.Header("Referer")!.Split('/')[^1]).Distinct(),
            Is.EqualTo(new[] { daemon.Installation!.Id, "command" }));
    }

    [Test]
    public async Task The_session_survives_a_restart()
    {
        await using var grafana = new SessionGrafana();
        await Client(WithPassword(grafana.Peer.Url)).WhoAmIAsync(Never);
        Time.Advance(TimeSpan.FromHours(9));
        var restarted = Client(WithPassword(grafana.Peer.Url));
        Assert.That(restarted.SignIn.Phase, Is.EqualTo(SignInPhase.NotYet));
        Assert.That((await restarted.WhoAmIAsync(Never)).Outcome, Is.EqualTo(GrafanaOutcome.Done));
        Assert.That(grafana.SignIns, Has.Count.EqualTo(1));
        Assert.That(grafana.Rotations, Is.EqualTo(new[] { grafana.Cookie(1) }));
    }

    [Test]
    public async Task A_401_of_a_session_that_lives_is_answered_by_renewing_it()
    {
        await using var grafana = new SessionGrafana();
        var client = Client(WithPassword(grafana.Peer.Url));
        await client.WhoAmIAsync(Never);
        grafana.WantsRotation = true;
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.WhoAmIAsync(Never)));
        Assert.That(answers.Select(answer => answer.Outcome), Is.All.EqualTo(GrafanaOutcome.Done));
        Assert.That(grafana.SignIns, Has.Count.EqualTo(1));
        Assert.That(grafana.Rotations, Has.Count.EqualTo(1), "once for all of them");
    }

    [Test]
    public async Task A_session_that_ended_is_opened_again_with_one_attempt()
    {
        await using var grafana = new SessionGrafana();
        var client = Client(WithPassword(grafana.Peer.Url));
        await client.WhoAmIAsync(Never);
        grafana.EndSessions();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.WhoAmIAsync(Never)));
        Assert.That(answers.Select(answer => answer.Outcome), Is.All.EqualTo(GrafanaOutcome.Done));
        Assert.That(grafana.SignIns, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task While_strangers_lock_the_login_the_session_goes_on_for_ever()
    {
        await using var grafana = new SessionGrafana();
        var client = Client(WithPassword(grafana.Peer.Url));
        await client.WhoAmIAsync(Never);
        grafana.Locked.Add(SessionGrafana.Login);
        grafana.Locked.Add(SessionGrafana.Email);
        for (var hour = 0; hour < 24; hour++)
        {
            Time.Advance(TimeSpan.FromHours(1));
            grafana.WantsRotation = true;
            Assert.That((await client.WhoAmIAsync(Never)).Outcome, Is.EqualTo(GrafanaOutcome.Done));
        }

        Assert.That(grafana.SignIns, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_refused_password_is_not_tried_again_for_more_than_five_minutes()
    {
        await using var grafana = new SessionGrafana();
        grafana.Locked.Add(SessionGrafana.Login);
        var client = Client(WithPassword(grafana.Peer.Url));
        GrafanaAnswer<GrafanaUser> answer = null!;
        for (var second = 0; second <= 330; second += 15)
        {
            answer = await client.WhoAmIAsync(Never);
            Assert.That(answer.Outcome, Is.EqualTo(GrafanaOutcome.SignInFailed));
            Time.Advance(TimeSpan.FromSeconds(15));
        }

        Assert.Multiple(() =>
        {
            Assert.That(grafana.SignIns, Has.Count.EqualTo(1));
            Assert.That(answer.Detail, Does.Contain("2026-11-21 08:06:00 UTC").And.Contain("GRAFANA_PASSWORD").And.Contain("locked"));
            Assert.That(client.SignIn.Phase, Is.EqualTo(SignInPhase.Waiting));
            Assert.That(client.SignIn.Until, Is.EqualTo(new DateTimeOffset(2026, 11, 21, 8, 6, 0, TimeSpan.Zero)));
        });
        Time.Advance(TimeSpan.FromSeconds(30));
        grafana.Locked.Clear();
        Assert.That((await client.WhoAmIAsync(Never)).Outcome, Is.EqualTo(GrafanaOutcome.Done));
        Assert.That(client.SignIn.Phase, Is.EqualTo(SignInPhase.SignedIn));
    }

    [Test]
    public async Task A_service_that_is_restarted_all_the_time_does_not_lock_its_own_login()
    {
        await using var grafana = new SessionGrafana();
        var wrong = WithPassword(grafana.Peer.Url) with { Password = "mistyped" };
        for (var restart = 0; restart < 10; restart++)
        {
            Assert.That((await Client(wrong).WhoAmIAsync(Never)).Outcome, Is.EqualTo(GrafanaOutcome.SignInFailed));
            Time.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.That(grafana.SignIns, Has.Count.EqualTo(1));
        Assert.That(File.ReadAllText(SessionPath), Does.Not.Contain("mistyped"));
        Assert.That(
            (await Client(WithPassword(grafana.Peer.Url)).WhoAmIAsync(Never)).Outcome,
            Is.EqualTo(GrafanaOutcome.Done),
            "a corrected password need not wait");
    }

    [Test]
    public async Task The_e_mail_opens_the_door_while_the_login_is_locked()
    {
        await using var grafana = new SessionGrafana();
        await Client(WithPassword(grafana.Peer.Url)).WhoAmIAsync(Never);
        grafana.EndSessions();
        grafana.Locked.Add(SessionGrafana.Login);
        Time.Advance(TimeSpan.FromDays(8));
        Assert.That((await Client(WithPassword(grafana.Peer.Url)).WhoAmIAsync(Never)).Outcome, Is.EqualTo(GrafanaOutcome.Done));
        Assert.That(grafana.SignIns, Is.EqualTo(new[] { SessionGrafana.Login, SessionGrafana.Login, SessionGrafana.Email }));
    }

    [Test]
    public async Task With_both_names_locked_each_is_tried_once_and_then_there_is_a_pause()
    {
        await using var grafana = new SessionGrafana();
        var client = Client(WithPassword(grafana.Peer.Url));
        await client.WhoAmIAsync(Never);
        grafana.EndSessions();
        grafana.Locked.UnionWith([SessionGrafana.Login, SessionGrafana.Email]);
        for (var call = 0; call < 10; call++)
            Assert.That((await client.WhoAmIAsync(Never)).Outcome, Is.EqualTo(GrafanaOutcome.SignInFailed));
        Assert.That(grafana.SignIns.Skip(1), Is.EqualTo(new[] { SessionGrafana.Login, SessionGrafana.Email }));
        var asked = grafana.Peer.Requests.Count;
        await client.WhoAmIAsync(Never);
        Assert.That(grafana.Peer.Requests, Has.Count.EqualTo(asked), "nothing is sent while waiting");
    }

    [Test]
    public async Task A_disabled_account_is_named_as_such_and_its_e_mail_is_not_tried()
    {
        await using var grafana = new SessionGrafana();
        var client = Client(WithPassword(grafana.Peer.Url));
        await client.WhoAmIAsync(Never);
        grafana.EndSessions();
        grafana.Instead = request => request.Line == "POST /login" ? Recorded.Answer("login of a disabled user") : null;
        var answer = await client.WhoAmIAsync(Never);
        Assert.That(answer.Outcome, Is.EqualTo(GrafanaOutcome.SignInFailed));
        Assert.That(answer.Detail, Does.Contain("is disabled in Grafana"));
        Assert.That(grafana.Lines.Count(line => line == "POST /login"), Is.EqualTo(2));
    }

    [Test]
    public async Task Past_half_its_life_the_session_is_replaced_and_a_refusal_changes_nothing()
    {
        await using var grafana = new SessionGrafana();
        var client = Client(WithPassword(grafana.Peer.Url));
        await client.WhoAmIAsync(Never);
        Time.Advance(TimeSpan.FromDays(15));
        grafana.Locked.UnionWith([SessionGrafana.Login, SessionGrafana.Email]);
        Assert.That((await client.WhoAmIAsync(Never)).Outcome, Is.EqualTo(GrafanaOutcome.Done));
        Assert.That((await client.WhoAmIAsync(Never)).Outcome, Is.EqualTo(GrafanaOutcome.Done));
        Assert.That(grafana.SignIns, Has.Count.EqualTo(3), "each name once");
        Assert.That(client.SignIn.Phase, Is.EqualTo(SignInPhase.SignedIn));
        Assert.That(client.SignIn.Sentence, Does.Contain("no new one could be opened"));

        grafana.Locked.Clear();
        Time.Advance(TimeSpan.FromHours(1));
        Assert.That((await client.WhoAmIAsync(Never)).Outcome, Is.EqualTo(GrafanaOutcome.Done));
        Assert.That(grafana.SignIns, Has.Count.EqualTo(4));
        Assert.That(client.SignIn.Sentence, Does.Not.Contain("no new one"));
    }

    [Test]
    public async Task A_sign_in_whose_answer_is_lost_is_not_repeated_at_once()
    {
        await using var grafana = new SessionGrafana { Instead = request => request.Line == "POST /login" ? PeerAnswer.Break : null };
        var client = Client(WithPassword(grafana.Peer.Url));
        for (var call = 0; call < 5; call++)
            Assert.That((await client.WhoAmIAsync(Never)).Outcome, Is.EqualTo(GrafanaOutcome.Unavailable));
        Assert.That(grafana.Lines, Is.EqualTo(new[] { "POST /login" }));
        grafana.Instead = _ => null;
        Time.Advance(TimeSpan.FromSeconds(75));
        Assert.That((await client.WhoAmIAsync(Never)).Outcome, Is.EqualTo(GrafanaOutcome.Done));
    }

    [Test]
    public async Task A_session_that_is_refused_as_soon_as_it_is_opened_does_not_lead_to_a_stream_of_sign_ins()
    {
        await using var grafana = new SessionGrafana { Inside = _ => Task.FromResult(Recorded.Answer("no credentials")) };
        var client = Client(WithPassword(grafana.Peer.Url));
        for (var call = 0; call < 5; call++)
            Assert.That((await client.WhoAmIAsync(Never)).Outcome, Is.EqualTo(GrafanaOutcome.SignInFailed));
        Assert.That(grafana.SignIns, Has.Count.LessThanOrEqualTo(2));
    }

    [Test]
    public async Task A_configured_cookie_name_is_found_beside_a_load_balancers_cookie()
    {
        await using var grafana = new SessionGrafana
        {
            CookieName = "hospital_login",
            Attributes = "; Path=/\r\nSet-Cookie: SERVERID=web1; Path=/",
        };
        var client = Client(WithPassword(grafana.Peer.Url));
        Assert.That((await client.WhoAmIAsync(Never)).Outcome, Is.EqualTo(GrafanaOutcome.Done));
        Assert.That(grafana.Peer.Requests.Last().Header("Cookie"), Is.EqualTo(grafana.Cookie(1)));
    }

    [Test]
    public async Task Another_process_of_ours_may_have_renewed_the_session()
    {
        await using var grafana = new SessionGrafana();
        var daemon = Client(WithPassword(grafana.Peer.Url));
        await daemon.WhoAmIAsync(Never);
        grafana.EndSessions();
        var command = Client(WithPassword(grafana.Peer.Url));
        await command.WhoAmIAsync(Never);
        Assert.That(grafana.SignIns, Has.Count.EqualTo(2));
        Assert.That((await daemon.WhoAmIAsync(Never)).Outcome, Is.EqualTo(GrafanaOutcome.Done));
        Assert.That(grafana.SignIns, Has.Count.EqualTo(2), "it took the session from the file");
    }

    [Test]
    public async Task A_token_needs_no_session_and_its_refusal_says_what_to_do()
    {
        await using var peer = new HttpPeer(_ => Recorded.Answer("bad token"));
        var client = Client(WithToken(peer.Url));
        var answer = await client.WhoAmIAsync(Never);
        Assert.That(answer.Outcome, Is.EqualTo(GrafanaOutcome.SignInFailed));
        Assert.That(client.SignIn.Phase, Is.EqualTo(SignInPhase.Waiting));
        Assert.That(client.SignIn.Sentence, Does.Contain("GRAFANA_TOKEN").And.Not.Contain("glsa_"));
        Assert.That(peer.Requests.Single().Header("Authorization"), Is.EqualTo("Bearer glsa_secret_token_00000000"));
    }
}
