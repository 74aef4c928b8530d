using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Line;
using Athena.Common.Tests.GrafanaLog;
using Athena.Common.Time;

namespace Athena.Common.Tests.Grafana.Usage;

/// <summary>What the image renderer does in somebody's name is told by what Grafana itself writes, never by what a client did.</summary>
public sealed class PictureTests
{
    private const string Page = "d-solo/ward/x?orgId=1&panelId=1&width=500";
    private const string Referer = "https://g/d-solo/ward/x?orgId=1&panelId=1&render=1&width=500";

    private static readonly string[] Fetches =
    [
        Line.Request(path: "/d-solo/ward/x", time: "06:00:01"),
        Line.Request(path: "/api/live/ws", status: -1, time: "06:00:02"),
        Line.Request(
            path: "/apis/features.grafana.app/v0alpha1/namespaces/default/ofrep/v1/evaluate/flags",
            method: "POST",
            referer: Referer,
            time: "06:00:02"),
        Line.Request(
            path: "/apis/dashboard.grafana.app/v1beta1/namespaces/default/dashboards/ward/dto", referer: Referer, time: "06:00:03"),
        Line.Request(path: "/core:plugin/x.js", status: 404, referer: Referer, time: "06:00:03"),
        Line.Query(Referer, time: "06:00:04"),
    ];

    private static readonly string End = Line.Request(path: "/render/d-solo/ward/x", ms: 7_000, time: "06:00:07");

    [Test]
    public void All_of_a_picture_is_the_renderers_and_asking_for_it_is_the_askers_request()
    {
        UserActivity user = Of(Line.Rendering(Page) + string.Concat(Fetches) + End);
        Assert.That((user.Requests, user.RendererRequests, user.Proof, user.IsInBrowser), Is.EqualTo((7, 5, ActivityProof.Other, false)));
        Assert.That(user.Dashboards, Is.Empty);
    }

    [Test]
    public void A_scheduled_report_which_nobody_asked_for_is_nobodys_work()
    {
        UserActivity user = Of(Line.Rendering(Page) + string.Concat(Fetches));
        Assert.That(
            (user.Proof, user.Marks, user.IsInBrowser, user.Dashboards.Count), Is.EqualTo((ActivityProof.RendererOnly, 0UL, false, 0)));
    }

    [Test]
    public void Without_what_Grafana_says_itself_each_of_them_is_a_persons()
    {
        UserActivity user = Of(string.Concat(Fetches) + End);
        Assert.That((user.RendererRequests, user.Proof, user.IsInBrowser), Is.EqualTo((0, ActivityProof.OpenedDashboard, true)));
    }

    [TestCase("another's picture", "id", ExpectedResult = ActivityProof.OpenedDashboard)]
    [TestCase("before it began", "06:00:05", ExpectedResult = ActivityProof.OpenedDashboard)]
    [TestCase("a minute behind it", "05:59:00", ExpectedResult = ActivityProof.OpenedDashboard)]
    [TestCase("within its minute", "05:59:10", ExpectedResult = ActivityProof.RendererOnly)]
    public ActivityProof Only_within_its_time_and_in_its_name(string why, string when)
    {
        TestContext.Out.WriteLine(why);
        string begin = when == "id" ? Line.Rendering(Page, id: 3, time: "06:00:00") : Line.Rendering(Page, time: when);
        return Of(begin + string.Concat(Fetches)).Proof;
    }

    /// <summary><c>RENDERING_TIMEOUT</c>; the end of a scheduled report is not in the log.</summary>
    [TestCase(60, "06:00:58", ExpectedResult = ActivityProof.RendererOnly)]
    [TestCase(60, "06:02:00", ExpectedResult = ActivityProof.Queried)]
    [TestCase(180, "06:02:00", ExpectedResult = ActivityProof.RendererOnly)]
    [TestCase(20, "06:00:58", ExpectedResult = ActivityProof.Queried)]
    public ActivityProof One_whose_end_is_not_seen_lasts_as_long_as_Grafana_waits_for_it(int seconds, string when) =>
        Counted.Text(Line.Rendering(Page) + Line.Query(Referer, time: when), new ActivityCounterOptions
        {
            PictureTimeout = TimeSpan.FromSeconds(seconds),
        }).Users.Single().Proof;

    [Test]
    public void What_comes_after_its_end_is_a_persons()
    {
        UserActivity user = Of(Line.Rendering(Page) + End + Line.Query(Referer, time: "06:00:08"));
        Assert.That(user.Proof, Is.EqualTo(ActivityProof.Queried));
        Assert.That(
            Of(Line.Rendering(Page) + End.Replace("status=200", "status=499") + Line.Query(Referer, time: "06:00:08")).RendererRequests,
            Is.EqualTo(1),
            "one that was broken off goes on");
    }

    /// <summary>
    /// Whatever a person does in a browser meanwhile: another page, another dashboard, a change, a page without the mark.
    /// </summary>
    private static readonly string[] Persons =
    [
        Line.Request(path: "/d/lab/x", time: "06:00:05"),
        Line.Request(path: "/dashboards", time: "06:00:05"),
        Line.Request(path: "/apis/dashboard.grafana.app/v1beta1/namespaces/default/dashboards/lab/dto", referer: Referer, time: "06:00:05"),
        Line.Request(path: "/api/dashboards/uid/lab", referer: Referer, time: "06:00:05"),
        Line.Request(path: "/api/dashboards/db", method: "POST", referer: Referer, time: "06:00:05"),
        Line.Request(path: "/api/admin/users/7/disable", method: "POST", referer: Referer, time: "06:00:05"),
        Line.Request(path: "/api/dashboards/uid/ward", method: "DELETE", referer: Referer, time: "06:00:05"),
        Line.Request(path: "/api/search", referer: "https://g/d/lab/x?render=1", time: "06:00:05"),
        Line.Request(path: "/api/search", referer: "https://g/d-solo/ward/x?panelId=1", time: "06:00:05"),
        Line.Request(path: "/api/search", referer: "https://g/d-solo/ward/x?render=10", time: "06:00:05"),
        Line.Request(path: "/api/search", time: "06:00:05"),
        Line.Query("https://g/explore?render=1", time: "06:00:05"),
    ];

    [TestCaseSource(nameof(Persons))]
    public void A_person_is_not_hidden_by_a_picture_of_something_else(string line) =>
        Assert.That(Of(Line.Rendering(Page) + string.Concat(Fetches) + line).Proof, Is.AnyOf(
            ActivityProof.Other, ActivityProof.Queried, ActivityProof.OpenedDashboard));

    [Test]
    public void A_mark_in_the_address_proves_nothing_for_anybody_in_any_request(
        [Values("GET", "POST", "PUT", "PATCH", "DELETE")] string method,
        [Values("/api/search", "/api/ds/query", "/api/admin/users/7/disable")] string path) =>
        Assert.That(
            Of(Line.Request(method: method, path: path, referer: "https://g/d/ward/x?orgId=1&render=1")).Proof,
            Is.GreaterThanOrEqualTo(ActivityProof.Other));

    [Test]
    public void A_picture_that_was_begun_before_the_window_explains_what_is_in_it()
    {
        var counter = new ActivityCounter(new() { Window = Marked.Window });
        counter.TakeAround(LogLine.Parse(System.Text.Encoding.UTF8.GetBytes(Line.Rendering(Page, time: "05:59:58").TrimEnd())));
        counter.TakeAround(LogLine.Parse(System.Text.Encoding.UTF8.GetBytes(Line.Request(time: "05:59:50").TrimEnd())));
        foreach (string line in Fetches)
            counter.Take(LogLine.Parse(System.Text.Encoding.UTF8.GetBytes(line.TrimEnd())));
        UserActivity user = counter.Snapshot().Users.Single();
        Assert.That((user.Requests, user.Proof, user.SeenBefore?.Second), Is.EqualTo((6, ActivityProof.RendererOnly, 50)));
    }

    [Test]
    public void The_picture_of_an_alert_is_no_visit_and_one_that_a_visitor_asks_for_is_one()
    {
        string alert = Line.Rendering("d-solo/ward/x?panelId=1", id: 0)
            + Line.Request(
                id: 0,
                login: "",
                path: "/apis/dashboard.grafana.app/v1/namespaces/default/dashboards/ward/dto",
                referer: Referer,
                time: "06:00:03");
        Assert.That(Counted.Text(alert).VisitorViews, Is.Zero);
        Assert.That(
            Counted.Text(alert + Line.Request(id: 0, login: "", path: "/render/d-solo/ward/x", ms: 5_000, time: "06:00:05")).VisitorOpens,
            Is.EqualTo(1));
    }

    [Test]
    public void The_real_renderers_pictures_are_told_from_their_askers()
    {
        Activity activity = Counted.Lines(RecordedLogs.Lines("renderer/grafana.log"), new() { OwnIds = [116] });
        UserActivity nurse = activity.Users.Single(user => user.Id == 118),
            admin = activity.Users.Single(user => user.Id == 1),
            robot = activity.Users.Single(user => user.Id == 746);
        foreach (UserActivity asker in new[] { nurse, robot })
            Assert.That(
                (asker.Requests, asker.RendererRequests, asker.Proof, asker.IsInBrowser, asker.Dashboards.Count),
                Is.EqualTo((8, 6, ActivityProof.Other, false, 0)),
                asker.Login);
        Assert.That((admin.RendererRequests, admin.Dashboards.Count), Is.EqualTo((6, 0)));
        Assert.That(activity.Users.Select(user => user.Id), Does.Not.Contain(116), "all of ours is ours, under whatever name of the host");
        Assert.That(activity.OwnRequests, Is.EqualTo(20));
    }

    [Test]
    public void Of_the_recorded_browsers_none_is_taken_for_a_renderer_and_a_robot_in_one_is_seen()
    {
        Activity activity = Counted.Lines(RecordedLogs.Lines("visitors/without-anonymous-access.log"), new() { OwnIds = [116] });
        UserActivity nurse = activity.Users.Single(user => user.Id == 117);
        Assert.That(
            (nurse.RendererRequests, nurse.Proof),
            Is.EqualTo((0, ActivityProof.OpenedDashboard)),
            "render=1 stays in the address of a person");
        Assert.That(nurse.Dashboards.Select(board => board.Uid), Does.Contain("ward-occupancy"));
        Assert.That(activity.Users.Single(user => user.Id == 294).IsInBrowser, "a service account's token in a browser");
        Assert.That((activity.VisitorOpens, activity.VisitorViews), Is.EqualTo((1, 1)),
            "a public dashboard; its page, its login page and its annotations are no views");
    }

    [Test]
    public void The_recorded_visitors_are_counted_by_the_dashboards_that_they_opened()
    {
        Activity activity = Counted.Lines(RecordedLogs.Lines("visitors/with-anonymous-access.log"), new() { OwnIds = [116] });
        Assert.That(
            (activity.VisitorOpens, activity.VisitorViews), Is.EqualTo((2, 4)), "one by anonymous access, a public one; a query of each");
    }

    private static ActivityCounterOptions Marked =>
        new() { Window = new Window(new(2026, 11, 21, 6, 0, 0, TimeSpan.FromHours(2)), new(2026, 11, 21, 7, 0, 0, TimeSpan.FromHours(2))) };

    private static UserActivity Of(string log) => Counted.Text(log).Users.Single();
}
