using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Line;
using Athena.Common.Tests.GrafanaLog;
using Athena.Common.Time;

namespace Athena.Common.Tests.Grafana.Usage;

public sealed class ActivityCounterTests
{
    private static readonly DateTimeOffset Six = new(2026, 11, 21, 6, 0, 0, TimeSpan.FromHours(2));

    private static readonly ActivityCounterOptions Ours = new() { OwnIds = [9], IgnoredIds = [7] };

    [TestCase("v0alpha1"), TestCase("v1beta1"), TestCase("v2alpha1"), TestCase("v2beta1"), TestCase("v1"), TestCase("v2")]
    public void Every_version_of_the_dto_is_an_open(string version) =>
        Assert.That(Dashboards(Line.Open("ward", version: version)), Is.EqualTo((string[])["ward 1 False"]));

    [TestCase("/api/dashboards/uid/ward", 200, 1)]
    [TestCase("/api/dashboards/uid/ward", 403, 0)]
    [TestCase("/api/dashboards/uid/", 200, 0)]
    [TestCase("/api/dashboards/uid/ward/versions", 200, 0)]
    [TestCase("/api/dashboards/home", 200, 0)]
    [TestCase("/apis/dashboard.grafana.app/v1beta1/namespaces/default/dashboards//dto", 200, 0)]
    [TestCase("/apis/dashboard.grafana.app/v1beta1/namespaces/default/dashboards/nope/dto", 404, 0)]
    [TestCase("/apis/dashboard.grafana.app/v1beta1/namespaces/org-2/dashboards/ward/dto", 200, 1)]
    [TestCase("/apis/dashboard.grafana.app/v1beta1/namespaces/default/dashboards/ward/x/dto", 200, 0)]
    [TestCase("/apis/folder.grafana.app/v1beta1/namespaces/default/dashboards/ward/dto", 200, 0)]
    [TestCase("/apis/dashboard.grafana.app/dto", 200, 0)]
    [TestCase("/d/ward/ward", 200, 0)]
    public void Only_an_answered_dashboard_is_an_open(string path, int status, int opens) =>
        Assert.That(Dashboards(Line.Request(path: path, status: status)), Has.Length.EqualTo(opens));

    [Test]
    public void Nobody_and_other_methods_open_no_dashboard()
    {
        Assert.That(Dashboards(Line.Request(path: "/api/dashboards/uid/ward", method: "DELETE")), Is.Empty);
        Activity activity = Counted.Text(Line.Open("ward", id: 0, login: ""));
        Assert.That(activity.Users, Is.Empty);
        Assert.That(activity.AnonymousRequests, Is.EqualTo(1));
    }

    [Test]
    public void A_reload_is_a_second_open_of_the_same_dashboard() =>
        Assert.That(Dashboards(Line.Open("b") + Line.Open("a") + Line.Open("b")), Is.EqualTo((string[])["b 2 False", "a 1 False"]));

    [TestCase("https://grafana.example.net/d/ward/slug?from=now-1h&orgId=1", "ward 0 True")]
    [TestCase("https://grafana.example.net/grafana/d/ward?refresh=5s", "ward 0 True")]
    [TestCase("https://grafana.example.net/d-solo/ward/x?panelId=1", "ward 0 True")]
    [TestCase("https://grafana.example.net/explore?left=/d/other", null)]
    [TestCase("https://grafana.example.net/d/", null)]
    [TestCase("https://grafana.example.net/d/<script>/x", null)]
    [TestCase("/d/ward", null)]
    [TestCase("", null)]
    public void A_query_tells_by_its_referer_which_dashboard_was_on_screen(string referer, string? expected) =>
        Assert.That(Dashboards(Line.Query(referer)), Is.EqualTo(expected is null ? [] : new[] { expected }));

    [Test]
    public void A_query_that_failed_was_on_screen_and_one_that_was_refused_was_not()
    {
        Assert.That(Dashboards(Line.Query("https://g/d/ward", status: 500)), Has.Length.EqualTo(1));
        Assert.That(Dashboards(Line.Query("https://g/d/ward", status: 403)), Is.Empty);
    }

    [Test]
    public void A_tab_left_open_is_no_work()
    {
        string tab = Line.Request(path: "/api/live/ws", status: -1)
            + Line.Request(method: "POST", path: "/api/user/auth-tokens/rotate", referer: "https://g/d/ward")
            + Line.Request(method: "POST", path: "/api/frontend-metrics", referer: "https://g/d/ward");
        UserActivity user = Counted.Text(tab, Marked).Users.Single();
        Assert.That((user.Requests, user.Proof, user.Marks), Is.EqualTo((3, ActivityProof.TabOnly, 0UL)));
        Assert.That(Counted.Text(tab + Line.Request()).Users.Single().Proof, Is.EqualTo(ActivityProof.Other));
        Assert.That(Counted.Text(tab + Line.Query("")).Users.Single().Proof, Is.EqualTo(ActivityProof.Queried));
        Assert.That(Counted.Text(tab + Line.Open("ward")).Users.Single().Proof, Is.EqualTo(ActivityProof.OpenedDashboard));
    }

    [TestCase(
        "/apis/dashboard.grafana.app/v1beta1/namespaces/default/dashboards/ward/dto",
        "/apis/dashboard.grafana.app/v2beta1/namespaces/default/dashboards/ward/dto",
        "06:00:01",
        1)]
    [TestCase("/api/dashboards/uid/ward", "/apis/dashboard.grafana.app/v3/namespaces/default/dashboards/ward/dto", "06:00:04", 1)]
    [TestCase(
        "/apis/dashboard.grafana.app/v1/namespaces/default/dashboards/ward/dto",
        "/apis/dashboard.grafana.app/v1/namespaces/default/dashboards/ward/dto",
        "06:00:01",
        2,
        Description = "a reload")]
    [TestCase(
        "/apis/dashboard.grafana.app/v1/namespaces/default/dashboards/ward/dto",
        "/apis/dashboard.grafana.app/v2/namespaces/default/dashboards/ward/dto",
        "06:00:06",
        2,
        Description = "later")]
    public void A_dashboard_that_is_fetched_in_two_forms_at_one_opening_is_opened_once(string first, string second, string at, int opens)
    {
        Activity activity = Counted.Text(Line.Request(path: first) + Line.Request(path: second, time: at), new() { OpensOf = "ward" });
        Assert.That((activity.Users.Single().Dashboards.Single().Opens, activity.Opens.Count), Is.EqualTo(((long)opens, opens)));
        Activity visitors = Counted.Text(Line.Request(id: 0, path: first) + Line.Request(id: 0, path: second, time: at));
        Assert.That(visitors.VisitorOpens, Is.EqualTo(opens));
    }

    [Test]
    public void Two_openings_of_one_that_is_kept_in_the_new_form_are_two()
    {
        string log = string.Concat(new[] { "06:00:00", "06:00:02" }
            .Select(at => Line.Open("ward", time: at, version: "v1beta1") + Line.Open("ward", time: at, version: "v2beta1")));
        Assert.That(Dashboards(log), Is.EqualTo((string[])["ward 2 False"]));
    }

    [Test]
    public void A_page_that_was_loaded_and_nothing_more_is_work() =>
        Assert.That(
            Counted.Text(Line.Request(path: "/d/ward/ward"), Marked).Users.Single(),
            Has.Property("Proof").EqualTo(ActivityProof.Other).And.Property("Marks").EqualTo(1));

    [Test]
    public void Our_own_requests_are_those_with_our_id_and_our_referer()
    {
        const string Referer = "https://grafana.example.net/athena-workers/compliance";
        Activity activity = Counted.Text(
            Line.Request(id: 9, referer: Referer, path: "/api/users")
            + Line.Request(id: 9, referer: Referer, path: "/api/users", status: 500)
            + Line.Request(id: 0, login: "", method: "POST", path: "/login", referer: Referer),
            Ours);
        Assert.That(activity.Users, Is.Empty);
        Assert.That(
            (activity.AnonymousRequests, activity.Pages.Requests, activity.Pages.ServerErrors, activity.Security.Logins),
            Is.EqualTo((0, 0, 0, 0)));
        Assert.That(activity.HasRoutineLines, "ours proves as well as anybody's that such lines are written");

        // A stranger with our referer, and a person who uses our account.
        Activity others = Counted.Text(
            Line.Request(id: 2, referer: Referer) + Line.Request(id: 9, referer: "https://grafana.example.net/d/ward"), Ours);
        Assert.That(others.Users.Select(user => user.Id), Is.EquivalentTo((long[])[2, 9]));
        Assert.That(
            Counted.Text(Line.Request(id: 9, referer: "https://grafana.example.net/athena-workers.evil/")).Users, Has.Count.EqualTo(1));
    }

    [Test]
    public void The_login_page_that_a_sight_probe_asks_for_counts_nowhere_and_proves_router_logging()
    {
        Activity activity = Counted.Text(
            Line.Request(id: 0, login: "", path: "/login", referer: "https://grafana.example.net/athena-workers/active-users"), Ours);
        Assert.That((activity.AnonymousRequests, activity.Pages.PageLoads, activity.HasRoutineLines), Is.EqualTo((0, 0, true)));
    }

    [TestCase("/api/ds/query", 200, ExpectedResult = 1)]
    [TestCase("/api/ds/query", 401, ExpectedResult = 0)]
    [TestCase("/apis/dashboard.grafana.app/v1beta1/namespaces/default/dashboards/ward/dto", 200, ExpectedResult = 1)]
    [TestCase("/api/public/dashboards/94cdc1e11bcd43ed86f28b57b63e5fba", 200, ExpectedResult = 1)]
    [TestCase("/api/public/dashboards/94cdc1e11bcd43ed86f28b57b63e5fba/panels/1/query", 200, ExpectedResult = 1)]
    [TestCase("/login", 200, ExpectedResult = 0)]
    [TestCase("/d/ward", 200, ExpectedResult = 0)]
    public long Who_looks_at_a_dashboard_without_signing_in_is_counted_apart(string path, int status)
    {
        Activity activity = Counted.Text(Line.Request(id: 0, login: "", path: path, status: status));
        Assert.That((activity.Users.Count, activity.AnonymousRequests), Is.EqualTo((0, 1)));
        return activity.VisitorViews;
    }

    [TestCase("anonymous-and-token-rotation/grafana.log", true)]
    [TestCase("single-sign-on/grafana.log", true)]
    [TestCase("router-logging-off/grafana.log", false)]
    public void The_recorded_visitors_are_seen_by_what_they_look_at(string log, bool isSeen) =>
        Assert.That(Counted.Lines(RecordedLogs.Lines(log), new()).VisitorViews, isSeen ? Is.Positive : Is.Zero);

    [Test]
    public void What_we_may_not_do_is_not_counted_as_access_denied()
    {
        const string Referer = "https://grafana.example.net/athena-workers/compliance";
        Activity activity = Counted.Text(
            Line.Denied(9) + Line.Request(id: 9, referer: Referer, path: "/api/users", status: 403)
            + Line.Denied(9) + Line.Request(id: 9, path: "/api/users", status: 403)
            + Line.Denied(2) + Line.Denied(7),
            Ours);
        Assert.That(activity.Security.AccessDenied, Is.EqualTo(2), "naledi's, and the one of a person with our id");
    }

    [Test]
    public void Ignored_users_count_nowhere()
    {
        Activity activity = Counted.Text(
            Line.Request(id: 7) + Line.Request(id: 7, path: "/x", status: 500)
            + Line.Request(id: 7, method: "POST", path: "/api/admin/users"),
            Ours);
        Assert.That(activity.Users, Is.Empty);
        Assert.That(activity.Changes, Is.Empty);
        Assert.That(activity.Pages, Is.EqualTo(new PageTally(0, 0, 0, null, null)));
    }

    [Test]
    public void Sight_probes_are_recognised_and_never_counted()
    {
        string log = Line.Request(id: 0, org: 0, login: "", path: "/d/athena-probe-5f3a/x", status: 302)
            + Line.Request(id: 0, login: "", path: "/d/athena-probe-77", time: "06:05:00");
        Activity activity = Counted.Text(log);
        Assert.That(activity.ProbeEchoes, Is.EqualTo((ProbeEcho[])[new("5f3a", Six), new("77", Six.AddMinutes(5))]));
        Assert.That((activity.AnonymousRequests, activity.Pages.Requests), Is.EqualTo((0, 0)));
        Assert.That(Counted.Text(log, new() { SentProbes = ["77"] }).ProbeEchoes.Select(echo => echo.Nonce), Is.EqualTo((string[])["77"]));
        Assert.That(
            Counted.Text(Line.Request(path: "/d/athena-probe-77")).Users,
            Has.Count.EqualTo(1),
            "a signed-in user does not hide behind such a path");
    }

    [Test]
    public void Security_events_are_counted()
    {
        Activity activity = Counted.Text(
            Line.Refusal(
                "auth.client.form", "[password-auth.failed] failed to authenticate identity: [password-auth.invalid] invalid password")
            + Line.Refusal(
                "auth.client.basic", "[password-auth.failed] failed to authenticate identity: [identity.not-found] no user found")
            + Line.Refusal("auth.client.basic",
                "[password-auth.failed] too many consecutive incorrect login attempts for user - login for user temporarily blocked")
            + Line.Refusal("auth.client.api-key", "[api-key.invalid] API key is invalid")
            + Line.Refusal("auth.client.session", "user token not found")
            + Line.Request(id: 0, login: "", method: "POST", path: "/login", status: 401, error: "identity.disabled")
            + Line.Request(id: 0, login: "", method: "POST", path: "/login", status: 401, error: "password-auth.failed")
            + Line.Request(id: 0, login: "", method: "POST", path: "/login")
            + Line.Denied(2)
            + "logger=http.server t=2026-11-21T06:00:00+02:00 level=info msg=\"Successful Login\" User=a@b\n");
        Assert.That(activity.Security, Is.EqualTo(new SecurityTally(2, 1, 1, 1, 1, 1) { RefusedTokens = 1, Mistyped = 1 }));
    }

    [TestCase("POST", "/api/admin/users", true)]
    [TestCase("PUT", "/api/admin/users/4/permissions", true)]
    [TestCase("PUT", "/api/admin/settings", true)]
    [TestCase("POST", "/api/admin/users/5/logout", true)]
    [TestCase("PUT", "/api/users/6", true)]
    [TestCase("PATCH", "/api/org/users/3", true)]
    [TestCase("POST", "/api/org/invites", true)]
    [TestCase("PATCH", "/api/orgs/1/users/4", true)]
    [TestCase("DELETE", "/api/orgs/1/users/4", true)]
    [TestCase("POST", "/api/orgs", true)]
    [TestCase("POST", "/API//Orgs/", true)]
    [TestCase("POST", "/api/serviceaccounts/24/tokens", true)]
    [TestCase("POST", "/api/auth/keys", true)]
    [TestCase("POST", "/api/access-control/dashboards/ward/users/2", true)]
    [TestCase("POST", "/api/folders/wards/permissions", true)]
    [TestCase("PUT", "/api/v1/sso-settings/ldap", true)]
    [TestCase("POST", "/apis/iam.grafana.app/v0alpha1/namespaces/default/users", true)]
    [TestCase("POST", "/api/user/using/2", false)]
    [TestCase("PUT", "/api/user", false)]
    [TestCase("POST", "/api/dashboards/db", false)]
    [TestCase("POST", "/api/ds/query", false)]
    [TestCase("POST", "/api/access-control/users/permissions/search", false)]
    [TestCase("POST", "/apis/dashboard.grafana.app/v1/namespaces/default/dashboards", false)]
    [TestCase("GET", "/api/admin/users", false)]
    [TestCase("get", "/api/admin/users", false)]
    [TestCase("POST", "", false)]
    [TestCase("POST", "///", false)]
    public void Changes_of_who_may_do_what_are_told(string method, string path, bool isTold)
    {
        Change[] expected = isTold ? [new(Six, 2, "naledi", 1, method, path, false)] : [];
        Assert.That(Counted.Text(Line.Request(method: method, path: path)).Changes, Is.EqualTo(expected));
        Assert.That(Counted.Text(Line.Request(method: method, path: path, status: 403)).Changes, Is.Empty);
    }

    [Test]
    public void Our_own_changes_are_told_as_ours()
    {
        string log = Line.Request(
            id: 9,
            login: "athena",
            method: "POST",
            path: "/api/admin/users/5/disable",
            referer: "https://grafana.example.net/athena-workers/auto-disable");
        Activity activity = Counted.Text(log, Ours);
        Assert.That(activity.Changes.Single().ByOurselves);
        Assert.That(activity.Users, Is.Empty);
    }

    [Test]
    public void A_user_in_two_organisations_is_two_rows_with_the_login_last_written()
    {
        Activity activity = Counted.Text(
            Line.Request(org: 1, login: "before") + Line.Request(org: 1, login: "before")
            + Line.Request(org: 2, login: "after", time: "06:02:00"));
        Assert.That(
            activity.Users.Select(user => (user.OrgId, user.Requests, user.Login)),
            Is.EqualTo(((long, long, string)[])[(1, 2, "after"), (2, 1, "after")]));
    }

    [Test]
    public void Lines_that_are_out_of_order_are_counted_all_the_same()
    {
        UserActivity user = Counted.Text(
            Line.Request(time: "06:07:00") + Line.Request(time: "06:01:00") + Line.Request(time: "06:03:00"), Marked).Users.Single();
        Assert.That((user.FirstSeen, user.LastSeen, user.Marks), Is.EqualTo((Six.AddMinutes(1), Six.AddMinutes(7), 3UL)));
    }

    [Test]
    public void Page_times_and_server_errors_are_counted()
    {
        string log = string.Concat(Enumerable.Range(1, 100).Select(i => Line.Request(path: i % 2 == 0 ? "/d/ward" : "/", ms: i)))
            + Line.Request(path: "/api/search", ms: 5000) + Line.Request(path: "/dashboards", ms: 5000, status: 500)
            + Line.Request(path: "/api/live/ws", status: -1, ms: 99999);
        Assert.That(Counted.Text(log).Pages, Is.EqualTo(new PageTally(102, 1, 100, 50, 95)));
    }

    [Test]
    public void Odd_numbers_never_throw()
    {
        foreach (long number in (long[])[0, -1, long.MinValue, long.MaxValue])
        {
            string log = Line.Request(
                id: number,
                org: number,
                ms: number,
                status: (int)Math.Clamp(number, int.MinValue, int.MaxValue),
                path: "/d/x") + Line.Request(id: number, path: "/", ms: number);
            Assert.That(() => Counted.Text(log, Marked), Throws.Nothing);
        }
    }

    [Test]
    public void Opens_of_one_dashboard_are_kept_with_who_and_when()
    {
        string log = Line.Open("ward", time: "06:03:00") + Line.Open("lab") + Line.Open("ward", id: 5, org: 2, login: "palesa")
            + Line.Open("ward", status: 403);
        Assert.That(Counted.Text(log, new() { OpensOf = "ward" }).Opens, Is.EqualTo(
            (DashboardOpen[])[new(Six, 5, "palesa", 2), new(Six.AddMinutes(3), 2, "naledi", 1)]));
    }

    [Test]
    public void What_somebody_makes_up_is_bounded()
    {
        IEnumerable<string> Lines()
        {
            for (int i = 0; i < 2_000; i++)
                yield return Line.Query($"https://g/d/uid-{i}") + Line.Request(method: "POST", path: $"/api/admin/users/{i}/disable")
                    + Line.Request(id: 0, path: $"/d/athena-probe-{i}");
        }
        Activity activity = Counted.Text(string.Concat(Lines()));
        Assert.That(activity.Users.Single().Dashboards, Has.Count.EqualTo(ActivityBounds.DashboardsOfRow));
        Assert.That(activity.Users.Single().Requests, Is.EqualTo(4_000));
        Assert.That(activity.Changes, Has.Count.EqualTo(ActivityBounds.Changes));
        Assert.That(activity.ProbeEchoes, Has.Count.EqualTo(ActivityBounds.ProbeEchoes));
        Assert.That(activity.IsCut);
    }

    [Test]
    public void Does_not_allocate_for_a_line()
    {
        // A picture is remembered while it lasts, and an opening with its time.
        List<byte[]> lines =
        [
            .. RecordedLogs.Names.SelectMany(RecordedLogs.Lines).Where(line => LogLine.Parse(line).Kind != LineKind.Rendering
                && line.AsSpan().IndexOf("/dto"u8) < 0 && line.AsSpan().IndexOf("/api/dashboards/uid/"u8) < 0),
        ];
        var counter = new ActivityCounter(new ActivityCounterOptions
        {
            Window = new Window(Six.AddDays(-1), Six.AddDays(1)),
            OwnIds = [1],
            SentProbes = [],
        });
        void TakeAll()
        {
            foreach (byte[] line in lines)
                counter.Take(LogLine.Parse(line));
        }
        // Rows, dashboards, and the changes up to their bound.
        for (int round = 0; round < 40; round++)
            TakeAll();
        Assert.That(counter.Snapshot().Changes, Has.Count.EqualTo(ActivityBounds.Changes));

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 5; round++)
            TakeAll();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(counter.Snapshot().Users.Sum(user => user.Requests), Is.EqualTo(
            45 * Counted.Lines(lines, new() { OwnIds = [1] }).Users.Sum(user => user.Requests)));
    }

    private static ActivityCounterOptions Marked => new() { Window = new Window(Six, Six.AddMinutes(15)) };

    private static string[] Dashboards(string log) =>
        [
            .. Counted.Text(log).Users.SelectMany(user => user.Dashboards)
                .Select(dashboard => $"{dashboard.Uid} {dashboard.Opens} {dashboard.IsOnScreen}"),
        ];
}
