using System.Text;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Identities;
using Athena.Common.Grafana.Probes;
using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Line;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.Tests.GrafanaLog;
using Athena.Common.Time;
using static Athena.Common.Tests.Grafana.Probes.Some;

namespace Athena.Common.Tests.Grafana.Probes;

public sealed class CoverageJudgementTests
{
    [Test]
    public void A_user_whom_Grafana_saw_and_the_log_did_not_proves_that_it_does_not_see_all()
    {
        var found = Judge(Activity(true, Row(1, 1, 14)), UserDirectory(User(1, 8), User(7, 9, "<script>")));
        Assert.Multiple(() =>
        {
            Assert.That(found.Unseen.Select(user => user.Id), Is.EqualTo(new[] { 7 }));
            Assert.That(found.Gaps, Is.EqualTo(new[]
            {
                new Gap(Quarter.From, Quarter.To, GapCause.SeesNotAll,
                    "a user (id 7) was active without a line in this log: another node, or lost lines"),
            }), "no login: it may go into a chat");
        });
    }

    [Test]
    public void Many_are_counted_and_the_first_ten_named()
    {
        var found = Judge(Activity(true), UserDirectory([.. Enumerable.Range(2, 12).Select(id => User(id, 8))]));
        Assert.That(found.Gaps.Single().Why, Does.StartWith("12 users (ids 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more) were active"));
    }

    [TestCase(-1)]
    [TestCase(0.5)]
    [TestCase(14.5)]
    [TestCase(15)]
    [TestCase(40)]
    public void Near_the_ends_of_the_window_and_outside_of_it_the_time_proves_nothing(double minute) =>
        Assert.That(Judge(Activity(true), UserDirectory(User(7, minute)), readAt: At(41)).Unseen, Is.Empty);

    [Test]
    public void Who_never_signed_in_is_not_missed() =>
        Assert.That(Judge(Activity(true), UserDirectory(User(7, null), User(8, -10 * 365 * 1440))).Unseen, Is.Empty);

    [Test]
    public void Our_own_account_and_ignored_ones_are_not_missed() =>
        Assert.That(Judge(Activity(true), UserDirectory(User(7, 8), User(9, 8)), leftOut: [7, 9]).Unseen, Is.Empty);

    [Test]
    public void A_line_in_any_organisation_is_a_line() =>
        Assert.That(Judge(Activity(true, Row(7, 9, 9) with { OrgId = -1 }), UserDirectory(User(7, 9))).Unseen, Is.Empty);

    [Test]
    public void An_open_tab_is_a_line() =>
        Assert.That(Judge(Activity(true, Row(7, 9, 9, ActivityProof.TabOnly)), UserDirectory(User(7, 8.9))).Unseen, Is.Empty);

    [Test]
    public void What_lies_in_a_known_gap_is_explained_by_it()
    {
        var coverage = Seen.With(new Gap(At(3), At(6), GapCause.Dropped, "journald dropped 112 lines"));
        Assert.Multiple(() =>
        {
            Assert.That(Judge(Activity(true), UserDirectory(User(7, 4)), coverage: coverage).Gaps, Is.Empty);
            Assert.That(Judge(Activity(true), UserDirectory(User(7, 9)), coverage: coverage).Gaps, Has.Count.EqualTo(1));
        });
    }

    [Test]
    public void Without_a_list_of_users_nobody_can_be_missed() =>
        Assert.That(
            CoverageJudgement.Of(new CoverageFacts(
                Seen, Activity(true), Athena.Common.Grafana.Identities.UserDirectory.Unread, null, new HashSet<long>())).Gaps,
            Is.Empty);

    [Test]
    public void Times_in_the_future_show_another_time_zone_and_are_not_used()
    {
        var found = Judge(Activity(true), UserDirectory(User(7, 8), User(8, 130)));
        Assert.That(found.Gaps, Is.Empty);
        Assert.That(found.Notes.Single(), Does.Contain("runs ahead").And.Contain("different time zones"));
    }

    [Test]
    public void A_user_in_the_log_whose_own_time_is_hours_old_shows_another_time_zone()
    {
        var found = Judge(Activity(true, Row(2, 1, 14)), UserDirectory(User(2, -120), User(7, 8)));
        Assert.That(found.Gaps, Is.Empty);
        Assert.That(found.Notes.Single(), Does.Contain("runs behind"));
    }

    [TestCase(-2, ActivityProof.Other, "their time stands still for a quarter of an hour")]
    [TestCase(-44, ActivityProof.Other, "an hour is the longest that can be set")]
    [TestCase(-300, ActivityProof.TabOnly, "a tab that nobody looks at is no witness")]
    public void An_ordinary_delay_is_no_sign_of_another_zone(double minute, ActivityProof proof, string because) =>
        Assert.That(
            Judge(Activity(true, Row(2, 1, 14, proof)), UserDirectory(User(2, minute), User(7, 8))).Unseen, Has.Count.EqualTo(1), because);

    [Test]
    public void The_servers_word_on_router_logging_is_taken()
    {
        var off = Judge(Activity(true, Row(2, 1, 14)), UserDirectory(User(2, 8), User(7, 8)), Some.Settings(routerLogging: false));
        var on = Judge(Activity(false, Row(2, 1, 14)), UserDirectory(User(2, 8)), Some.Settings(routerLogging: true));
        Assert.Multiple(() =>
        {
            Assert.That(off.RouterLogging, Is.EqualTo(RouterLogging.Off));
            Assert.That(off.Gaps.Select(gap => (gap.From, gap.To, gap.Cause)), Is.EqualTo(
                new[] { (Quarter.From, Quarter.To, GapCause.RouterLoggingOff) }));
            Assert.That(off.Unseen, Is.Empty, "who works on an open page leaves no line then");
            Assert.That(on.RouterLogging, Is.EqualTo(RouterLogging.On));
            Assert.That(on.Gaps, Is.Empty);
        });
    }

    [Test]
    public void Without_its_word_people_without_a_routine_line_show_that_it_is_off()
    {
        var found = Judge(Activity(false, Row(2, 1, 14, ActivityProof.TabOnly)), UserDirectory(User(2, 8)));
        Assert.That(found.Gaps.Single().Why, Does.Contain("seems to be off"));
    }

    [Test]
    public void A_quiet_night_shows_nothing_of_router_logging()
    {
        var found = Judge(Activity(false), UserDirectory(User(2, -300)));
        Assert.That((found.RouterLogging, found.Gaps.Count), Is.EqualTo((RouterLogging.Unknown, 0)));
    }

    [TestCase(7, true, ExpectedResult = RouterLogging.Off)]
    [TestCase(7, false, ExpectedResult = RouterLogging.Unknown, Description = "no page was shown, so no line is missing")]
    [TestCase(14.5, true, ExpectedResult = RouterLogging.Unknown, Description = "the page's line may lie behind the window")]
    public RouterLogging A_login_page_that_was_shown_without_a_line_of_it_shows_router_logging_off(double minute, bool isShown)
    {
        var probes = ProbeBook.Empty.With(Probe("a", minute) with { IsLoginShown = isShown });
        var facts = new CoverageFacts(
            Seen,
            Activity(false) with { ProbeEchoes = [Echo("a", minute)] },
            UserDirectory(),
            null,
            new HashSet<long>())
        { Probes = probes };
        return CoverageJudgement.RouterLoggingOf(facts);
    }

    [Test]
    public void A_service_account_that_is_always_refused_does_not_show_it_off()
    {
        var userDirectory = UserDirectory() with
        {
            ServiceAccounts = new Dictionary<long, ServiceAccount> { [28] = new(28, "sa-1-x", "x", 1, "Viewer", false) },
        };
        Assert.That(
            Judge(Activity(false, Row(28, 1, 14, login: "sa-1-x")), userDirectory).RouterLogging, Is.EqualTo(RouterLogging.Unknown));
    }

    [TestCase("day", true)]
    [TestCase("router-logging-off", false)]
    [TestCase("anonymous-and-token-rotation", true)]
    [TestCase("attacks", true)]
    public void Recorded_logs_tell_router_logging_by_themselves(string log, bool isOn)
    {
        var (activity, window) = Read([.. RecordedLogs.Names.Where(name => name.StartsWith(log + "/", StringComparison.Ordinal))]);
        var facts = new CoverageFacts(
            new Coverage(window, [], [], 1, 0), activity, Athena.Common.Grafana.Identities.UserDirectory.Unread, null, new HashSet<long>());
        Assert.That(CoverageJudgement.RouterLoggingOf(facts), Is.EqualTo(isOn ? RouterLogging.On : RouterLogging.Off));
    }

    /// <summary>
    /// The list that Grafana gave at 01:22:27 against the log of that time: whoever it saw has a line, and is missed without it.
    /// </summary>
    [Test]
    public void The_recorded_users_are_all_found_in_the_recorded_log()
    {
        var users = UserJson("list with odd names");
        var read = DateTimeOffset.Parse("2026-11-21T01:22:27.262Z");
        var userDirectory = new UserDirectory(
            users.ToDictionary(user => user.Id), new Dictionary<long, ServiceAccount>(), new Dictionary<long, string>())
        { ReadAt = read };
        var (activity, _) = Read([.. RecordedLogs.Day], until: read.AddMinutes(1));
        var window = new Window(read.AddMinutes(-5), read.AddMinutes(5));
        var coverage = new Coverage(window, [], [], 1, 0);
        var active = users.Where(user => user.LastSeenAt > window.From).Select(user => user.Id).ToList();
        var whole = CoverageJudgement.Of(new CoverageFacts(coverage, activity, userDirectory, null, new HashSet<long>()));
        var without = activity with { Users = [.. activity.Users.Where(row => row.Id != 15)] };
        var partly = CoverageJudgement.Of(new CoverageFacts(coverage, without, userDirectory, null, new HashSet<long>()));
        Assert.Multiple(() =>
        {
            Assert.That(active, Has.Count.GreaterThan(20));
            Assert.That(whole.Unseen.Select(user => user.Id), Is.Empty);
            Assert.That(whole.Notes, Is.Empty, "the recorded times agree with the log");
            Assert.That(partly.Unseen.Select(user => user.Id), Is.EqualTo(new[] { 15 }));
        });
    }

    private static CoverageFindings Judge(
        Activity activity, UserDirectory userDirectory, ServerSettings? settings = null, long[]? leftOut = null, Coverage? coverage = null,
        DateTimeOffset? readAt = null) =>
        CoverageJudgement.Of(new CoverageFacts(
            coverage ?? Seen, activity, userDirectory with { ReadAt = readAt ?? userDirectory.ReadAt }, settings,
            (leftOut ?? []).ToHashSet()));

    private static List<GrafanaUser> UserJson(string scene) =>
        Api.UserListing.Read(new(Encoding.UTF8.GetBytes(Api.Recorded.Json(scene).GetRawText())), [])!;

    // As much of an activity as sight is judged by, read by the parser of lines alone.
    private static (Activity Activity, Window Window) Read(string[] names, DateTimeOffset? until = null)
    {
        var rows = new Dictionary<long, UserActivity>();
        var routine = false;
        var (first, last) = (DateTimeOffset.MaxValue, DateTimeOffset.MinValue);
        foreach (var bytes in names.SelectMany(RecordedLogs.Lines))
        {
            var line = LogLine.Parse(bytes);
            if (line.Kind != LineKind.Request || line.Time is not { } at || at > until)
                continue;
            (first, last) = (at < first ? at : first, at > last ? at : last);
            routine |= line.Status is 200 or 304;
            if (line.UserId > 0)
            {
                rows[line.UserId] = rows.TryGetValue(line.UserId, out var row)
                    ? row with { LastSeen = at }
                    : new UserActivity(line.UserId, line.Login.ToString(), line.OrgId, 1, 0, at, at, ActivityProof.Other, [], 1);
            }
        }

        return (Some.Activity(routine, [.. rows.Values]), new Window(first, last));
    }
}
