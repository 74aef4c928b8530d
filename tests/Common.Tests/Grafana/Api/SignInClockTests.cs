using Athena.Common.Grafana.Api;

namespace Athena.Common.Tests.Grafana.Api;

/// <summary>Pauses before the next sign-in that were begun by a clock that was ahead and is put right.</summary>
public sealed class SignInClockTests : GrafanaTestBase
{
    private static readonly TimeSpan Ahead = TimeSpan.FromHours(2);

    [Test]
    public async Task A_refused_password_does_not_wait_for_as_long_as_the_clock_was_ahead()
    {
        await using var grafana = new SessionGrafana();
        grafana.Locked.Add(SessionGrafana.Login);
        var client = Client(WithPassword(grafana.Peer.Url));
        Assert.That((await client.WhoAmIAsync(CancellationToken.None)).Outcome, Is.EqualTo(GrafanaOutcome.SignInFailed));

        Time.Advance(-Ahead);
        await client.WhoAmIAsync(CancellationToken.None);
        await client.WhoAmIAsync(CancellationToken.None);
        Assert.That(grafana.SignIns, Has.Count.EqualTo(2), "tried once by the right clock, and that one is waited out");

        grafana.Locked.Clear();
        Time.Advance(TimeSpan.FromMinutes(6));
        Assert.That((await client.WhoAmIAsync(CancellationToken.None)).Outcome, Is.EqualTo(GrafanaOutcome.Done));
    }

    [Test]
    public async Task Nor_does_a_sign_in_whose_answer_was_lost()
    {
        await using var grafana = new SessionGrafana { Instead = request => request.Line == "POST /login" ? PeerAnswer.Break : null };
        var client = Client(WithPassword(grafana.Peer.Url));
        Assert.That((await client.WhoAmIAsync(CancellationToken.None)).Outcome, Is.EqualTo(GrafanaOutcome.Unavailable));

        grafana.Instead = _ => null;
        Time.Advance(-Ahead);
        Assert.That((await client.WhoAmIAsync(CancellationToken.None)).Outcome, Is.EqualTo(GrafanaOutcome.Done));
    }

    [Test]
    public async Task Nor_does_the_replacement_of_an_old_session()
    {
        await using var grafana = new SessionGrafana();
        var client = Client(WithPassword(grafana.Peer.Url));
        await client.WhoAmIAsync(CancellationToken.None);
        Time.Advance(TimeSpan.FromDays(16));
        grafana.Locked.UnionWith([SessionGrafana.Login, SessionGrafana.Email]);
        Assert.That((await client.WhoAmIAsync(CancellationToken.None)).Outcome, Is.EqualTo(GrafanaOutcome.Done));
        var tried = grafana.SignIns.Count;

        grafana.Locked.Clear();
        Time.Advance(-Ahead);
        Assert.That((await client.WhoAmIAsync(CancellationToken.None)).Outcome, Is.EqualTo(GrafanaOutcome.Done));
        Assert.That(grafana.SignIns, Has.Count.EqualTo(tried + 1));
    }
}
