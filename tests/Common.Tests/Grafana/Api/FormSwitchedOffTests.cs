using System.Text;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Api.SignIn;

namespace Athena.Common.Tests.Grafana.Api;

/// <summary>
/// A Grafana whose form lets nobody in (<c>[auth] disable_login_form</c>) still takes Basic auth. It is the last way in, because guesses
/// lock it.
/// </summary>
public sealed class FormSwitchedOffTests : GrafanaTestBase
{
    private static readonly CancellationToken Never = CancellationToken.None;

    private static readonly PeerAnswer FormIsOff = new(
        400, """{"message":"Bad request","messageId":"auth.client.notConfigured","statusCode":400,"traceID":""}""");

    [TestCase(400, """{"message":"Bad request","messageId":"auth.client.notConfigured","statusCode":400,"traceID":""}""")]
    [TestCase(403, "<html>Forbidden</html>")]
    [TestCase(405, "")]
    public async Task The_password_goes_along_with_each_request(int status, string body)
    {
        await using var grafana = WithoutForm(SessionGrafana.Login, new PeerAnswer(status, body));
        var client = Client(WithPassword(grafana.Peer.Url));
        for (var call = 0; call < 3; call++)
            Assert.That((await client.WhoAmIAsync(Never)).Outcome, Is.EqualTo(GrafanaOutcome.Done));
        Assert.Multiple(() =>
        {
            Assert.That(
                grafana.Lines,
                Is.EqualTo(new[] { "POST /login", "GET /api/user", "GET /api/user", "GET /api/user" }),
                "the form is asked once");
            Assert.That(client.SignIn.Phase, Is.EqualTo(SignInPhase.SignedIn));
            Assert.That(client.SignIn.Sentence, Does.Contain("Basic auth").And.Not.Contain(SessionGrafana.Password));
        });
    }

    [Test]
    public async Task A_kept_session_goes_on_and_the_password_comes_when_it_has_ended()
    {
        await using var grafana = new SessionGrafana();
        var client = Client(WithPassword(grafana.Peer.Url));
        await client.WhoAmIAsync(Never);
        grafana.Instead = Basic(SessionGrafana.Login, FormIsOff);
        await client.WhoAmIAsync(Never);
        Assert.That(grafana.Peer.Requests.Last().Header("Authorization"), Is.Null, "the session lives");
        grafana.EndSessions();
        Assert.That((await client.WhoAmIAsync(Never)).Outcome, Is.EqualTo(GrafanaOutcome.Done));
        Assert.That(grafana.Peer.Requests.Last().Header("Authorization"), Is.Not.Null);
    }

    /// <summary>Each refused request is a guess as Grafana counts them: five in five minutes keep the lock alive.</summary>
    [Test]
    public async Task A_refused_password_waits_and_the_advice_names_both_switches()
    {
        await using var grafana = WithoutForm("somebody else", FormIsOff);
        var client = Client(WithPassword(grafana.Peer.Url));
        GrafanaAnswer<GrafanaUser>? answer = null;
        for (var call = 0; call < 20; call++)
        {
            answer = await client.WhoAmIAsync(Never);
            Time.Advance(TimeSpan.FromSeconds(15));
        }

        Assert.Multiple(() =>
        {
            Assert.That(
                grafana.Peer.Requests.Count(request => request.Header("Authorization") is not null), Is.EqualTo(1), "within five minutes");
            Assert.That(answer!.Outcome, Is.EqualTo(GrafanaOutcome.SignInFailed));
            Assert.That(answer.Detail, Does.Contain("disable_login_form").And.Contain("[auth.basic]").And.Contain("GRAFANA_TOKEN"));
        });

        Time.Advance(TimeSpan.FromMinutes(3));
        grafana.Instead = Basic(SessionGrafana.Login, FormIsOff);
        Assert.That((await client.WhoAmIAsync(Never)).Outcome, Is.EqualTo(GrafanaOutcome.Done), "after the pause it is tried again");
    }

    [Test]
    public async Task Many_that_are_refused_at_once_are_all_told_why()
    {
        await using var grafana = WithoutForm("somebody else", FormIsOff);
        var client = Client(WithPassword(grafana.Peer.Url));
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => client.WhoAmIAsync(Never)));
        Assert.That(answers.Select(answer => answer.Outcome), Is.All.EqualTo(GrafanaOutcome.SignInFailed));
        Assert.That(answers.Select(answer => answer.Detail), Is.All.Contains("disable_login_form"));
    }

    [Test]
    public async Task Where_strangers_have_locked_the_login_the_e_mail_is_tried()
    {
        await using var grafana = WithoutForm(SessionGrafana.Login, FormIsOff);
        var client = Client(WithPassword(grafana.Peer.Url));
        await client.WhoAmIAsync(Never);
        grafana.Instead = Basic(SessionGrafana.Email, FormIsOff);
        Assert.That((await client.WhoAmIAsync(Never)).Outcome, Is.EqualTo(GrafanaOutcome.Done));
    }

    [Test]
    public async Task A_broken_Grafana_is_not_taken_for_one_without_a_form()
    {
        await using var grafana = WithoutForm(SessionGrafana.Login, new PeerAnswer(502, "Bad Gateway"));
        var answer = await Time.PassPausesAsync(Client(WithPassword(grafana.Peer.Url)).WhoAmIAsync(Never));
        Assert.That(answer.Outcome, Is.EqualTo(GrafanaOutcome.Unavailable));
        Assert.That(grafana.Peer.Requests.Select(request => request.Header("Authorization")), Is.All.Null);
    }

    private static SessionGrafana WithoutForm(string login, PeerAnswer form) => new() { Instead = Basic(login, form) };

    private static Func<PeerRequest, PeerAnswer?> Basic(string login, PeerAnswer form)
    {
        var right = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{login}:{SessionGrafana.Password}"));
        return request => request.Line == "POST /login" ? form
            : request.Header("Authorization") is not { } given ? null
            : given == right ? Recorded.Answer("daemon: who am I", "attacks")
            : Recorded.Answer("a stranger guesses the daemon's password, 1", "attacks");
    }
}
