namespace Athena.Common.Tests.Notifications;

/// <summary>A clock that moves only when a test says so.</summary>
internal sealed class ManualTime(DateTimeOffset now) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly List<(TimeSpan DueTime, TaskCompletionSource Set)> _watchers = [];
    private DateTimeOffset _now = now.ToUniversalTime();

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
            return _now;
    }

    /// <summary>Completes as soon as somebody waits for exactly this long: then the test may advance without a race.</summary>
    public Task TimerSet(TimeSpan dueTime)
    {
        lock (_lock)
        {
            TaskCompletionSource set = new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_timers.Any(timer => timer.DueTime == dueTime))
                set.SetResult();
            else
                _watchers.Add((dueTime, set));
            return set.Task;
        }
    }

    public void Advance(TimeSpan by)
    {
        List<ManualTimer> fired;
        lock (_lock)
        {
            _now += by;
            fired = [.. _timers.Where(timer => timer.At <= _now)];
            _timers.RemoveAll(fired.Contains);
        }

        foreach (ManualTimer timer in fired)
            timer.Fire();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ManualTimer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class ManualTimer(ManualTime owner, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset At { get; private set; }

        public TimeSpan DueTime { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (owner._lock)
            {
                owner._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;
                (At, DueTime) = (owner._now + dueTime, dueTime);
                owner._timers.Add(this);
                foreach (var (_, set) in owner._watchers.Where(watcher => watcher.DueTime == dueTime))
                    set.TrySetResult();
                return true;
            }
        }

        public void Dispose()
        {
            lock (owner._lock)
                owner._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
