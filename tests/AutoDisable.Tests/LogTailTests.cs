using System.Threading.Channels;
using Athena.AutoDisable.Watching;
using Athena.Common.GrafanaLog.Line;
using Athena.Common.GrafanaLog.Sources;
using Athena.Tests.Shared;

namespace Athena.AutoDisable.Tests;

/// <summary>The start behind a log that was written on while nobody read it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LogTailTests
{
    private readonly ManualTime time = new();
    private readonly Channel<object> inbox = Channel.CreateUnbounded<object>();

    [Test]
    public async Task A_log_that_is_read_soon_is_handed_over_before_the_first_look()
    {
        using var log = new SlowLog(backlog: 3);
        using var tail = Start(log);
        log.Release(4);
        await tail.CatchUpAsync(CancellationToken.None);
        Assert.That(inbox.Reader.TryPeek(out _), Is.True, "the batches lie there already");
        Assert.That(Batches().Select(batch => batch.Problem), Is.All.Null);
    }

    [Test]
    public async Task A_log_that_is_not_read_to_its_end_holds_up_the_first_look_for_half_a_minute_and_no_more([Values(0, 2)] int read)
    {
        using var log = new SlowLog(backlog: 3);
        using var tail = Start(log);
        log.Release(read);
        await CatchUpInVainAsync(tail);
        Assert.That(Batches()[^1].Problem, Does.Contain("not been read up to the present"));

        // Said until it is true no more, although the lines before the present bring no news.
        log.Release(4 - read);
        while (true)
        {
            await inbox.Reader.WaitToReadAsync();
            if (Batches()[^1] is { Problem: null }) break;
        }
    }

    [Test]
    public async Task A_fault_of_the_log_ends_the_wait_with_it()
    {
        using var log = new SlowLog(backlog: 1) { Fault = new InvalidOperationException("a bug") };
        using var tail = Start(log);
        log.Release(1);
        Assert.That(async () => await tail.CatchUpAsync(CancellationToken.None), Throws.InvalidOperationException);
    }

    private LogTail Start(ILogFollower log)
    {
        var watch = new LogWatch(_ => true, _ => false, () => 0);
        var tail = new LogTail(log, watch, new LogPosition("file:grafana.log", "1:1", 0, "", null), inbox.Writer, time);
        tail.Start();
        return tail;
    }

    private async Task CatchUpInVainAsync(LogTail tail)
    {
        var halfAMinute = time.TimerSet(TimeSpan.FromSeconds(30));
        var wait = tail.CatchUpAsync(CancellationToken.None);
        await halfAMinute;
        time.Advance(TimeSpan.FromSeconds(30));
        await wait;
    }

    private List<LogBatch> Batches()
    {
        var batches = new List<LogBatch>();
        while (inbox.Reader.TryRead(out var item)) batches.Add((LogBatch)item);
        return batches;
    }

    /// <summary>Gives one line at each read that the test lets go on, then says that there is no more.</summary>
    private sealed class SlowLog(int backlog) : ILogFollower
    {
        private readonly SemaphoreSlim turns = new(0);
        private int given;

        public Exception? Fault { get; init; }

        public void Release(int reads)
        {
            if (reads > 0) turns.Release(reads);
        }

        public LogContinuity Open(LogPosition? position) => LogContinuity.Continuous;

        public LogRead Read(LineHandler onLine)
        {
            if (given <= backlog) turns.Wait();
            if (Fault is { } fault) throw fault;
            return new LogRead(given++ < backlog ? 1 : 0, new LogPosition("file:grafana.log", "1:1", given, "", null), null, null);
        }

        public void Wait(TimeSpan pause) => Thread.Yield();

        public void Dispose() => turns.Dispose();
    }
}
