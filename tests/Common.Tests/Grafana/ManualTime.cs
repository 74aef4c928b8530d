namespace Athena.Common.Tests.Grafana;

/// <summary>A clock that stands still until a test moves it; timers fire as it passes them.</summary>
internal sealed class ManualTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly List<(TimeSpan Limit, TaskCompletionSource Asked)> _watchers = [];
    private DateTimeOffset _now = start;

    public ManualTime()
        : this(new DateTimeOffset(2026, 11, 21, 8, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>How long each pause was that was waited for with <see cref="PassPausesAsync"/>.</summary>
    public List<TimeSpan> Pauses { get; } = [];

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
            return _now;
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public void Advance(TimeSpan by)
    {
        List<ManualTimer> due;
        lock (_lock)
        {
            _now += by;
            due = [.. _timers.Where(timer => timer.Due <= _now).OrderBy(timer => timer.Due)];
            _timers.RemoveAll(due.Contains);
        }

        foreach (var timer in due)
            timer.Fire();
    }

    /// <summary>Lets <paramref name="work"/> end: whenever it pauses for less than <paramref name="shorterThan"/>, the pause is over at once.</summary>
    public async Task<T> PassPausesAsync<T>(Task<T> work, TimeSpan? shorterThan = null)
    {
        var limit = shorterThan ?? TimeSpan.FromSeconds(5);
        while (true)
        {
            var asked = WhenAskedAsync(limit);
            if (await Task.WhenAny(work, asked) == work)
                return await work;
            TimeSpan pause;
            lock (_lock)
                pause = _timers.Min(timer => timer.Due) - _now;
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

    private Task WhenAskedAsync(TimeSpan limit)
    {
        lock (_lock)
        {
            if (_timers.Any(timer => timer.Length < limit))
                return Task.CompletedTask;
            var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _watchers.Add((limit, asked));
            return asked.Task;
        }
    }

    private void Set(ManualTimer timer, TimeSpan dueTime)
    {
        lock (_lock)
        {
            _timers.Remove(timer);
            if (dueTime < TimeSpan.Zero)
                return;
            timer.Due = _now + dueTime;
            timer.Length = dueTime;
            _timers.Add(timer);
            foreach (var watcher in _watchers.Where(watcher => dueTime < watcher.Limit).ToList())
            {
                _watchers.Remove(watcher);
                watcher.Asked.SetResult();
            }
        }
    }

    private void Remove(ManualTimer timer)
    {
        lock (_lock)
            _timers.Remove(timer);
    }

    private sealed class ManualTimer(ManualTime time, Action fire) : ITimer
    {
        public DateTimeOffset Due { get; set; }

        public TimeSpan Length { get; set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            time.Set(this, dueTime);
            return true;
        }

        public void Dispose() => time.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
