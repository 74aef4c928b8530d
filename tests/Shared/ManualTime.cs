namespace Athena.Tests.Shared;

/// <summary>
/// A clock that stands until a test moves it, on the day and in the offset that it was started with; timers fire as it passes them.
/// </summary>
internal sealed class ManualTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<ManualTimer> timers = [];
    private readonly List<(Predicate<TimeSpan> Fits, TaskCompletionSource Set)> watchers = [];
    private TimeSpan jumped;
    private DateTimeOffset now = start.ToUniversalTime();

    public ManualTime()
        : this(new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.FromHours(2)))
    {
    }

    /// <summary>How long each pause was that was waited for with <see cref="PassPausesAsync"/>.</summary>
    public List<TimeSpan> Pauses { get; } = [];

    public override TimeZoneInfo LocalTimeZone { get; } = TimeZoneInfo.CreateCustomTimeZone("test", start.Offset, "test", "test");

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
            return now;
    }

    public override long GetTimestamp()
    {
        lock (gate)
            return now.UtcTicks - jumped.Ticks;
    }

    /// <summary>The clock is set: by so much it shows another time, and no time has passed.</summary>
    public void Jump(TimeSpan by)
    {
        lock (gate)
        {
            now += by;
            jumped += by;
            foreach (var timer in timers)
                timer.Shift(by);
        }
    }

    public void Advance(TimeSpan by)
    {
        var until = GetUtcNow() + by;
        while (true)
        {
            ManualTimer? due;
            lock (gate)
            {
                due = timers.Where(timer => timer.Due <= until).MinBy(timer => timer.Due);
                now = due is null ? until : due.Due > now ? due.Due.Value : now;
                due?.Rearm();
            }

            if (due is null)
                return;
            due.Fire();
        }
    }

    /// <summary>Completes as soon as somebody waits for exactly this long: then the test may advance without a race.</summary>
    public Task TimerSet(TimeSpan dueTime) => WhenSetAsync(length => length == dueTime);

    /// <summary>
    /// Lets <paramref name="work"/> end: whenever it pauses for less than <paramref name="shorterThan"/>, the pause is over at once.
    /// </summary>
    public async Task<T> PassPausesAsync<T>(Task<T> work, TimeSpan? shorterThan = null)
    {
        var limit = shorterThan ?? TimeSpan.FromSeconds(5);
        while (true)
        {
            var asked = WhenSetAsync(length => length < limit);
            if (await Task.WhenAny(work, asked) == work)
                return await work;
            TimeSpan pause;
            lock (gate)
                pause = timers.Min(timer => timer.Due)!.Value - now;
            Pauses.Add(pause);
            Advance(pause);
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private Task WhenSetAsync(Predicate<TimeSpan> fits)
    {
        lock (gate)
        {
            if (timers.Exists(timer => timer.Due is not null && fits(timer.Length)))
                return Task.CompletedTask;
            var set = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            watchers.Add((fits, set));
            return set.Task;
        }
    }

    private sealed class ManualTimer(ManualTime time, Action fire) : ITimer
    {
        private TimeSpan every = Timeout.InfiniteTimeSpan;

        /// <summary>Null: it is not set.</summary>
        public DateTimeOffset? Due { get; private set; }

        public TimeSpan Length { get; private set; }

        public void Fire() => fire();

        public void Shift(TimeSpan by) => Due += by;

        public void Rearm() => Due = every > TimeSpan.Zero ? Due + every : null;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time.gate)
            {
                (every, Length) = (period, dueTime);
                Due = dueTime < TimeSpan.Zero ? null : time.now + dueTime;
                if (!time.timers.Contains(this))
                    time.timers.Add(this);
                if (Due is null)
                    return true;
                foreach (var (_, set) in time.watchers.Where(watcher => watcher.Fits(dueTime)))
                    set.TrySetResult();
                time.watchers.RemoveAll(watcher => watcher.Fits(dueTime));
            }

            return true;
        }

        public void Dispose()
        {
            lock (time.gate)
                time.timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
