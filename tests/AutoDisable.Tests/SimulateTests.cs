using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.Simulate;
using Athena.Common.Grafana.Api;
using Athena.Common.GrafanaLog.Sources;
using Athena.Tests.Shared;

namespace Athena.AutoDisable.Tests;

internal sealed class SimulateTests
{
    private static readonly DateTimeOffset Since = new(2026, 11, 21, 1, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 5, 0, 0, TimeSpan.Zero);
    private static readonly LogPast WholeLog = new(Since, null);

    [Test]
    public void Tells_from_a_recorded_day_who_came_how_and_what_admins_did()
    {
        var thabo = User(5, "thabo.m", "thabo.mokoena@example.net", created: new DateTimeOffset(2026, 11, 21, 1, 22, 26, TimeSpan.Zero));
        var record = new SimulationRecord(
            [User(1, "admin", "admin@localhost") with { Created = Since.AddDays(-9), IsAdmin = true }, thabo], Since, new ManualTime(Now));
        var log = LogSource.TryParse($"file:{RecordedDay()}", out _)!.ReadSince(Since, record.OnLine);
        var simulationRun = record.Conclude(selfId: 1, canLockExternal: false, log);
        var account = simulationRun.Accounts.Single();
        Assert.Multiple(() =>
        {
            Assert.That((account.User.Id, account.Measure), Is.EqualTo((5L, Measure.Lock)));
            Assert.That((account.Arrival.Kind, account.CameAt.Ticks), Is.EqualTo(
                (ArrivalKind.SignUpForm, At("2026-11-21T01:22:26.065033763Z").Ticks)));
            Assert.That(account.FirstDisabled, Is.EqualTo(new AdminAct(At("2026-11-21T01:22:26.256896912Z"), false, "admin")));
            Assert.That(account.Approval, Is.EqualTo(new AdminAct(At("2026-11-21T01:22:26.337531092Z"), true, "admin")));
            Assert.That(account.Requests, Is.EqualTo(2), "the others came after they were disabled");
            Assert.That(simulationRun.Log, Is.EqualTo(new LogPast(At("2026-11-21T01:20:13.768206132Z"), null)));
            Assert.That(simulationRun.HasRequests, Is.True);
            Assert.That(simulationRun.Vanished.Select(line => line.Email), Does.Contain("q1@example.net")
                .And.Not.Contain("thabo.mokoena@example.net"));
            Assert.That(Limits(simulationRun), Has.One.StartsWith("The log begins 2026-11-21 01:20:13"));
        });
    }

    [Test]
    public void Adds_up_who_was_approved_and_after_what_time()
    {
        var simulationRun = Rehearse(
            [
                User(11, "a", "a@x.example", Minutes(0)),
                User(12, "b", "b@x.example", Minutes(10)),
                User(13, "c", "c@x.example", Minutes(20)) with { IsDisabled = true },
            ],
            SignUp("a@x.example", Minutes(0)), Act(11, "disable", "timer", Minutes(1)), Act(11, "enable", "lindiwe", Minutes(4)),
            SignUp("b@x.example", Minutes(10)), Request(12, Minutes(11)), Act(12, "disable", "timer", Minutes(12)),
            Request(12, Minutes(13)), Act(12, "enable", "johan", Minutes(130)),
            SignUp("c@x.example", Minutes(20)), Act(13, "disable", "timer", Minutes(25)));
        var text = new SimulationText(TimeZoneInfo.Utc).Write(simulationRun);
        var json = JsonNode.Parse(SimulationText.ToJson(simulationRun).ToJsonString())!;
        Assert.Multiple(() =>
        {
            Assert.That(text, Does.Contain("Would have locked 3; admins approved 2 of them after 4 min and 2 h."));
            Assert.That(text, Does.Contain("was inside for 2 min, until timer disabled the account; 1 request\n"));
            Assert.That(text, Does.Contain("enabled by johan 2026-11-21 03:10:00 UTC, after 2 h"));
            Assert.That((int?)json["wouldHaveLocked"], Is.EqualTo(3));
            Assert.That((int?)json["approved"], Is.EqualTo(2));
            Assert.That((bool?)json["log"]!["complete"], Is.True);
            Assert.That((string?)json["accounts"]![1]!["approvedBy"], Is.EqualTo("johan"));
            Assert.That((double?)json["accounts"]![2]!["insideSeconds"], Is.EqualTo(300));
        });
    }

    [Test]
    public void Server_admins_and_the_daemon_itself_are_let_be_and_older_accounts_are_not_looked_at()
    {
        var simulationRun = Rehearse(
            [
                User(9, "athena", "athena@x.example", Minutes(1)), User(11, "boss", "boss@x.example", Minutes(2)) with { IsAdmin = true },
                User(12, "old", "old@x.example", Since.AddSeconds(-1)), User(13, "new", "new@x.example", Minutes(3)),
            ],
            Act(12, "enable", "lindiwe", Minutes(5)), Request(12, Minutes(5)));
        Assert.That(simulationRun.Accounts.Select(a => (a.User.Id, a.Measure)), Is.EqualTo(
            new[] { (9L, Measure.SpareSelf), (11L, Measure.SpareServerAdmin), (13L, Measure.Lock) }));
        Assert.That(SimulationText.Totals(simulationRun), Does.Contain(
            "Would have locked 1; no line shows that an admin approved any of them.").And.Contain("2 more would have kept their access."));
        Assert.That(
            new SimulationText(TimeZoneInfo.Utc).Write(simulationRun),
            Does.Contain("\nleft alone  uid:").And.Contain("\nLOCK        uid:"));
    }

    [Test]
    public void Somebody_who_is_still_inside_is_told_of_and_no_approval_is_made_up()
    {
        var simulationRun = Rehearse(
            [User(11, "a", "a@x.example", Minutes(0))], SignUp("a@x.example", Minutes(0)), Request(11, Minutes(1)));
        Assert.Multiple(() =>
        {
            Assert.That(simulationRun.Accounts.Single().Inside(Now), Is.EqualTo(Now - Minutes(0)));
            Assert.That(new SimulationText(TimeZoneInfo.Utc).Write(simulationRun), Does.Contain("and still is; 1 request")
                .And.Contain("1 of them can sign in now although no line shows an approval."));
        });
    }

    [Test]
    public void Somebody_disabled_without_a_line_has_no_time_inside()
    {
        var simulationRun = Rehearse([User(11, "a", "a@x.example", Minutes(0)) with { IsDisabled = true }]);
        Assert.That(simulationRun.Accounts.Single().Inside(Now), Is.Null);
        Assert.That(new SimulationText(TimeZoneInfo.Utc).Write(simulationRun), Does.Contain("no line tells when or who"));
    }

    [Test]
    public void An_account_without_an_age_counts_when_the_log_shows_its_sign_up_and_is_counted_apart_when_not()
    {
        var simulationRun = Rehearse(
            [User(11, "a", "a@x.example") with { Created = null }, User(12, "b", "b@x.example") with { Created = null }],
            SignUp("a@x.example", Minutes(3)), Request(12, Minutes(4)));
        Assert.Multiple(() =>
        {
            Assert.That(simulationRun.Accounts.Select(a => (a.User.Id, a.CameAt)), Is.EqualTo(new[] { (11L, Minutes(3)) }));
            Assert.That(simulationRun.Ageless, Is.EqualTo(1));
            Assert.That(Limits(simulationRun), Has.One.EndsWith("no sign-up of theirs: 1 accounts."));
        });
    }

    [TestCase(true, "Lock")]
    [TestCase(false, "ShowOut")]
    public void An_external_account_is_locked_only_with_the_database_and_never_approved_by_an_enabling(bool canLock, string measure)
    {
        var record = new SimulationRecord(
            [User(11, "a", "a@x.example", Minutes(0)) with { AuthLabels = ["LDAP"] }], Since, new ManualTime(Now));
        record.OnLine(Encoding.UTF8.GetBytes(Act(11, "enable", "lindiwe", Minutes(4))));
        var account = record.Conclude(9, canLock, WholeLog).Accounts.Single();
        Assert.That((account.Measure.ToString(), account.Approval, account.Arrival.Kind), Is.EqualTo(
            (measure, (AdminAct?)null, ArrivalKind.SingleSignOn)));
    }

    [Test]
    public void A_uid_that_looks_like_another_s_id_is_that_of_its_owner()
    {
        var simulationRun = Rehearse(
            [User(11, "a", "a@x.example", Minutes(0)), User(12, "b", "b@x.example", Minutes(0)) with { Uid = "11" }],
            Act(11, "enable", "lindiwe", Minutes(4)));
        Assert.That(simulationRun.Accounts.Where(a => a.Approval is not null).Select(a => a.User.Id), Is.EqualTo(new[] { 12L }));
    }

    [Test]
    public void What_could_not_be_seen_is_said()
    {
        var blind = Rehearse([User(11, "a", "a@x.example", Minutes(0))], new LogPast(null, "It may not be read. Do this."));
        var quiet = Rehearse([User(11, "a", "a@x.example", Minutes(0))], SignUp("a@x.example", Minutes(0)));
        Assert.Multiple(() =>
        {
            Assert.That(Limits(blind), Has.One.StartsWith("The log could not be read").And.One.EqualTo("It may not be read. Do this."));
            Assert.That(Limits(quiet), Has.One.Contains("router_logging = false"));
            Assert.That(new SimulationText(TimeZoneInfo.Utc).Write(quiet), Does.Contain("the requests could not be seen"));
        });
    }

    [Test]
    public void Hostile_names_stay_on_their_line()
    {
        var simulationRun = Rehearse([User(11, "a", "a@x.example", Minutes(0)) with { Name = "x\nLOCK  uid:admin\u001b[2J" }]);
        Assert.That(
            new SimulationText(TimeZoneInfo.Utc).Write(simulationRun).Split('\n')
                .Count(line => line.StartsWith("LOCK", StringComparison.Ordinal)),
            Is.EqualTo(1));
    }

    private static SimulationRun Rehearse(IReadOnlyList<GrafanaUser> users, params string[] lines) => Rehearse(users, WholeLog, lines);

    private static SimulationRun Rehearse(IReadOnlyList<GrafanaUser> users, LogPast log, params string[] lines)
    {
        var record = new SimulationRecord(users, Since, new ManualTime(Now));
        foreach (var line in lines) record.OnLine(Encoding.UTF8.GetBytes(line));
        return record.Conclude(selfId: 9, canLockExternal: false, log);
    }

    private static List<string> Limits(SimulationRun simulationRun) => [.. new SimulationText(TimeZoneInfo.Utc).Limits(simulationRun)];

    private static DateTimeOffset Minutes(int minutes) => Since.AddMinutes(minutes);

    private static DateTimeOffset At(string text) =>
        DateTimeOffset.Parse(text.Length == 30 ? text[..27] + "Z" : text, CultureInfo.InvariantCulture);

    private static GrafanaUser User(long id, string login, string email, DateTimeOffset? created = null) =>
        new(id, $"uid{id}", login, email, "Some Body", IsAdmin: false, IsDisabled: false, [], created ?? Minutes(0), null);

    private static string SignUp(string email, DateTimeOffset at) =>
        $"logger=http.server t={at:O} level=info msg=\"Successful Login\" User={email}";

    private static string Request(long id, DateTimeOffset at) => Line(id, "x", "GET", "/api/user", at);

    private static string Act(long id, string act, string by, DateTimeOffset at) => Line(1, by, "POST", $"/api/admin/users/{id}/{act}", at);

    private static string Line(long id, string login, string method, string path, DateTimeOffset at) =>
        $"logger=context userId={id} orgId=1 uname={login} t={at:O} level=info msg=\"Request Completed\" method={method} path={path} "
        + "status=200 remote_addr=127.0.0.1 time_ms=1 duration=1ms size=1 referer= handler=x";

    private static string RecordedDay() => Repository.PathOf("tests/Fixtures/logs/day/rotated/grafana.log");
}
