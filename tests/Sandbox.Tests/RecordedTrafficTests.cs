using System.Globalization;
using System.Text.RegularExpressions;
using Athena.Sandbox.Demo;
using Athena.Tests.Shared;

namespace Athena.Sandbox.Tests;

internal sealed partial class RecordedTrafficTests
{
    private const string Ending = "status_source=server";

    [Test]
    public void Gives_a_recorded_line_the_id_that_the_person_has_here()
    {
        var adapted = RecordedTraffic.Adapt(
            Line("userId=2 orgId=1 uname=naledi", "GET", "/d/ward-occupancy", 200), uname => uname == "naledi" ? (17, uname) : null);
        Assert.Multiple(() =>
        {
            Assert.That(adapted!.Value.Start, Is.EqualTo("logger=context userId=17 orgId=1 uname=naledi "));
            Assert.That(adapted.Value.End, Does.StartWith(
                " level=info msg=\"Request Completed\" method=GET path=/d/ward-occupancy status=200 ").And.EndWith(Ending));
        });
    }

    [TestCase("userId=1 orgId=1 uname=admin", "POST", "/api/admin/users/5/enable", 200)]
    [TestCase("userId=0 orgId=0 uname=", "POST", "/api/user/signup/step2", 200)]
    [TestCase("userId=0 orgId=0 uname=", "POST", "/login", 401)]
    [TestCase("userId=99 orgId=1 uname=who.is.that", "GET", "/api/user/orgs", 200)]
    public void Leaves_out_what_would_be_a_lie_about_accounts(string who, string method, string path, int status) =>
        Assert.That(RecordedTraffic.Adapt(Line(who, method, path, status), uname => uname == "admin" ? (1, uname) : null), Is.Null);

    [Test]
    public async Task Two_hours_are_over_when_the_demo_begins_one_with_people_and_one_with_administrators_only()
    {
        using var directory = new TemporaryDirectory();
        var options = new StandInOptions
        {
            LogFile = directory["grafana.log"],
            Time = new ManualTime(new DateTimeOffset(2026, 11, 21, 10, 34, 0, TimeSpan.Zero)),
        };
        await using var grafana = await StandInGrafana.StartAsync(options);
        DemoSeed.Plant(grafana, options.Time, "secret-1", "secret-2");
        var past = new RecordedPast(grafana, options);
        past.Write();
        var lines = (await File.ReadAllLinesAsync(options.LogFile!))
            .Select(line =>
                (
                    Who: Who().Match(line).Groups[1].Value,
                    At: DateTimeOffset.Parse(When().Match(line).Groups[1].Value, CultureInfo.InvariantCulture)))
            .ToList();
        Assert.Multiple(() =>
        {
            Assert.That((past.UsersEnd.Hour, past.AdminsEnd.Hour), Is.EqualTo((9, 10)));
            Assert.That(lines.Select(line => line.At), Is.Ordered);
            Assert.That(lines[0].At, Is.LessThan(past.UsersEnd.AddHours(-1)), "the log reaches over the whole first hour");
            Assert.That(lines.Where(line => line.At < past.UsersEnd).Select(line => line.Who), Does.Contain("naledi"));
            Assert.That(
                lines.Where(line => line.At >= past.UsersEnd).Select(line => line.Who).Distinct(),
                Is.EquivalentTo(new[] { "", "admin", "athena-admin" }));
            Assert.That(lines[^2].At, Is.LessThan(past.AdminsEnd));
            Assert.That(lines[^1].At, Is.EqualTo(options.Time.GetUtcNow()), "the start of this server is the newest line");
        });
    }

    [Test]
    public async Task A_Grafana_that_is_stopped_logs_nothing()
    {
        using var directory = new TemporaryDirectory();
        using var end = new CancellationTokenSource();
        var options = new StandInOptions { LogFile = directory["grafana.log"], Time = new ManualTime(DateTimeOffset.UnixEpoch) };
        await using var grafana = await StandInGrafana.StartAsync(options);
        DemoSeed.Plant(grafana, options.Time, "secret-1", "secret-2");
        await grafana.StopListeningAsync();
        var before = await LinesAsync();
        _ = new RecordedTraffic(grafana, options, double.MaxValue).PlayAsync(end.Token);
        var stopped = await LinesAsync();
        await grafana.ListenAgainAsync();
        _ = new RecordedTraffic(grafana, options, double.MaxValue).PlayAsync(end.Token);
        var started = await LinesAsync();
        await end.CancelAsync();
        Assert.Multiple(() =>
        {
            Assert.That(stopped, Is.EqualTo(before));
            Assert.That(started, Is.GreaterThan(before + 100));
        });

        async Task<int> LinesAsync() => (await File.ReadAllLinesAsync(options.LogFile!)).Length;
    }

    [GeneratedRegex(" uname=([^ ]*)")]
    private static partial Regex Who();

    [GeneratedRegex(" t=([^ ]*)")]
    private static partial Regex When();

    private static string Line(string who, string method, string path, int status) =>
        $"logger=context {who} t=2026-11-21T01:23:44.88Z level=info msg=\"Request Completed\" method={method} path={path} status={status} "
        + $"remote_addr=127.0.0.1 time_ms=1 duration=1ms size=2 referer= handler=/x {Ending}";
}
