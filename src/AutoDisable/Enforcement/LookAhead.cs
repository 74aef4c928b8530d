using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.State;
using Athena.Common.Grafana.Api;

namespace Athena.AutoDisable.Enforcement;

/// <summary>
/// Asks who somebody is as soon as their line is read, while the gate is still busy with others: whoever comes a moment behind another
/// waits for one question less. What is answered is used when their turn comes, and for that one time.
/// </summary>
internal sealed class LookAhead(IGrafana grafana, AutoDisableMemory memory)
{
    /// <summary>As many as go out to Grafana in parallel. Of more at once the list is asked anyway.</summary>
    private const int Most = 8;

    private readonly Dictionary<WakeUp, Task<GrafanaAnswer<GrafanaUser>>> asked = [];

    /// <summary>Sends the questions that these events raise.</summary>
    public void Ask(IReadOnlyList<LogEvent> events, CancellationToken cancel)
    {
        foreach (var wakeUp in WakeUp.Of(events))
        {
            if (asked.Count >= Most) return;
            if (wakeUp.Email is not null || !memory.IsKnownId(wakeUp.Id)) asked.TryAdd(wakeUp, SendAsync(wakeUp, cancel));
        }
    }

    /// <summary>The answer that is there or under way, else a new one.</summary>
    public Task<GrafanaAnswer<GrafanaUser>> AnswerAsync(WakeUp wakeUp, CancellationToken cancel) =>
        asked.Remove(wakeUp, out var answer) ? answer : SendAsync(wakeUp, cancel);

    /// <summary>Their turn is over: an answer that nobody wanted must not be taken for a later one's.</summary>
    public void Forget(IReadOnlyList<LogEvent> events)
    {
        foreach (var wakeUp in WakeUp.Of(events)) asked.Remove(wakeUp);
    }

    private Task<GrafanaAnswer<GrafanaUser>> SendAsync(WakeUp wakeUp, CancellationToken cancel) =>
        wakeUp.Email is { } email ? grafana.LookUpAsync(email, cancel) : grafana.UserAsync(wakeUp.Id, cancel);
}
