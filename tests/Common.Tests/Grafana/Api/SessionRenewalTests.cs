using Athena.Common.Grafana.Api;

namespace Athena.Common.Tests.Grafana.Api;

/// <summary>A session's cookie is exchanged every eight minutes, between requests, and none of them is lost by it.</summary>
public sealed class SessionRenewalTests : GrafanaTestBase
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [Test]
    public async Task The_cookie_is_renewed_every_eight_minutes_for_days()
    {
        await using var grafana = new SessionGrafana();
        var client = Client(WithPassword(grafana.Peer.Url));
        for (var minute = 0; minute <= 80; minute++)
        {
            Assert.That((await client.WhoAmIAsync(Never)).Outcome, Is.EqualTo(GrafanaOutcome.Done));
            Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.That(grafana.SignIns, Has.Count.EqualTo(1));
        Assert.That(grafana.Rotations, Has.Count.EqualTo(10));
        Assert.That(grafana.Rotations.Last(), Is.EqualTo(grafana.Cookie(10)));
    }

    [Test]
    public async Task A_new_cookie_is_on_disk_before_it_is_used()
    {
        await using var grafana = new SessionGrafana();
        var client = Client(WithPassword(grafana.Peer.Url));
        var onDisk = new List<bool>();
        grafana.Inside = request =>
        {
            onDisk.Add(File.ReadAllText(SessionPath).Contains(request.Header("Cookie")!.Split('=')[1], StringComparison.Ordinal));
            return Task.FromResult(Recorded.Answer("daemon: who am I", "attacks"));
        };
        await client.WhoAmIAsync(Never);
        Time.Advance(TimeSpan.FromMinutes(8));
        await client.WhoAmIAsync(Never);
        Assert.That(onDisk, Is.EqualTo(new[] { true, true }));
    }

    [Test]
    public async Task From_eight_minutes_on_the_renewal_waits_for_a_quiet_moment()
    {
        await using var grafana = new SessionGrafana();
        var client = Client(WithPassword(grafana.Peer.Url) with { Timeout = TimeSpan.FromMinutes(5) });
        var (slow, finish) = await StartSlowCallAsync(grafana, client);
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.That((await client.WhoAmIAsync(Never)).Outcome, Is.EqualTo(GrafanaOutcome.Done));
        Assert.That(grafana.Rotations, Is.Empty, "a request is under way");
        finish.SetResult();
        Assert.That((await slow).Outcome, Is.EqualTo(GrafanaOutcome.Done));
        Assert.That((await client.WhoAmIAsync(Never)).Outcome, Is.EqualTo(GrafanaOutcome.Done));
        Assert.That(grafana.Rotations, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_cookie_that_must_be_renewed_waits_for_the_request_under_way()
    {
        await using var grafana = new SessionGrafana();
        var client = Client(WithPassword(grafana.Peer.Url) with { Timeout = TimeSpan.FromMinutes(5) });
        var (slow, finish) = await StartSlowCallAsync(grafana, client);
        Time.Advance(TimeSpan.FromMinutes(1.7));
        var quick = client.WhoAmIAsync(Never);
        finish.SetResult();
        Assert.That((await slow).Outcome, Is.EqualTo(GrafanaOutcome.Done));
        Assert.That((await quick).Outcome, Is.EqualTo(GrafanaOutcome.Done));
        Assert.That(grafana.Lines.TakeLast(3), Is.EqualTo(
            new[] { "GET /api/admin/settings", "POST /api/user/auth-tokens/rotate", "GET /api/user" }));
    }

    [Test]
    public async Task A_request_that_does_not_end_holds_the_renewal_up_for_two_seconds_only()
    {
        await using var grafana = new SessionGrafana();
        var client = Client(WithPassword(grafana.Peer.Url) with { Timeout = TimeSpan.FromMinutes(5) });
        var (slow, finish) = await StartSlowCallAsync(grafana, client);
        Time.Advance(TimeSpan.FromMinutes(1.7));
        Assert.That((await Time.PassPausesAsync(client.WhoAmIAsync(Never))).Outcome, Is.EqualTo(GrafanaOutcome.Done));
        Assert.That(Time.Pauses, Is.EqualTo(new[] { TimeSpan.FromSeconds(2) }));
        finish.SetResult();
        Assert.That((await slow).Outcome, Is.EqualTo(GrafanaOutcome.Done));
    }

    [Test]
    public async Task A_renewal_that_fails_leaves_the_session_as_it_is()
    {
        await using var grafana = new SessionGrafana();
        var client = Client(WithPassword(grafana.Peer.Url));
        await client.WhoAmIAsync(Never);
        grafana.Instead = request => request.Target.EndsWith("rotate", StringComparison.Ordinal)
            ? new PeerAnswer(500, """{"message":"Failed to rotate token"}""")
            : null;
        Time.Advance(TimeSpan.FromMinutes(8));
        Assert.That((await client.WhoAmIAsync(Never)).Outcome, Is.EqualTo(GrafanaOutcome.Done));
        Assert.That((await client.WhoAmIAsync(Never)).Outcome, Is.EqualTo(GrafanaOutcome.Done));
        Assert.That(grafana.Lines.Count(line => line.EndsWith("rotate", StringComparison.Ordinal)), Is.EqualTo(1), "not at every request");
        Time.Advance(TimeSpan.FromSeconds(31));
        grafana.Instead = _ => null;
        await client.WhoAmIAsync(Never);
        Assert.That(grafana.Rotations, Has.Count.EqualTo(1));
        Assert.That(grafana.SignIns, Has.Count.EqualTo(1));
    }
    /// <summary>A call that is under way, 7.9 minutes after signing in, until it is told to finish.</summary>
    private async Task<(Task<GrafanaAnswer<ServerSettings>> Slow, TaskCompletionSource Finish)> StartSlowCallAsync(
        SessionGrafana grafana, GrafanaClient client)
    {
        var started = new TaskCompletionSource();
        var finish = new TaskCompletionSource();
        grafana.Inside = async request =>
        {
            if (!request.Target.Contains("settings", StringComparison.Ordinal))
                return Recorded.Answer("daemon: who am I", "attacks");
            started.SetResult();
            await finish.Task;
            return Recorded.Answer("daemon: server settings (only these kept)", "attacks");
        };
        await client.WhoAmIAsync(Never);
        Time.Advance(TimeSpan.FromMinutes(7.9));
        var slow = client.ServerSettingsAsync(Never);
        await started.Task;
        return (slow, finish);
    }
}
