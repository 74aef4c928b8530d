namespace Athena.Common.Notify.Alertmanager;

/// <summary>
/// What is wrong now, as the daemon's loop puts it down, and whether Alertmanager takes it, as <see cref="AlertRelay"/> finds. The two meet
/// here and nowhere else, so that neither waits for the other. Safe from any thread.
/// </summary>
public sealed class AlertBoard(AlertmanagerSettings settings, TimeProvider time) : IDisposable
{
    private readonly Lock gate = new();
    private readonly SemaphoreSlim news = new(0, 1);
    private IReadOnlyList<StandingAlert>? shown;
    private (DateTimeOffset Since, long Stamp, string Why)? failing;

    /// <summary>So long it may restart; after that people are told in the direct way, and that it is away.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(5);

    /// <summary>Chat and mail say nothing of what begins now: Alertmanager does.</summary>
    public bool IsAlone => settings.IsAlone && Silence is null;

    /// <summary>Null while it takes alerts, or may do so again in a moment.</summary>
    public AlertmanagerSilence? Silence
    {
        get
        {
            lock (gate)
                return failing is { } since && time.GetElapsedTime(since.Stamp) >= Patience
                    ? new AlertmanagerSilence(since.Since, since.Why)
                    : null;
        }
    }

    /// <summary>How it is with it, for <c>status</c>.</summary>
    /// <param name="clock">How a time is shown.</param>
    public string Sentence(Func<DateTimeOffset, string> clock) => Silence is { } silence
        ? $"Alertmanager at {settings.Address} takes nothing since {clock(silence.Since)}: {silence.Why}; alerts go by chat and mail"
        : $"Alertmanager at {settings.Address}, {(settings.IsAlone ? "in place of" : "beside")} chat and mail";

    /// <summary>What is wrong now; null until the loop has looked for the first time.</summary>
    public IReadOnlyList<StandingAlert>? Shown
    {
        get
        {
            lock (gate) return shown;
        }
    }

    /// <summary>All that is wrong now and is to ring. Of one that is not there any more it is told that it is over.</summary>
    public void Show(IReadOnlyList<StandingAlert> alerts)
    {
        lock (gate)
        {
            if (shown is not null && shown.SequenceEqual(alerts)) return;
            shown = alerts;
            if (news.CurrentCount == 0) news.Release();
        }
    }

    /// <summary>What came of the last attempt.</summary>
    /// <param name="problem">Why it was not taken; null when it was.</param>
    /// <returns>Whether that is another than before.</returns>
    public bool Note(string? problem)
    {
        lock (gate)
        {
            var isNews = failing is null != problem is null;
            failing = problem is null ? null : (failing?.Since ?? time.GetUtcNow(), failing?.Stamp ?? time.GetTimestamp(), problem);
            return isNews;
        }
    }

    /// <summary>Until something else is shown, or for so long at most.</summary>
    internal async Task WaitAsync(TimeSpan longest, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            await news.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // Nothing else is wrong; what is is said again.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => news.Dispose();
}

/// <summary>Alertmanager has taken nothing for a while.</summary>
/// <param name="Since">The first attempt that failed.</param>
/// <param name="Why">What the last one brought, with what to do.</param>
public sealed record AlertmanagerSilence(DateTimeOffset Since, string Why);
