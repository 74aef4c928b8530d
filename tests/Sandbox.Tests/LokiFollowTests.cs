using System.Diagnostics;
using Athena.Common.GrafanaLog.Line;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.GrafanaLog.Sources.LokiSource;
using Athena.Sandbox.Loki;

namespace Athena.Sandbox.Tests;

/// <summary>A log in Loki as it grows, followed at the stand-in.</summary>
internal sealed class LokiFollowTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<long> users = [];
    private StandInLoki loki = null!;
    private LokiLogSource source = null!;
    private LogContinuity? gap;
    private long pushed;

    [SetUp]
    public async Task Start()
    {
        loki = await StandInLoki.StartAsync();
        loki.Faults.TailInterval = TimeSpan.FromMilliseconds(20);
        source = LokiWindowTests.SourceOf(loki);
        users.Clear();
        (gap, pushed) = (null, 0);
    }

    [TearDown]
    public async Task Stop() => await loki.DisposeAsync();

    private void Push(TimeSpan ago = default, long? at = null)
    {
        var time = TimeProvider.System.GetUtcNow() - ago;
        loki.PushAt(LokiWindowTests.Labels(), at ?? LokiQuery.Nanoseconds(time), LokiWindowTests.Line(time, ++pushed));
    }

    private LogRead ReadOnce(ILogFollower follower)
    {
        var read = follower.Read(line => users.Add(LogLine.Parse(line).UserId));
        gap = read.Gap ?? gap;
        return read;
    }

    private LogRead Until(ILogFollower follower, Func<LogRead, bool> holds, string what)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            var read = ReadOnce(follower);
            if (holds(read)) return read;
            if (Stopwatch.GetElapsedTime(began) > Patience)
                Assert.Fail($"Waited in vain: {what}; read {string.Join(' ', users)}; problem: {read.Problem}");
            follower.Wait(TimeSpan.FromMilliseconds(10));
        }
    }

    private LogRead UntilRead(ILogFollower follower, int count) => Until(follower, _ => users.Count >= count, $"{count} lines");

    private static IEnumerable<int> Numbers(int count) => Enumerable.Range(1, count);

    [Test]
    public void What_comes_is_handed_over_once_and_what_was_there_is_not()
    {
        loki.PushAt(
            LokiWindowTests.Labels(), LokiQuery.Nanoseconds(TimeProvider.System.GetUtcNow().AddMinutes(-5)),
            LokiWindowTests.Line(TimeProvider.System.GetUtcNow(), 999));
        using var follower = source.Follow(TimeProvider.System);
        Assert.That(follower.Open(null).IsContinuous);
        ReadOnce(follower);
        for (var i = 0; i < 50; i++) Push();
        UntilRead(follower, 50);
        Push(ago: TimeSpan.FromSeconds(20)); // Older than the last, as was seen.
        UntilRead(follower, 51);
        Assert.That(users, Is.EqualTo(Numbers(51)));
        Assert.That(gap, Is.Null);
    }

    [Test]
    public void After_a_restart_it_goes_on_where_it_was_also_between_lines_of_one_time()
    {
        var now = LokiQuery.Nanoseconds(TimeProvider.System.GetUtcNow());
        LogPosition? position;
        using (var first = source.Follow(TimeProvider.System))
        {
            first.Open(null);
            ReadOnce(first);
            Push(at: now + 1_000_000_000);
            Push(at: now + 1_000_000_000);
            position = UntilRead(first, 2).Position;
        }

        Push(at: now + 1_000_000_000);
        for (var i = 0; i < 20; i++) Push(at: now + 1_000_000_000 + i);
        using var second = source.Follow(TimeProvider.System);
        Assert.That(second.Open(position).IsContinuous);
        UntilRead(second, 23);
        ReadOnce(second);
        Assert.That(users, Is.EqualTo(Numbers(23)));
    }

    [Test]
    public void What_was_written_while_we_were_away_is_there_at_the_first_reading()
    {
        for (var i = 0; i < 300; i++) Push(ago: TimeSpan.FromSeconds(301 - i));
        loki.Faults.MostEntries = 100;
        using var follower = source.Follow(TimeProvider.System);
        var begin = LokiQuery.Nanoseconds(TimeProvider.System.GetUtcNow().AddMinutes(-6));
        follower.Open(LogPosition.ByCursor(source.Name, $"{begin}:", null));
        var read = ReadOnce(follower);
        Assert.That(read.Lines, Is.GreaterThan(0), "a first reading without a line would say that all was read");
        UntilRead(follower, 300);
        Assert.That(users, Is.EqualTo(Numbers(300)));
    }

    [Test]
    public void Where_the_tail_is_refused_it_is_asked_every_second()
    {
        loki.Faults.TailStatus = 403;
        using var follower = source.Follow(TimeProvider.System);
        follower.Open(null);
        ReadOnce(follower);
        Push();
        UntilRead(follower, 1);
        Push();
        UntilRead(follower, 2);
        Assert.That(loki.Asked.Count(what => what == "tail"), Is.EqualTo(1));
    }

    [Test]
    public void Lines_that_Loki_drops_from_the_tail_are_a_gap_and_are_read_all_the_same()
    {
        using var follower = source.Follow(TimeProvider.System);
        follower.Open(null);
        ReadOnce(follower);
        loki.Faults.DropNext();
        Push();
        UntilRead(follower, 1);
        Assert.That(gap!.IsContinuous, Is.False);
        Assert.That(gap.Why, Does.StartWith("Loki dropped 1 lines of the tail"));
    }

    [Test]
    public async Task A_Loki_that_is_away_is_a_problem_and_nothing_is_lost_when_it_is_back()
    {
        using var follower = source.Follow(TimeProvider.System);
        follower.Open(null);
        ReadOnce(follower);
        Push();
        UntilRead(follower, 1);
        await loki.StopListeningAsync();
        var read = Until(follower, one => one.Problem is not null, "a problem");
        Assert.That(read.Problem, Does.StartWith("No connection to Loki at 127.0.0.1:"));
        Push();
        await loki.ListenAgainAsync();
        UntilRead(follower, 2);
        Until(follower, one => one.Problem is null, "no problem any more");
        Push();
        UntilRead(follower, 3);
        Assert.That(users, Is.EqualTo(Numbers(3)));
    }

    [Test]
    public void A_log_that_was_another_one_before_is_a_gap()
    {
        using var follower = source.Follow(TimeProvider.System);
        var continuity = follower.Open(LogPosition.ByCursor("journal:grafana-server.service", "s=1", TimeProvider.System.GetUtcNow()));
        Assert.That(continuity.IsContinuous, Is.False);
        Assert.That(continuity.Why, Does.Contain("journal:grafana-server.service").And.Contain(source.Name));
    }

    [Test]
    public void A_hole_of_hours_may_have_held_lines()
    {
        Push();
        using var follower = source.Follow(TimeProvider.System);
        var begin = LokiQuery.Nanoseconds(TimeProvider.System.GetUtcNow().AddHours(-30));
        follower.Open(LogPosition.ByCursor(source.Name, $"{begin}:", null));
        UntilRead(follower, 1);
        Until(follower, _ => gap is not null, "a gap");
        Assert.That(gap!.Why, Does.StartWith("Loki has no line of that time"));
    }
}
