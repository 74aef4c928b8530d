using Athena.Common.Activities;
using Athena.Common.Grafana;
using Athena.Common.Logs;
using Athena.Common.Logs.Windows;
using Athena.Common.Sight;
using Athena.Common.Tests.Activities;
using Athena.Common.Time;
using Athena.Compliance.Deciding;
using Athena.Compliance.Evidence;
using Athena.Compliance.Examining;
using Athena.Tests.Shared;
using Moq;

namespace Athena.Compliance.Tests;

/// <summary>Recorded logs through the real reader, counter and judgement; only Grafana's answers are made.</summary>
internal sealed class ExaminerTests
{
    private const string OwnReferer = "http://127.0.0.1:3000/athena-workers/";

    /// <summary>Naledi (2) works on dashboards, the admin (4) looks at users; visitors are let in without a name.</summary>
    private const string Busy = "anonymous-and-token-rotation/grafana.log";

    private static readonly Window BusyTime = Recorded("03:35:00", "03:40:00");

    private List<GrafanaUser> users = [];
    private bool tellsServiceAccounts;
    private long ownId;

    [SetUp]
    public void TwoPeopleAndOurAccount()
    {
        users = [User(2, "naledi", isAdmin: true), User(4, "athena-admin", isAdmin: true), User(9, "athena-workers-7f3a", isAdmin: true)];
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
            Assert.That(evidence.People.SelectMany(person => person.Dashboards), Is.Not.Empty.And.All.Property("Title").StartsWith("Title of "));
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
    public async Task Without_the_list_of_service_accounts_nothing_is_claimed()
    {
        tellsServiceAccounts = false;
        Assert.That((await ExamineAsync(Busy, BusyTime, [2, 4])).OutcomeWord, Is.EqualTo("not-seen"));
    }

    [Test]
    public async Task With_router_logging_off_nothing_is_claimed() =>
        Assert.That((await ExamineAsync("router-logging-off/grafana.log", Recorded("03:33:45", "03:34:37"), [1, 2, 62])).OutcomeWord, Is.EqualTo("not-seen"));

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
    public async Task An_account_that_is_an_admins_as_well_does_not_make_him_vanish_and_the_report_says_so()
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

    /// <summary>Signed up, looked at a dashboard, locked within moments: by us, or by an administrator's hand.</summary>
    [TestCase(9, OwnReferer + "auto-disable", "only-admins")]
    [TestCase(4, "", "in-use")]
    [TestCase(9, "", "in-use", Description = "our account, but not our request")]
    public async Task Only_whom_our_own_account_locked_at_his_sign_up_is_a_stranger_and_no_use(long by, string referer, string outcome)
    {
        users.Add(User(30, "new@b", isAdmin: false));
        if (by == 9 && referer.Length == 0) users.RemoveAll(user => user.Id == 9);
        var log = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(log, Line.Request(4, login: "athena-admin", time: "05:59:00") + Line.Request(4, login: "athena-admin", time: "06:01:00")
                + "logger=http.server t=2026-11-21T06:02:00+02:00 level=info msg=\"Successful Login\" User=new@b\n"
                + Line.Open("ward-occupancy", 30, login: "new@b", time: "06:02:01")
                + Line.Request(by, login: "locker", time: "06:02:02", method: "POST", path: "/api/admin/users/30/disable", referer: referer));
            var evidence = await ExamineAsync(log, Recorded("06:00:00", "06:10:00"), [2, 4]);
            Assert.That(evidence.OutcomeWord, Is.EqualTo(outcome), evidence.Finding!.Reason);
            Assert.That(evidence.As(Role.Stranger).Select(person => person.Id), Is.EqualTo(outcome == "only-admins" ? new[] { 30L } : []));
        }
        finally
        {
            File.Delete(log);
        }
    }

    [Test]
    public void The_list_of_admins_is_held_against_Grafanas()
    {
        users = [User(1, "admin", isAdmin: true), User(4, "was\u202eadmin", isAdmin: false), User(7, "other", isAdmin: true), User(9, "athena-workers-7f3a", isAdmin: true)];
        var warnings = SetupWarnings.Of(new Roster(users.ToDictionary(user => user.Id), null, new Dictionary<long, string>()), new HashSet<long> { 1, 4, 5 }, ownId: 9);
        Assert.Multiple(() =>
        {
            Assert.That(warnings, Has.Count.EqualTo(3));
            Assert.That(warnings[0], Does.StartWith("ADMIN_USER_IDS has 4 (").And.EndWith("who is no server admin in Grafana.").And.Not.Contain("\u202e"));
            Assert.That(warnings[1], Does.Contain("ADMIN_USER_IDS has 5, but Grafana has no user"));
            Assert.That(warnings[2], Does.StartWith("User id 7 (other) is a server admin"));
        });
    }

    private async Task<WindowEvidence> ExamineAsync(string log, Window window, long[] admins)
    {
        var time = new ManualTime(window.To.AddDays(1));
        var source = LogSource.TryParse("file:" + Path.Combine(TestContext.CurrentContext.TestDirectory, "Fixtures/logs", log), out _)!;
        var door = new Mock<IGrafanaDoor>();
        door.Setup(d => d.LookAsync(default)).ReturnsAsync(new HealthLook(time.GetUtcNow(), HealthVerdict.Up, "12.4.0", ""));
        var options = new ExaminerOptions(admins.ToHashSet(), new HashSet<long>(), OwnReferer, source.Name, Probe: false, TimeZoneInfo.FindSystemTimeZoneById("Africa/Johannesburg"));
        var platform = new Platform(Grafana(), door.Object, time);
        return await new Examiner(new LogWindows(source), platform, options, () => ProbeBook.Empty, () => null, _ => { }, time).ExamineAsync(window, isLate: false, default);
    }

    private IGrafana Grafana()
    {
        var grafana = new Mock<IGrafana>();
        grafana.Setup(g => g.WhoAmIAsync(default)).ReturnsAsync(Done(User(ownId, "own", isAdmin: true)));
        grafana.Setup(g => g.ServerSettingsAsync(default)).ReturnsAsync(new GrafanaAnswer<ServerSettings>(GrafanaOutcome.Refused, null, "not for us"));
        grafana.Setup(g => g.AllUsersAsync(default)).ReturnsAsync(Done<IReadOnlyList<GrafanaUser>>(users));
        grafana.Setup(g => g.OrganisationsAsync(default)).ReturnsAsync(Done<IReadOnlyList<GrafanaOrganisation>>([new(1, "Main Org.")]));
        grafana.Setup(g => g.ServiceAccountsAsync(1, default)).ReturnsAsync(tellsServiceAccounts
            ? Done<IReadOnlyList<ServiceAccount>>([])
            : new GrafanaAnswer<IReadOnlyList<ServiceAccount>>(GrafanaOutcome.Refused, null, "not for us"));
        grafana.Setup(g => g.DashboardAsync(It.IsAny<string>(), default)).ReturnsAsync((string uid, CancellationToken _) => Done(new DashboardTitle(uid, "Title of " + uid, "Folder", "/d/" + uid)));
        return grafana.Object;
    }

    private static GrafanaAnswer<T> Done<T>(T value)
        where T : class => new(GrafanaOutcome.Done, value, "");

    private static GrafanaUser User(long id, string login, bool isAdmin) => new(id, $"uid-{id}", login, "", login, isAdmin, IsDisabled: false, [], null, null);

    private static Window Recorded(string from, string to) =>
        new(DateTimeOffset.Parse($"2026-11-21T{from}+02:00", null), DateTimeOffset.Parse($"2026-11-21T{to}+02:00", null));
}
