using Athena.Common.Time;
using Microsoft.Extensions.Hosting;

namespace Athena.Common.State.Audit;

/// <summary>
/// Takes what is in the audit to another place, beside the daemon's work and never in its way: some seconds after it is written, and while
/// that place does not take it less and less often. What keeps it from there is said once.
/// </summary>
public abstract class AuditFollower(TimeProvider time) : BackgroundService
{
    /// <summary>A line is taken there after this long.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private int attempts;

    /// <summary>Held for what is asked from other threads.</summary>
    private protected Lock Gate { get; } = new();

    /// <summary>Why nothing is taken there, a sentence that says what to do; null when all is well. Changed under the gate.</summary>
    private protected string? Problem { get; private set; }

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (true)
        {
            await RoundAsync(stoppingToken).ConfigureAwait(false);
            await Task.Delay(
                attempts == 0 ? Interval : Backoff.OfThePulse.After(attempts, asked: null), time, stoppingToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes there what waits, if anything does. Whatever goes wrong is said once, and tried again.</summary>
    internal async Task RoundAsync(CancellationToken cancel)
    {
        try
        {
            Tell(await FollowAsync(cancel).ConfigureAwait(false));
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            // Of whatever kind: the daemon works without, and must not end because of it.
            Tell(Explain(fault));
        }
    }

    /// <returns>Why not all is there, a sentence that says what to do; null when it is.</returns>
    private protected abstract Task<string?> FollowAsync(CancellationToken cancel);

    /// <summary>What is said of a fault.</summary>
    private protected abstract string Explain(Exception fault);

    /// <summary>Into the journal: it begins not to work, or works again where <paramref name="problem"/> is null.</summary>
    private protected abstract void Say(string? problem);

    private void Tell(string? fault)
    {
        attempts = fault is null ? 0 : attempts + 1;
        var before = Problem;
        lock (Gate) Problem = fault;
        if (fault is null != before is null) Say(fault); // Once, whatever else is met meanwhile; status has what is newest.
    }
}
