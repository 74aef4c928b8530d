using Athena.Common.Activities;

namespace Athena.Common.Tests.Activities;

/// <summary>The daemons sign in with an administrator's own account: he must not vanish behind our referer.</summary>
public sealed class SharedAccountTests
{
    private const string Referer = "https://grafana.example.net/athena-workers/compliance";

    private static readonly ActivityCounterOptions Own = new() { OwnIds = [1], OwnReferer = "https://grafana.example.net/athena-workers/" };

    private static readonly string Lines =
        Line.Request(id: 1, login: "admin", path: "/api/users", referer: Referer)
        + Line.Request(id: 1, login: "admin", path: "/api/dashboards/uid/ward-occupancy", referer: Referer)
        + Line.Request(id: 1, login: "admin", path: "/apis/dashboard.grafana.app/v1/namespaces/default/dashboards/theatre-plan/dto", referer: Referer)
        + Line.Request(id: 1, login: "admin", method: "POST", path: "/api/ds/query", referer: Referer);

    [Test]
    public void Of_a_shared_account_only_the_calls_of_our_client_are_left_out()
    {
        var user = Counted.Text(Lines, Own with { IsOwnAccountShared = true }).Users.Single();
        Assert.That((user.Requests, user.Proof), Is.EqualTo((2L, ActivityProof.OpenedDashboard)));
        Assert.That(user.Dashboards.Select(board => board.Uid), Is.EqualTo(new[] { "theatre-plan" }));
    }

    [Test]
    public void Of_an_account_of_our_own_all_that_has_our_referer_is_left_out() => Assert.That(Counted.Text(Lines, Own).Users, Is.Empty);

    [Test]
    public void Sign_ups_are_told_with_their_times_in_order_and_are_bounded()
    {
        var lines = string.Concat(Enumerable.Range(0, ActivityBounds.SignUps + 5).Select(i =>
            $"logger=http.server t=2026-11-21T06:{(i / 60) % 60:00}:{i % 60:00}+02:00 level=info msg=\"Successful Login\" User=a{i}@b\n").Reverse());
        var activity = Counted.Text(lines);
        Assert.Multiple(() =>
        {
            Assert.That(activity.SignUps, Has.Count.EqualTo(ActivityBounds.SignUps).And.Ordered);
            Assert.That((activity.IsCut, activity.Security.SignUps), Is.EqualTo((true, ActivityBounds.SignUps + 5L)));
        });
    }
}
