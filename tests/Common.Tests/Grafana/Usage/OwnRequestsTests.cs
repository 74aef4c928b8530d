using Athena.Common.Grafana.Usage;

namespace Athena.Common.Tests.Grafana.Usage;

/// <summary>
/// What is ours is told by the account, the referer and the call together: neither a person who uses the account nor one who writes our
/// referer is hidden.
/// </summary>
public sealed class OwnRequestsTests
{
    private const string Referer = "https://grafana.example.net/athena-workers/compliance";

    private static readonly ActivityCounterOptions Own = new() { OwnIds = [9] };

    [Test]
    public void Only_the_calls_that_our_programs_make_are_left_out_of_our_account()
    {
        Activity activity = Counted.Text(
            Line.Request(id: 9, login: "athena", path: "/api/users", referer: Referer)
            + Line.Request(id: 9, login: "athena", path: "/api/dashboards/uid/ward-occupancy", referer: Referer)
            + Line.Request(
                id: 9,
                login: "athena",
                path: "/apis/dashboard.grafana.app/v1/namespaces/default/dashboards/theatre-plan/dto",
                referer: Referer)
            + Line.Request(id: 9, login: "athena", method: "POST", path: "/api/ds/query", referer: Referer),
            Own);
        UserActivity user = activity.Users.Single();
        Assert.That((user.Requests, user.Proof, activity.OwnRequests), Is.EqualTo((2L, ActivityProof.OpenedDashboard, 2L)));
        Assert.That(user.Dashboards.Select(board => board.Uid), Is.EqualTo(new[] { "theatre-plan" }));
    }

    [Test]
    public void A_command_that_signs_out_is_nobody_who_leaves()
    {
        Activity activity = Counted.Text(
            Line.Request(id: 9, login: "athena", path: "/logout", status: 302, referer: Referer)
            + Line.Request(id: 4, login: "naledi", path: "/logout", status: 302),
            Own with { IsAccessKept = true });
        Assert.That(activity.OwnRequests, Is.EqualTo(1));
        Assert.That(activity.Access?.Passages, Is.EqualTo(new[] { new AccessPassages(4, 1, SignIns: 0, SignOuts: 1) }));
    }

    [TestCase("http://127.0.0.1:3000/athena-workers/auto-disable", true)]
    [TestCase("https://grafana.hospital.example/athena-workers/compliance/3f2a", true)]
    [TestCase("http://[::1]:3000/sub/path/athena-workers/active-users?x", true)]
    [TestCase("https://g/?next=/athena-workers/compliance", false)]
    [TestCase("https://g/d/ward#/athena-workers/x", false)]
    [TestCase("/athena-workers/compliance", false)]
    [TestCase("https://athena-workers/x", false)]
    [TestCase("https://g/athena-workers.evil/x", false)]
    [TestCase("", false)]
    public void Whatever_the_host_is_called_it_is_the_path_of_the_referer_that_counts(string referer, bool isOurs) =>
        Assert.That(Counted.Text(Line.Request(id: 9, path: "/api/users", referer: referer), Own).OwnRequests, Is.EqualTo(isOurs ? 1 : 0));

    [Test]
    public void A_visitor_does_not_hide_a_view_behind_our_referer()
    {
        Activity activity = Counted.Text(
            Line.Request(id: 0, login: "", path: "/api/public/dashboards/0123", referer: Referer)
            + Line.Request(id: 0, login: "", path: "/login", referer: Referer),
            Own);
        Assert.That((activity.VisitorOpens, activity.AnonymousRequests), Is.EqualTo((1L, 1L)));
    }

    [TestCase(200, true)]
    [TestCase(500, true, Description = "of a single sign-on: then it is locked otherwise")]
    [TestCase(404, false)]
    [TestCase(403, false)]
    public void Our_own_locks_are_told_by_whom_they_met_without_a_bound(int status, bool isLock)
    {
        string log = string.Concat(Enumerable.Range(100, 3_000).Select(id => Line.Request(
            id: 9, method: "POST", path: $"/api/admin/users/{id}/disable", status: status, referer: Referer, time: "06:10:00")))
            + Line.Request(id: 9, method: "POST", path: "/api/admin/users/100/disable", status: status, referer: Referer, time: "06:05:00")
            + Line.Request(id: 4, method: "POST", path: "/api/admin/users/7/disable", referer: Referer)
            + Line.Request(id: 9, method: "POST", path: "/api/admin/users/8/disable");
        Activity activity = Counted.Text(log, Own);
        Assert.That(activity.Locks, Has.Count.EqualTo(isLock ? 3_000 : 0));
        if (isLock)
            Assert.That(activity.Locks["100"], Is.EqualTo(new DateTimeOffset(2026, 11, 21, 6, 5, 0, TimeSpan.FromHours(2))), "the first");
    }
}
