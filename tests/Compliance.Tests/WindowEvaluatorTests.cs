using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Health;
using Athena.Common.Grafana.Identities;
using Athena.Common.Grafana.Monitoring;
using Athena.Common.Grafana.Probes;
using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.Tests.Grafana.Usage;
using Athena.Common.Time;
using Athena.Compliance.Evidence;
using Athena.Compliance.Policy;
using Athena.Tests.Shared;
using Moq;

namespace Athena.Compliance.Tests;

/// <summary>Recorded logs through the real reader, counter and judgement; only Grafana's answers are made.</summary>
internal sealed class WindowEvaluatorTests
{
    private const string OwnReferer = "http://127.0.0.1:3000/athena-workers/";

    /// <summary>Naledi (2) works on dashboards, the admin (4) looks at users; visitors are let in without a name.</summary>
    private const string Busy = "anonymous-and-token-rotation/grafana.log";

    private static readonly Window BusyTime = Recorded("03:35:00", "03:40:00");

    private List<GrafanaUser> users = [];
    private readonly List<ServiceAccount> serviceAccounts = [];
    private readonly Dictionary<long, DateTimeOffset?> ownRecords = [];
    private bool tellsServiceAccounts;
    private long ownId;

    [SetUp]
    public void TwoPeopleAndOurAccount()
    {
        users = [User(2, "naledi", isAdmin: true), User(4, "athena-admin", isAdmin: true), User(9, "athena-workers-7f3a", isAdmin: true)];
        serviceAccounts.Clear();
        ownRecords.Clear();
        (tellsServiceAccounts, ownId) = (true, 9);
    }

    [Test]
    public async Task Only_the_listed_ones_were_at_work()
    {
        var evidence = await ExamineAsync(Busy, BusyTime, [2, 4]);
        Assert.Multiple(() =>
        {
            Assert.That(evidence.OutcomeWord, Is.EqualTo("only-admins"), evidence.Finding!.Reason);
            Assert.That(evidence.As(Role.Admin).Select(person => person.Id), Is.EquivalentTo(new[] { 2, 4 }));
            Assert.That(
                evidence.People.SelectMany(person => person.Dashboards), Is.Not.Empty.And.All.Property("Title").StartsWith("Title of "));
            Assert.That(evidence.Warnings, Is.Empty);
            Assert.That(evidence.Coverage!.LinesRead, Is.GreaterThan(100));
            Assert.That((evidence.GrafanaVersion, evidence.IsAccountShared), Is.EqualTo(("12.4.0", false)));
        });
    }

    [Test]
    public async Task Somebody_who_is_not_listed_makes_it_an_hour_in_use()
    {
        var evidence = await ExamineAsync(Busy, BusyTime, [4]);
        Assert.That((evidence.OutcomeWord, evidence.Finding!.Proof), Is.EqualTo(("in-use", (ActivityProof?)ActivityProof.OpenedDashboard)));
        Assert.That(evidence.Warnings, Has.Count.EqualTo(1).And.Some.Contains("User id 2 (naledi) is a server admin"));
    }

    [Test]
    public async Task Somebody_whom_Grafana_does_not_know_any_more_lets_nothing_be_claimed()
    {
        users.RemoveAll(user => user.Id == 2);
        var evidence = await ExamineAsync(Busy, BusyTime, [4]);
        Assert.That(evidence.OutcomeWord, Is.EqualTo("not-seen"));
        Assert.That(evidence.As(Role.Unknown).Select(person => person.Id), Is.EqualTo(new[] { 2L }));
    }

    [Test]
    public async Task A_list_of_service_accounts_that_cannot_be_read_is_of_no_weight_while_everybody_who_acts_is_known()
    {
        tellsServiceAccounts = false;
        Assert.That((await ExamineAsync(Busy, BusyTime, [2, 4])).OutcomeWord, Is.EqualTo("only-admins"));
    }

    [Test]
    public async Task Somebody_who_may_be_one_of_the_service_accounts_that_cannot_be_read_lets_nothing_be_claimed_and_the_reason_says_which_list()
    {
        tellsServiceAccounts = false;
        users.RemoveAll(user => user.Id == 2);
        var evidence = await ExamineAsync(Busy, BusyTime, [4]);
        Assert.That(evidence.OutcomeWord, Is.EqualTo("not-seen"));
        Assert.That(evidence.Finding!.Reason, Does.Contain("in no list of Grafana's that could be read").And.Contain("Organisation 1: "));
    }

    [Test]
    public async Task With_router_logging_off_nothing_is_claimed() =>
        Assert.That(
            (await ExamineAsync("router-logging-off/grafana.log", Recorded("03:33:45", "03:34:37"), [1, 2, 62])).OutcomeWord,
            Is.EqualTo("not-seen"));

    [Test]
    public async Task A_part_that_the_log_does_not_reach_is_said()
    {
        var evidence = await ExamineAsync(Busy, Recorded("03:30:00", "03:40:00").In(TimeZoneInfo.Utc), [2, 4]);
        Assert.That(evidence.OutcomeWord, Is.EqualTo("only-admins-in-part"));
        Assert.That(evidence.Coverage!.Gaps[0].Cause, Is.EqualTo(GapCause.BeginsLater));
        Assert.That(evidence.Coverage.Gaps[0].Why, Does.Match("begins at 03:3[0-9]"), "in the people's time");
    }

    [Test]
    public async Task A_log_that_is_not_there_lets_nothing_be_claimed() =>
        Assert.That((await ExamineAsync("none.log", BusyTime, [2, 4])).OutcomeWord, Is.EqualTo("not-seen"));

    [Test]
    public async Task An_account_that_is_an_admins_as_well_does_not_make_them_vanish_and_the_report_says_so()
    {
        ownId = 4;
        var evidence = await ExamineAsync(Busy, BusyTime, [2, 4]);
        Assert.Multiple(() =>
        {
            Assert.That(evidence.As(Role.Admin).Select(person => person.Id), Does.Contain(4));
            Assert.That(evidence.IsAccountShared, Is.True);
            Assert.That(evidence.Warnings, Has.Some.Contains("signs in with the account of an administrator (user id 4)"));
        });
    }

    /// <summary>Signed up, looked at a dashboard, locked within moments: by us, or by an administrator's hand, or not of late.</summary>
    [TestCase(9, OwnReferer + "auto-disable", 0, "only-admins")]
    [TestCase(9, "https://another.name.example/athena-workers/auto-disable/3f2a", 0, "only-admins")]
    [TestCase(9, OwnReferer + "auto-disable", 60, "in-use", Description = "an account of before, after somebody else's sign-up")]
    [TestCase(4, "", 0, "in-use")]
    [TestCase(9, "", 0, "in-use", Description = "our account, but not our request")]
    public async Task Only_whom_our_own_account_locked_at_the_sign_up_is_a_stranger_and_no_use(
        long by, string referer, int age, string outcome)
    {
        var lockedAt = BusyTime.From.Date.Add(new TimeSpan(6, 2, 2));
        users.Add(
            User(30, "new@b", isAdmin: false) with
            {
                Created = new DateTimeOffset(lockedAt, TimeSpan.FromHours(2)).AddMinutes(-age).AddSeconds(-2),
            });
        var evidence = await ExamineLinesAsync(
            "logger=http.server t=2026-11-21T06:02:00+02:00 level=info msg=\"Successful Login\" User=new@b\n"
            + Line.Open("ward-occupancy", 30, login: "new@b", time: "06:02:01")
            + Line.Request(by, login: "locker", time: "06:02:02", method: "POST", path: "/api/admin/users/30/disable", referer: referer));
        Assert.That(evidence.OutcomeWord, Is.EqualTo(outcome), evidence.Finding!.Reason);
        Assert.That(evidence.As(Role.Stranger).Select(person => person.Id), Is.EqualTo(outcome == "only-admins" ? new[] { 30L } : []));
    }

    /// <summary>
    /// Around the full hour: signed up before it, locked after it; and those whose list does not say when they were made (Grafana 12.3).
    /// </summary>
    [TestCase("05:59:59", "06:00:00", "06:00:01", true)]
    [TestCase("06:09:58", "06:09:59", "06:10:01", true)]
    [TestCase("06:02:00", "06:02:01", "06:02:02", false)]
    public async Task A_stranger_at_the_full_hour_or_without_a_date_in_the_list_is_one_all_the_same(
        string made, string seen, string locked, bool isInList)
    {
        var created = DateTimeOffset.Parse($"2026-11-21T{made}+02:00", null);
        users.Add(User(30, "new@b", isAdmin: false) with { Created = isInList ? created : null });
        ownRecords[30] = created;
        var evidence = await ExamineLinesAsync(
            Line.Open("ward-occupancy", 30, login: "new@b", time: seen)
            + Line.Request(
                9,
                login: "locker",
                time: locked,
                method: "POST",
                path: "/api/admin/users/30/disable",
                status: 500,
                referer: OwnReferer + "auto-disable"));
        Assert.That((evidence.OutcomeWord, evidence.As(Role.Stranger).Count()), Is.EqualTo(("only-admins", 1)), evidence.Finding!.Reason);
    }

    [Test]
    public async Task A_person_in_our_account_a_robot_in_a_browser_and_a_young_one_let_nothing_be_claimed()
    {
        var ours = await ExamineLinesAsync(Line.Open("ward-occupancy", 9, login: "athena-workers-7f3a", time: "06:02:01")
            .Replace("https://grafana.example.net/d/ward-occupancy", OwnReferer + "x"));
        serviceAccounts.Add(new ServiceAccount(20, "sa-1-robot", "robot", 1, "Viewer", false) { Created = BusyTime.From.AddDays(-3) });
        var robot = await ExamineLinesAsync(Line.Request(20, login: "sa-1-robot", time: "06:02:01", path: "/d/ward-occupancy/x"));
        var api = await ExamineLinesAsync(Line.Request(20, login: "sa-1-robot", time: "06:02:01", path: "/api/search"));
        serviceAccounts[0] = serviceAccounts[0] with { Created = BusyTime.From.AddHours(-3) };
        var young = await ExamineLinesAsync(Line.Request(20, login: "sa-1-robot", time: "06:02:01", path: "/api/search"));
        Assert.Multiple(() =>
        {
            Assert.That((ours.OutcomeWord, ours.Finding!.Reason), Is.EqualTo(
                ("not-seen", "somebody uses the daemons' account: requests stand under it that no daemon makes")));
            Assert.That((robot.OutcomeWord, robot.Finding!.Reason), Is.EqualTo(
                ("not-seen", "service account 20 was used in a browser, by a person of whom nothing more is known")));
            Assert.That(api.OutcomeWord, Is.EqualTo("only-admins"), api.Finding!.Reason);
            Assert.That((young.OutcomeWord, young.Finding!.Reason), Is.EqualTo(
                ("not-seen", "service account 20 was made less than a day before it acted, and may be a person's")));
        });
    }

    [Test]
    public async Task Of_the_real_renderers_hour_the_asker_is_in_use_and_the_picture_is_not()
    {
        var hour = new Window(
            new DateTimeOffset(2026, 11, 28, 23, 6, 11, TimeSpan.Zero), new DateTimeOffset(2026, 11, 28, 23, 6, 30, TimeSpan.Zero));
        (users, ownId) =
            ([User(1, "admin", isAdmin: true), User(116, "athena-workers-7f3a", isAdmin: true), User(118, "nurse2", isAdmin: false)], 116);
        var evidence = await ExamineAsync("renderer/grafana.log", hour, [1]);
        Assert.That(
            (evidence.OutcomeWord, evidence.Finding!.Proof, evidence.People.Sum(person => person.Dashboards.Count)),
            Is.EqualTo(("in-use", (ActivityProof?)ActivityProof.Other, 0)),
            "asking for a picture is a request, and no dashboard is seen");
        var admins = await ExamineAsync("renderer/grafana.log", hour with { From = hour.From.AddSeconds(10) }, [1]);
        Assert.That(admins.OutcomeWord, Is.EqualTo("only-admins"), admins.Finding!.Reason);
    }

    [TestCase("without", "22:00:22", "22:00:30", "visitors-only", 1)]
    [TestCase("with", "22:01:05", "22:01:20", "visitors-only", 2)]
    [TestCase("with", "22:01:21", "22:01:23", "nobody", 0)]
    public async Task Of_the_recorded_visitors_the_hour_says_what_they_were_given(
        string which, string from, string to, string outcome, int views)
    {
        var window = new Window(DateTimeOffset.Parse($"2026-11-28T{from}Z", null), DateTimeOffset.Parse($"2026-11-28T{to}Z", null));
        (users, ownId) = ([User(1, "admin", isAdmin: true), User(116, "athena-workers-7f3a", isAdmin: true)], 116);
        var evidence = await ExamineAsync($"visitors/{which}-anonymous-access.log", window, [4]);
        if (which == "without")
        {
            Assert.That(evidence.OutcomeWord, Is.EqualTo("in-use"), "the admin makes the dashboard public, and is not listed");
            evidence = await ExamineAsync($"visitors/{which}-anonymous-access.log", window, [1]);
            outcome = "only-admins";
        }

        Assert.That((evidence.OutcomeWord, evidence.Visitors?.Views ?? 0), Is.EqualTo((outcome, views)), evidence.Finding!.Reason);
    }

    /// <summary>
    /// 47 seconds without PostgreSQL: three people were at their pages, and what they asked for stands in the log as nobody's.
    /// </summary>
    [TestCase("22:31:03", "22:31:50", "not-seen", Description = "a time in which nobody could be told from nobody")]
    [TestCase("22:30:46", "22:32:30", "only-admins-in-part", Description = "with the time around it, were they all administrators")]
    [TestCase("22:30:46", "22:31:00", "only-admins", Description = "before it")]
    public async Task While_Grafanas_database_is_away_nobody_else_is_never_said_of_that_time(string from, string to, string outcome)
    {
        (users, ownId) = (
            [
                User(117, "nurse1", isAdmin: true),
                User(118, "nurse2", isAdmin: true),
                User(119, "doctor1", isAdmin: true),
                User(116, "athena-workers-7f3a", isAdmin: true),
            ],
            116);
        var window = new Window(DateTimeOffset.Parse($"2026-11-28T{from}Z", null), DateTimeOffset.Parse($"2026-11-28T{to}Z", null));
        var evidence = await ExamineAsync("database-outage/grafana.log", window, [117, 118, 119]);
        Assert.That(evidence.OutcomeWord, Is.EqualTo(outcome), evidence.Finding!.Reason);
        if (outcome == "only-admins") return;
        var gap = evidence.Coverage!.Gaps.Single(gap => gap.Cause == GapCause.Unidentified);
        Assert.That(evidence.Finding.Reason, Does.Contain("Grafana's database did not answer"));
        Assert.That(gap.To - gap.From, Is.InRange(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60)), "that time, and no more of it");
    }

    [Test]
    public void The_list_of_admins_is_held_against_Grafanas()
    {
        users =
        [
            User(1, "admin", isAdmin: true),
            User(4, "was\u202eadmin", isAdmin: false),
            User(7, "other", isAdmin: true),
            User(9, "athena-workers-7f3a", isAdmin: true),
            User(12, "athena-workers-48ca6e2bd409", isAdmin: true),
        ];
        var warnings = SetupWarnings.Of(
            new UserDirectory(users.ToDictionary(user => user.Id), null, new Dictionary<long, string>()),
            new HashSet<long> { 1, 4, 5 },
            ownId: 9);
        Assert.Multiple(() =>
        {
            Assert.That(warnings, Has.Count.EqualTo(4));
            Assert.That(warnings[0], Does.StartWith("ADMIN_USER_IDS has 4 (")
                .And.Contain("who is no server admin in Grafana. Until you take the id out")
                .And.Not.Contain("\u202e"));
            Assert.That(warnings[1], Does.Contain("ADMIN_USER_IDS has 5, but Grafana has no user"));
            Assert.That(warnings[2], Does.StartWith("User id 7 (other) is a server admin").And.Contain("Add the id, or take"));
            Assert.That(warnings[3], Does.StartWith("User id 12 (").And.Contain("where none uses it any more, delete it in Grafana."));
        });
    }

    /// <summary>An administrator at work in the ten minutes from six, and these lines.</summary>
    private async Task<WindowEvidence> ExamineLinesAsync(string lines)
    {
        var log = Path.GetTempFileName();
        try
        {
            string[] admin =
            [
                Line.Request(4, login: "athena-admin", time: "05:59:00"),
                Line.Request(4, login: "athena-admin", time: "06:01:00"),
                Line.Request(4, login: "athena-admin", time: "06:12:00"),
            ];
            await File.WriteAllTextAsync(log, string.Concat((string.Concat(admin) + lines)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .OrderBy(line => line[line.IndexOf(" t=", StringComparison.Ordinal)..])
                .Select(line => line + "\n")));
            return await ExamineAsync(log, Recorded("06:00:00", "06:10:00"), [2, 4]);
        }
        finally
        {
            File.Delete(log);
        }
    }

    private async Task<WindowEvidence> ExamineAsync(string log, Window window, long[] admins)
    {
        var time = new ManualTime(window.To.AddDays(1));
        var source = LogSource.TryParse("file:" + Path.Combine(TestContext.CurrentContext.TestDirectory, "Fixtures/logs", log), out _)!;
        var door = new Mock<IAnonymousProbe>();
        door.Setup(d => d.LookAsync(default)).ReturnsAsync(new HealthLook(time.GetUtcNow(), HealthVerdict.Up, "12.4.0", ""));
        var options = new WindowEvaluatorOptions(
            admins.ToHashSet(), new HashSet<long>(), source.Name, Probe: false, TimeZoneInfo.FindSystemTimeZoneById("Africa/Johannesburg"));
        var grafanaDirectory = new GrafanaDirectory(Grafana(), door.Object, time);
        return await new WindowEvaluator(
            new LogWindows(source), grafanaDirectory, options, () => ProbeBook.Empty, () => null, _ => { },
            time).ExamineAsync(window, isLate: false, default);
    }

    private IGrafana Grafana()
    {
        var grafana = new Mock<IGrafana>();
        grafana.Setup(g => g.WhoAmIAsync(default)).ReturnsAsync(Done(User(ownId, "own", isAdmin: true)));
        grafana.Setup(g => g.ServerSettingsAsync(default))
            .ReturnsAsync(new GrafanaAnswer<ServerSettings>(GrafanaOutcome.Refused, null, "not for us"));
        grafana.Setup(g => g.AllUsersAsync(default)).ReturnsAsync(Done<IReadOnlyList<GrafanaUser>>(users));
        grafana.Setup(g => g.OrganisationsAsync(default)).ReturnsAsync(Done<IReadOnlyList<GrafanaOrganisation>>([new(1, "Main Org.")]));
        grafana.Setup(g => g.ServiceAccountsAsync(1, default)).ReturnsAsync(tellsServiceAccounts
            ? Done<IReadOnlyList<ServiceAccount>>([.. serviceAccounts.Select(account => account with { Created = null })])
            : new GrafanaAnswer<IReadOnlyList<ServiceAccount>>(GrafanaOutcome.Refused, null, "not for us"));
        grafana.Setup(g => g.ServiceAccountAsync(1, It.IsAny<long>(), default)).ReturnsAsync((long _, long id, CancellationToken _) =>
            serviceAccounts.Find(account => account.Id == id) is { } found
                ? Done(found)
                : new GrafanaAnswer<ServiceAccount>(GrafanaOutcome.Gone, null, "gone"));
        grafana.Setup(g => g.UserAsync(It.IsAny<long>(), default)).ReturnsAsync((long id, CancellationToken _) =>
            users.Find(user => user.Id == id) is { } found
                ? Done(found with { Created = ownRecords.GetValueOrDefault(id) })
                : new GrafanaAnswer<GrafanaUser>(GrafanaOutcome.Gone, null, "gone"));
        grafana.Setup(g => g.DashboardAsync(It.IsAny<string>(), default))
            .ReturnsAsync((string uid, CancellationToken _) => Done(new DashboardTitle(uid, "Title of " + uid, "Folder", "/d/" + uid)));
        return grafana.Object;
    }

    private static GrafanaAnswer<T> Done<T>(T value)
        where T : class => new(GrafanaOutcome.Done, value, "");

    private static GrafanaUser User(long id, string login, bool isAdmin) =>
        new(id, $"uid-{id}", login, "", login, isAdmin, IsDisabled: false, [], null, null);

    private static Window Recorded(string from, string to) =>
        new(DateTimeOffset.Parse($"2026-11-21T{from}+02:00", null), DateTimeOffset.Parse($"2026-11-21T{to}+02:00", null));
}
