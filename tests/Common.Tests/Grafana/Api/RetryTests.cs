using Athena.Common.Grafana.Api;
using FsCheck;
using FsCheck.Fluent;

namespace Athena.Common.Tests.Grafana.Api;

public sealed class RetryTests : GrafanaTestBase
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [TestCase(500)]
    [TestCase(502)]
    [TestCase(503)]
    [TestCase(429)]
    public async Task A_passing_fault_is_tried_three_times_in_all(int status)
    {
        await using var peer = new HttpPeer(_ => new PeerAnswer(status, """{"message":"Internal error"}"""));
        var answer = await Time.PassPausesAsync(Client(WithToken(peer.Url)).DisableAsync(5, Never));
        Assert.That(answer.Outcome, Is.EqualTo(GrafanaOutcome.Unavailable));
        Assert.That(answer.Detail, Does.Contain($"{status}").And.Contain("Internal error"));
        Assert.That(peer.Requests, Has.Count.EqualTo(3));
        Assert.That(Time.Pauses, Is.EqualTo(new[] { TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(200) }));
    }

    [Test]
    public async Task A_fault_that_passes_is_not_seen_by_the_caller()
    {
        var asked = 0;
        await using var peer = new HttpPeer(_ => ++asked < 3 ? new PeerAnswer(503, "") : Recorded.Answer("disable"));
        var answer = await Time.PassPausesAsync(Client(WithToken(peer.Url)).DisableAsync(5, Never));
        Assert.That(answer.Value?.Message, Is.EqualTo("User disabled"));
    }

    [TestCase(400)]
    [TestCase(403)]
    [TestCase(404)]
    [TestCase(401)]
    [TestCase(200)]
    public async Task What_Grafana_means_is_not_asked_twice(int status)
    {
        await using var peer = new HttpPeer(_ => new PeerAnswer(status, """{"message":"user not found"}"""));
        await Client(WithToken(peer.Url)).DisableAsync(5, Never);
        Assert.That(peer.Requests, Has.Count.EqualTo(1));
        Assert.That(Time.Pauses, Is.Empty);
    }

    [Test]
    public async Task Waits_as_long_as_the_server_asks_if_that_is_short()
    {
        var asked = 0;
        await using var peer = new HttpPeer(_ => ++asked == 1 ? new PeerAnswer(429, "", ("Retry-After", "2")) : Recorded.Answer("disable"));
        Assert.That((await Time.PassPausesAsync(Client(WithToken(peer.Url)).DisableAsync(5, Never))).IsDone, Is.True);
        Assert.That(Time.Pauses, Is.EqualTo(new[] { TimeSpan.FromSeconds(2) }));
    }

    [Test]
    public async Task Leaves_a_long_pause_to_the_caller()
    {
        await using var peer = new HttpPeer(_ => new PeerAnswer(503, "", ("Retry-After", Time.GetUtcNow().AddSeconds(40).ToString("R"))));
        var answer = await Client(WithToken(peer.Url)).DisableAsync(5, Never);
        Assert.That(answer.Outcome, Is.EqualTo(GrafanaOutcome.Unavailable));
        Assert.That(answer.Detail, Does.Contain("stay away for 40 s"));
        Assert.That(peer.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_server_that_does_not_answer_costs_the_timeout_and_no_more()
    {
        await using var peer = new HttpPeer(_ => PeerAnswer.Silence);
        var call = Client(WithToken(peer.Url)).DisableAsync(5, Never);
        var answer = await Time.PassPausesAsync(call, shorterThan: TimeSpan.FromSeconds(11));
        Assert.That(answer.Outcome, Is.EqualTo(GrafanaOutcome.Unavailable));
        Assert.That(answer.Detail, Does.Contain("within 10 s").And.Contain(peer.Url));
        Assert.That(Time.Pauses.Aggregate(TimeSpan.Zero, (sum, pause) => sum + pause), Is.EqualTo(TimeSpan.FromSeconds(10)));
    }

    [Test]
    public async Task Retries_end_with_the_deadline_and_tell_the_last_fault()
    {
        await using var peer = new HttpPeer(_ => new PeerAnswer(503, """{"message":"starting"}""", ("Retry-After", "2")));
        var call = Client(WithToken(peer.Url) with { Timeout = TimeSpan.FromSeconds(3) }).DisableAsync(5, Never);
        var answer = await Time.PassPausesAsync(call, shorterThan: TimeSpan.FromSeconds(3));
        Assert.That(answer.Detail, Does.Contain("starting"));
        Assert.That(peer.Requests, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Nobody_there_is_told_with_the_place_to_look()
    {
        var peer = new HttpPeer(_ => PeerAnswer.Silence);
        var url = peer.Url;
        await peer.DisposeAsync();
        var answer = await Time.PassPausesAsync(Client(WithToken(url)).DisableAsync(5, Never));
        Assert.That(answer.Outcome, Is.EqualTo(GrafanaOutcome.Unavailable));
        Assert.That(answer.Detail, Does.Contain(url).And.Contain("ConnectionRefused").And.Contain("GRAFANA_URL"));
        Assert.That(Time.Pauses, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task The_callers_own_cancellation_is_thrown()
    {
        await using var peer = new HttpPeer(_ => PeerAnswer.Silence);
        using var stop = new CancellationTokenSource();
        var call = Client(WithToken(peer.Url)).DisableAsync(5, stop.Token);
        await stop.CancelAsync();
        Assert.That(async () => await call, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Pauses_are_between_100_and_300_ms_unless_the_server_asks_for_another() =>
        Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<NormalFloat>(), any =>
        {
            var random = Math.Abs(any.Get % 1.0);
            var pause = RetryPolicy.Pause(null, random);
            return pause >= TimeSpan.FromMilliseconds(100) && pause <= TimeSpan.FromMilliseconds(300)
                && RetryPolicy.Pause(TimeSpan.FromSeconds(1), random) == TimeSpan.FromSeconds(1);
        }));
}
