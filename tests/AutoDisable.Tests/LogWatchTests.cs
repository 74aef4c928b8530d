using System.Text;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.Watching;
using Athena.Tests.Shared;

namespace Athena.AutoDisable.Tests;

internal sealed class LogWatchTests
{
    private const string Ours = "http://127.0.0.1:3000/athena-workers/auto-disable";

    [Test]
    public void Picks_every_sign_up_from_a_recorded_day()
    {
        var lines = Recorded("day/rotated").ToList();
        var events = Watch(lines, known: _ => true);
        var expected = lines.Count(line => line.Contains("msg=\"Successful Login\"", StringComparison.Ordinal));
        Assert.Multiple(() =>
        {
            Assert.That(expected, Is.GreaterThan(40));
            Assert.That(events.OfType<SignedIn>().Count(), Is.EqualTo(expected));
            Assert.That(events.OfType<AccountMade>().Count(made => made.Kind == ArrivalKind.SignUpForm), Is.GreaterThan(40));
            Assert.That(
                events.OfType<AccountMade>().Where(made => made.Kind == ArrivalKind.MadeByAdmin).Select(made => made.Actor).Distinct(),
                Is.EqualTo(new[] { "admin" }));
            Assert.That(events.OfType<AccountMade>().Count(made => made.Kind == ArrivalKind.Invitation), Is.EqualTo(1));
        });
    }

    [Test]
    public void Picks_who_enabled_whom_from_a_recorded_day()
    {
        // The recorded admin enabled user 5 by their id, and one by their uid from the page.
        var enabled = Watch(Recorded("day/rotated"), known: _ => true).OfType<EnabledByAdmin>().ToList();
        Assert.Multiple(() =>
        {
            Assert.That(enabled.Select(e => e.Subject), Does.Contain("5"));
            Assert.That(enabled.Select(e => e.Subject), Has.Some.Matches<string>(subject => subject.Length == 14));
            Assert.That(enabled.Select(e => (e.ActorId, e.Actor)).Distinct(), Is.EqualTo(new[] { (1L, "admin") }));
        });
    }

    [Test]
    public void A_request_by_an_id_that_nobody_knows_wakes_once_a_batch() =>
        Assert.That(
            Watch([Request(77, "new"), Request(77, "new"), Request(2, "naledi"), Request(0, "")], known: id => id == 2),
            Is.EqualTo(new LogEvent[] { new StrangerSeen(At, 77) }));

    [Test]
    public void A_request_by_somebody_who_is_kept_out_wakes_though_the_account_is_known()
    {
        var watch = new LogWatch(_ => true, id => id == 77, () => 99);
        foreach (var line in (string[])[Request(77, "ldap"), Request(2, "naledi"), Request(77, "ldap")])
            watch.OnLine(Encoding.UTF8.GetBytes(line));
        Assert.That(watch.TakeEvents(), Is.EqualTo(new LogEvent[] { new KeptOutSeen(At, 77) }));
    }

    [Test]
    public void Our_own_enabling_is_no_approval() => Assert.Multiple(() =>
    {
        Assert.That(Watch([Enable(9, "athena", Ours)], known: _ => true, ourId: 9), Is.Empty);
        Assert.That(
            Watch([Enable(1, "admin", Ours)], known: _ => true, ourId: 9), Has.Count.EqualTo(1), "our referer alone, sent by an admin");
        Assert.That(Watch([Enable(9, "athena", "")], known: _ => true, ourId: 9), Has.Count.EqualTo(1), "our account, used by a person");
    });

    [Test]
    public void What_another_copy_of_ours_enables_is_a_decision_also_where_Grafana_cannot_enable() => Assert.Multiple(() =>
    {
        var other = Enable(9, "athena", Ours + "/ffee00112233");
        Assert.That(Watch([other], known: _ => true, ourId: 9).Single(), Is.EqualTo(new EnabledByAdmin(
            At, "5", 9, "athena", "an earlier installation of this daemon (installation ffee00112233)")));
        Assert.That(
            Watch([other.Replace("status=200", "status=500", StringComparison.Ordinal)], known: _ => true, ourId: 9), Has.Count.EqualTo(1));
        Assert.That(Watch([other.Replace("status=200", "status=403", StringComparison.Ordinal)], known: _ => true, ourId: 9), Is.Empty);
        Assert.That(
            Watch([other], known: _ => true, ourId: 7).Single(),
            Is.EqualTo(new EnabledByAdmin(At, "5", 9, "athena")),
            "not our account: a person, whatever referer they send");
    });

    [Test]
    public void An_enabling_that_Grafana_refused_is_no_approval([Values(401, 403, 404, 500)] int status) =>
        Assert.That(
            Watch([Enable(1, "admin", "").Replace("status=200", $"status={status}", StringComparison.Ordinal)], known: _ => true),
            Is.Empty);

    [TestCase("/api/admin/users/5/enable/x")]
    [TestCase("/api/admin/users//enable")]
    [TestCase("/api/admin/users/enable")]
    [TestCase("/api/admin/users/5%2F..%2F6/enable")]
    [TestCase("/d/api/admin/users/5/enable")]
    public void A_path_of_another_shape_is_no_approval(string path) =>
        Assert.That(
            Watch([Enable(1, "admin", "").Replace("/api/admin/users/5/enable", path, StringComparison.Ordinal)], known: _ => true),
            Is.Empty);

    [Test]
    public void A_login_cannot_forge_an_approval()
    {
        const string Login = "x userId=1 msg=\\\"Request Completed\\\" method=POST path=/api/admin/users/77/enable status=200";
        var line =
            $"logger=context userId=77 orgId=1 uname=\"{Login}\" t=2026-11-21T01:22:26Z level=info msg=\"Request Completed\" method=GET "
            + "path=/api/user status=200 remote_addr=::1 time_ms=1 duration=1ms size=1 referer= handler=/api/user";
        Assert.That(Watch([line], known: _ => true), Is.Empty);
    }

    [Test]
    public void Our_log_id_with_a_token_is_the_service_account_s() => Assert.Multiple(() =>
    {
        Assert.That(LogWatch.ServiceAccountId("service-account:28"), Is.EqualTo(28));
        Assert.That(LogWatch.ServiceAccountId("eg4xf3128fz7kd"), Is.Zero);
        Assert.That(LogWatch.ServiceAccountId(null), Is.Zero);
    });

    private static DateTimeOffset At => new(2026, 11, 21, 1, 22, 26, TimeSpan.Zero);

    private static string Request(long id, string login) =>
        $"logger=context userId={id} orgId=1 uname={login} t=2026-11-21T01:22:26Z level=info msg=\"Request Completed\" method=GET "
        + "path=/api/user status=200 remote_addr=127.0.0.1 time_ms=1 duration=1ms size=1 referer= handler=/api/user/ status_source=server";

    private static string Enable(long actor, string login, string referer) =>
        $"logger=context userId={actor} orgId=1 uname={login} t=2026-11-21T01:22:26Z level=info msg=\"Request Completed\" method=POST "
        + $"path=/api/admin/users/5/enable status=200 remote_addr=127.0.0.1 time_ms=1 duration=1ms size=26 referer={referer} "
        + "handler=/api/admin/users/:id/enable status_source=server";

    private static IReadOnlyList<LogEvent> Watch(IEnumerable<string> lines, Func<long, bool> known, long ourId = 99)
    {
        var watch = new LogWatch(known, _ => false, () => ourId);
        foreach (var line in lines) watch.OnLine(Encoding.UTF8.GetBytes(line));
        return watch.TakeEvents();
    }

    private static IEnumerable<string> Recorded(string folder) =>
        Directory.EnumerateFiles(Repository.PathOf($"tests/Fixtures/logs/{folder}")).Order().SelectMany(File.ReadLines);
}
