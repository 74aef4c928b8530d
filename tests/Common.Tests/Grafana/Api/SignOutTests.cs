using Athena.Common.Grafana.Api;

namespace Athena.Common.Tests.Grafana.Api;

/// <summary>Who signs in for one command leaves no session in Grafana, and a daemon keeps its own.</summary>
public sealed class SignOutTests : GrafanaTestBase
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [TestCase("/login")]
    [TestCase("http://127.0.0.1:9/sign-out-everywhere", Description = "the sign-out of a single sign-on")]
    public async Task A_command_signs_out_once_with_the_cookie_it_has_and_follows_nobody(string afterwards)
    {
        await using var grafana = new SessionGrafana { AfterSignOut = afterwards };
        var client = Command(grafana);
        await client.WhoAmIAsync(Never);
        Time.Advance(TimeSpan.FromMinutes(8));
        await client.WhoAmIAsync(Never);
        await client.DisposeAsync();
        await client.DisposeAsync();
        Assert.Multiple(() =>
        {
            Assert.That(grafana.SignOuts, Is.EqualTo(new[] { grafana.Cookie(2) }));
            Assert.That(grafana.Lines.Last(), Is.EqualTo("GET /logout"));
            Assert.That(grafana.Peer.Requests.Last().Header("Referer"), Is.EqualTo($"{grafana.Peer.Url}/athena-workers/auto-disable"));
        });
    }

    [Test]
    public async Task A_daemon_keeps_its_session_for_the_next_start()
    {
        await using var grafana = new SessionGrafana();
        var client = Client(WithPassword(grafana.Peer.Url));
        await client.WhoAmIAsync(Never);
        await client.DisposeAsync();
        Assert.That(grafana.Lines, Is.EqualTo(new[] { "POST /login", "GET /api/user" }));
    }

    [Test]
    public async Task Whoever_was_not_let_in_or_asked_nothing_has_nothing_to_end()
    {
        await using var grafana = new SessionGrafana();
        await Command(grafana).DisposeAsync();
        grafana.Locked.Add(SessionGrafana.Login);
        var refused = Command(grafana);
        await refused.WhoAmIAsync(Never);
        await refused.DisposeAsync();
        var withToken = Client(WithToken(grafana.Peer.Url));
        await withToken.DisposeAsync();
        Assert.That(grafana.Lines, Is.EqualTo(new[] { "POST /login" }));
    }

    [Test]
    public async Task A_session_that_opens_while_its_command_is_stopped_is_ended_too()
    {
        var asked = new TaskCompletionSource();
        var answer = new TaskCompletionSource();
        await using var grafana = new SessionGrafana();
        grafana.Instead = request =>
        {
            if (request.Line != "POST /login") return null;
            asked.TrySetResult();
            answer.Task.Wait();
            return null;
        };
        var client = Command(grafana);
        using var stop = new CancellationTokenSource();
        var call = client.WhoAmIAsync(stop.Token);
        await asked.Task;
        await stop.CancelAsync();
        Assert.That(async () => await call, Throws.InstanceOf<OperationCanceledException>());
        var end = client.DisposeAsync();
        answer.SetResult();
        await end;
        Assert.That(grafana.SignOuts, Is.EqualTo(new[] { grafana.Cookie(1) }));
    }

    [TestCase(500)]
    [TestCase(0, Description = "the connection breaks")]
    public async Task A_sign_out_that_fails_is_nobodys_trouble(int status)
    {
        await using var grafana = new SessionGrafana();
        var client = Command(grafana);
        await client.WhoAmIAsync(Never);
        grafana.Instead = _ => status == 0 ? PeerAnswer.Break : new PeerAnswer(status, "{}");
        Assert.That(async () => await client.DisposeAsync(), Throws.Nothing);
        Assert.That(grafana.Lines.Last(), Is.EqualTo("GET /logout"));
    }

    [Test]
    public async Task A_Grafana_that_does_not_answer_any_more_is_waited_for_three_seconds()
    {
        var never = new TaskCompletionSource();
        await using var grafana = new SessionGrafana();
        var client = Command(grafana);
        await client.WhoAmIAsync(Never);
        grafana.Instead = _ =>
        {
            never.Task.Wait();
            return null;
        };
        await Time.PassPausesAsync(EndAsync());
        Assert.That(Time.Pauses, Is.EqualTo(new[] { TimeSpan.FromSeconds(3) }));
        never.SetResult();

        async Task<bool> EndAsync()
        {
            await client.DisposeAsync();
            return true;
        }
    }

    private GrafanaClient Command(SessionGrafana grafana) => Client(WithPassword(grafana.Peer.Url) with { SessionFile = null });
}
