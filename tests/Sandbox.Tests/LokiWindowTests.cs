using System.Globalization;
using System.Text.Json;
using Athena.Common.GrafanaLog.Line;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.GrafanaLog.Sources.LokiSource;
using Athena.Common.Time;
using Athena.Sandbox.Loki;

namespace Athena.Sandbox.Tests;

/// <summary>Windows of a log in Loki, read from the stand-in.</summary>
internal sealed class LokiWindowTests
{
    internal const string Query = "{unit=\"grafana-server.service\"}";

    /// <summary>An hour that has ended, in the past whatever the time is.</summary>
    private static readonly Window Hour = new(new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero), new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero));

    private StandInLoki loki = null!;

    internal static Dictionary<string, string> Labels(string? host = "web1")
    {
        var labels = new Dictionary<string, string> { ["unit"] = "grafana-server.service", ["service_name"] = "grafana" };
        if (host is not null) labels["host"] = host;
        return labels;
    }

    internal static string Line(DateTimeOffset at, long user = 4, string path = "/api/user") => string.Create(
        CultureInfo.InvariantCulture,
        $"logger=context userId={user} orgId=1 uname=u{user} t={at:yyyy-MM-ddTHH:mm:ss.fffffff}Z level=info msg=\"Request Completed\" "
        + $"method=GET path={path} status=200 remote_addr=127.0.0.1 time_ms=1 duration=1ms size=1 referer= handler=/api/user");

    internal static LokiLogSource SourceOf(StandInLoki loki, string? tenant = null) =>
        new(new LokiAccess(loki.Url, Query) { Tenant = tenant });

    [SetUp]
    public async Task Start() => loki = await StandInLoki.StartAsync();

    [TearDown]
    public async Task Stop() => await loki.DisposeAsync();

    private void Push(DateTimeOffset at, string? host = "web1", DateTimeOffset? arrived = null, long user = 4) =>
        loki.Push(Labels(host), arrived ?? at, Line(at, user));

    private void PushBefore(string? host = "web1") => Push(Hour.From.AddMinutes(-5), host);

    private static (Coverage Coverage, List<DateTimeOffset> Times) Read(LokiLogSource source, Window? window = null)
    {
        List<DateTimeOffset> times = [];
        void Take(scoped in LogLine line) => times.Add(line.Time!.Value);
        return (source.ReadWindow(window ?? Hour, Take), times);
    }

    [Test]
    public void Every_line_of_the_window_is_handed_out_once_wherever_a_page_is_cut()
    {
        PushBefore();
        loki.Faults.MostEntries = 100;
        var expected = new List<DateTimeOffset>();
        for (var i = 0; i < 700; i++)
        {
            // Seven lines of one time each, so that pages are cut in the midst of them.
            var at = Hour.From.AddSeconds(1 + (i / 7));
            loki.Push(Labels(i % 2 == 0 ? "web1" : "web2"), at, Line(at, i));
            expected.Add(at);
        }

        Push(Hour.To);
        var (coverage, times) = Read(SourceOf(loki));
        Assert.Multiple(() =>
        {
            Assert.That(times, Is.EqualTo(expected));
            Assert.That(coverage.LinesRead, Is.EqualTo(700));
            Assert.That(coverage.Gaps, Is.Empty);
            Assert.That(coverage.Notes, Is.EqualTo(new[] { "lines came from web1, web2" }));
        });
    }

    [Test]
    public void The_same_line_of_two_nodes_at_the_same_time_is_two()
    {
        PushBefore();
        Push(Hour.From.AddMinutes(1), "web1");
        Push(Hour.From.AddMinutes(1), "web2");
        Assert.That(Read(SourceOf(loki)).Times, Has.Count.EqualTo(2));
    }

    [Test]
    public void More_lines_of_one_time_than_Loki_gives_at_once_are_a_gap_and_what_comes_behind_is_read()
    {
        PushBefore();
        loki.Faults.MostEntries = 60;
        for (var i = 0; i < 70; i++) Push(Hour.From.AddMinutes(10), user: i);
        Push(Hour.From.AddMinutes(20));
        var (coverage, times) = Read(SourceOf(loki));
        Assert.That(times[^1], Is.EqualTo(Hour.From.AddMinutes(20)));
        Assert.That(coverage.Gaps.Single().From, Is.EqualTo(Hour.From.AddMinutes(10)));
    }

    [Test]
    public void A_span_that_Loki_refuses_is_asked_for_in_parts()
    {
        PushBefore();
        loki.Faults.LongestRange = TimeSpan.FromMinutes(13);
        for (var minute = 1; minute < 60; minute++) Push(Hour.From.AddMinutes(minute));
        var (coverage, times) = Read(SourceOf(loki));
        Assert.That(times, Has.Count.EqualTo(59));
        Assert.That(coverage.IsComplete);
    }

    [Test]
    public void The_lines_of_a_node_that_are_on_their_way_for_minutes_are_no_clock_that_was_set()
    {
        PushBefore();
        PushBefore("web2");
        for (var minute = 1; minute < 50; minute++)
        {
            Push(Hour.From.AddMinutes(minute));
            Push(Hour.From.AddMinutes(minute), "web2", arrived: Hour.From.AddMinutes(minute + 5));
        }

        var (coverage, times) = Read(SourceOf(loki));
        Assert.That(times, Has.Count.EqualTo(98));
        Assert.That(coverage.IsComplete);
    }

    [Test]
    public void Lines_that_arrive_behind_the_window_and_are_of_it_are_read()
    {
        PushBefore();
        Push(Hour.To.AddMinutes(-1), arrived: Hour.To.AddMinutes(3));
        Push(Hour.To.AddMinutes(1));
        Assert.That(Read(SourceOf(loki)).Times, Is.EqualTo(new[] { Hour.To.AddMinutes(-1) }));
    }

    [Test]
    public void A_Loki_that_is_down_is_a_window_that_is_not_seen()
    {
        var source = SourceOf(loki);
        loki.Faults.Status = 503;
        var coverage = Read(source).Coverage;
        Assert.That(coverage.Gaps.Single(), Has.Property(nameof(Gap.Cause)).EqualTo(GapCause.NoLog)
            .And.Property(nameof(Gap.From)).EqualTo(Hour.From).And.Property(nameof(Gap.To)).EqualTo(Hour.To));
    }

    [Test]
    public async Task So_is_one_that_nobody_can_reach()
    {
        var source = SourceOf(loki);
        await loki.StopListeningAsync();
        var coverage = Read(source).Coverage;
        Assert.That(coverage.Gaps.Single().Why, Does.StartWith("no connection to Loki at 127.0.0.1:"));
        Assert.That(coverage.Unseen, Is.EqualTo(Hour.Length));
    }

    /// <summary>RFC 6761: nobody has a name below "invalid".</summary>
    [Test]
    public void And_one_whose_name_nobody_knows() => Assert.That(
        Read(new LokiLogSource(new LokiAccess(new Uri("https://loki.invalid:3100"), "{}"))).Coverage.Gaps.Single().Why,
        Is.EqualTo("the name loki.invalid cannot be resolved: check LOG and the name server"));

    [TestCase("no tenant", "LOKI_ORG_ID")]
    [TestCase("two tenants", "LOKI_ORG_ID")]
    [TestCase("login", "LOKI_USERNAME")]
    [TestCase("query", "LOKI_QUERY")]
    [TestCase("elsewhere", "LOG")]
    public void What_Loki_refuses_is_said_with_the_setting_to_mend(string what, string setting)
    {
        loki.Faults.NeedsTenant = what == "no tenant";
        (loki.Faults.Status, loki.Faults.Text) = what switch
        {
            "login" => (401, "Unauthorized"),
            "elsewhere" => (302, ""),
            _ => ((int?)null, ""),
        };
        var source = new LokiLogSource(new LokiAccess(loki.Url, what == "query" ? "{unit=" : Query)
        {
            Tenant = what == "two tenants" ? "a|b" : null,
            User = "athena",
            Password = "hidden-word",
        });
        var why = Read(source).Coverage.Gaps.Single().Why;
        Assert.That(why, Does.Contain(setting).And.Contain("127.0.0.1").And.Not.Contain("hidden-word"));
        Assert.That(source.Inspect().Problem, Is.EqualTo(why));
    }

    [Test]
    public void Of_two_tenants_both_are_read_where_Loki_allows_it()
    {
        loki.Faults.AllowsSeveralTenants = true;
        foreach (var tenant in new[] { "a", "b" })
        {
            loki.Push(Labels(), Hour.From.AddMinutes(-5), Line(Hour.From.AddMinutes(-5)), tenant);
            loki.Push(Labels(), Hour.From.AddMinutes(5), Line(Hour.From.AddMinutes(5)), tenant);
        }

        Assert.That(Read(SourceOf(loki, "a|b")).Times, Has.Count.EqualTo(2));
        Assert.That(Read(SourceOf(loki, "a")).Times, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_node_that_wrote_an_hour_before_and_not_in_the_window_is_a_gap_with_its_name()
    {
        PushBefore();
        PushBefore("web2");
        Push(Hour.From.AddMinutes(1));
        var gap = Read(SourceOf(loki)).Coverage.Gaps.Single();
        Assert.That((gap.Cause, gap.Why), Is.EqualTo((GapCause.SeesNotAll, "no line came from web2, which wrote in the hour before")));
    }

    [Test]
    public void A_quiet_window_of_a_log_that_was_written_before_has_no_gap_of_its_own()
    {
        PushBefore(host: null);
        var (coverage, times) = Read(SourceOf(loki));
        Assert.That(times, Is.Empty);
        Assert.That(coverage.IsComplete);
    }

    [Test]
    public void What_Loki_does_not_keep_any_more_is_a_gap()
    {
        Push(Hour.From.AddMinutes(1));
        Push(Hour.From.AddMinutes(31));
        loki.Faults.KeptFrom = LokiQuery.Nanoseconds(Hour.From.AddMinutes(30));
        var gap = Read(SourceOf(loki)).Coverage.Gaps.Single();
        Assert.That((gap.Cause, gap.To, gap.Why), Is.EqualTo((GapCause.BeginsLater, Hour.From.AddMinutes(31), "the log begins at 09:31")));
    }

    [Test]
    public void Where_the_query_finds_nothing_at_all_there_is_no_log() =>
        Assert.That(Read(SourceOf(loki)).Coverage.Gaps.Single().Cause, Is.EqualTo(GapCause.NoLog));

    [Test]
    public void A_line_that_came_after_its_window_was_read_is_told_at_the_next()
    {
        PushBefore();
        Push(Hour.From.AddMinutes(1));
        Push(Hour.To.AddMinutes(1));
        var source = SourceOf(loki);
        Assert.That(Read(source).Times, Has.Count.EqualTo(1));
        Push(Hour.To.AddMinutes(-30), user: 17);
        var next = Read(source, new Window(Hour.To, Hour.To + Hour.Length)).Coverage;
        Assert.That(next.Notes, Has.Some.StartsWith("1 line of up to 10:00 arrived only now"));
    }

    [Test]
    public void Lines_come_out_of_whatever_was_put_round_them()
    {
        PushBefore();
        var at = Hour.From.AddMinutes(1);
        var (whole, first, second) = (Line(at, 7), Line(at, 8)[..90], Line(at, 8)[90..]);
        string[] entries =
        [
            Line(at, 1),
            JsonSerializer.Serialize(new { log = Line(at, 2) + "\n", stream = "stdout", time = at }),
            $"2026-11-20T09:01:00.123456789Z stdout F {Line(at, 3)}",
            JsonSerializer.Serialize(new Dictionary<string, string> { ["MESSAGE"] = Line(at, 4), ["_TRANSPORT"] = "stdout" }),
            $"2026-11-20T09:01:00.123456789Z stdout P {first}",
            $"2026-11-20T09:01:00.123456790Z stdout F {second}",
            JsonSerializer.Serialize(new { log = whole[..60], stream = "stdout", time = at }),
            JsonSerializer.Serialize(new { log = whole[60..] + "\n", stream = "stdout", time = at }),
            "{\"User\":\"MESSAGE\",\"level\":\"info\",\"logger\":\"http.server\",\"msg\":\"Successful Login\","
                + "\"t\":\"2026-11-20T09:01:00Z\"}",
        ];
        for (var i = 0; i < entries.Length; i++) loki.PushAt(Labels(), LokiQuery.Nanoseconds(at) + i, entries[i]);
        List<long> users = [];
        var logins = 0;
        var coverage = SourceOf(loki).ReadWindow(Hour, (scoped in LogLine line) =>
        {
            if (line.Kind == LineKind.Request) users.Add(line.UserId);
            else if (line.Kind == LineKind.SuccessfulLogin) logins++;
        });
        Assert.Multiple(() =>
        {
            Assert.That(users, Is.EqualTo(new[] { 1, 2, 3, 4, 8, 7 }));
            Assert.That(logins, Is.EqualTo(1));
            Assert.That(coverage.LinesNotUnderstood, Is.Zero);
            Assert.That(coverage.IsComplete);
        });
    }

    [Test]
    public void What_was_written_since_a_time_is_read_whole_and_tells_where_it_begins()
    {
        var now = TimeProvider.System.GetUtcNow();
        for (var hour = 1; hour <= 50; hour++) loki.Push(Labels(), now.AddHours(-hour), Line(now.AddHours(-hour)));
        var lines = 0;
        var past = SourceOf(loki).ReadSince(now.AddHours(-100), _ => lines++);
        Assert.That(lines, Is.EqualTo(50));
        Assert.That(past.Problem, Is.Null);
        Assert.That(past.Begins, Is.EqualTo(now.AddHours(-50)).Within(TimeSpan.FromMilliseconds(1)));
    }

    [Test]
    public void What_check_says_is_of_the_newest_lines()
    {
        var now = TimeProvider.System.GetUtcNow();
        loki.Push(Labels(), now.AddHours(-3), Line(now.AddHours(-3)));
        var source = SourceOf(loki);
        var seen = source.Inspect();
        Assert.That(seen.LastLineAt, Is.EqualTo(now.AddHours(-3)).Within(TimeSpan.FromMilliseconds(1)));
        Assert.That(seen.Problem, Is.Null);
        var keep = source.Keeps(TimeSpan.FromDays(2), null, now);
        Assert.That(keep.What, Does.EndWith("its oldest line is 3 h old"));
        Assert.That(keep.Remedy, Does.Contain("retention_period"));
    }
}
