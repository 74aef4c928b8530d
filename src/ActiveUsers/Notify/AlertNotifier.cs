using Athena.ActiveUsers.Policy;
using Athena.ActiveUsers.Pulses;
using Athena.ActiveUsers.State;
using Athena.ActiveUsers.Telemetry;
using Athena.Common.Notify.Delivery;

namespace Athena.ActiveUsers.Notify;

/// <summary>Turns what was seen into messages, once per change of state; holds its tongue while alerts are silenced.</summary>
internal sealed class AlertNotifier(
    ActiveUsersMemory memory, IOutbox outbox, AlertMessages messages, EventRecorder eventRecorder, AlertLimits limits, TimeProvider time)
{
    /// <summary>A chat that takes nothing for so long is told of by mail.</summary>
    public static readonly TimeSpan ChatPatience = TimeSpan.FromMinutes(10);

    private ActiveUsersState State => memory.State;

    /// <returns>Whether the state was changed.</returns>
    public bool Take(AlertFacts facts)
    {
        var before = State.Alerts.Grafana;
        var suspected = State.Alerts.Suspected.Count;
        var changes = AlertPolicy.Apply(State.Alerts, facts, limits);
        foreach (var change in changes) Tell(change);
        return changes.Count > 0 || before != State.Alerts.Grafana || suspected != State.Alerts.Suspected.Count;
    }

    /// <summary>When the silence is over, what is still wrong and was not told is told.</summary>
    /// <returns>Whether the state was changed.</returns>
    public bool EndSilenceIfDue()
    {
        if (State.Silence is not { } silence || time.GetUtcNow() < silence.Until) return false;
        eventRecorder.SilenceEnded();
        Speak();
        return true;
    }

    public void Silence(Silence silence)
    {
        State.Silence = silence;
        eventRecorder.Silenced(silence, silence.By, silence.Reason);
    }

    public void Unsilence(string by)
    {
        eventRecorder.Silenced(null, by, "");
        Speak();
    }

    /// <summary>
    /// Where the chat takes nothing for a while, what is wrong now is told by mail, and that it takes nothing; and that this is over.
    /// </summary>
    /// <returns>Whether the state was changed.</returns>
    public bool WatchChat()
    {
        if (State.TroubleMailed is { } since)
        {
            if (State.Trouble is not null) return false;
            State.TroubleMailed = null;
            outbox.Put(messages.ChatSpeaks(since, time.GetUtcNow()));
            return true;
        }

        if (!messages.CanMail || State.Silence is not null || Chat is not { } silence) return false;
        State.TroubleMailed = silence.Since;
        outbox.Put(messages.ChatSilent(silence));
        for (var i = 0; i < State.Alerts.Open.Count; i++)
        {
            var alert = State.Alerts.Open[i];
            if (!alert.IsTold || alert.IsMailed) continue;
            State.Alerts.Open[i] = alert with { IsMailed = true };

            // The chat has it already, or will.
            outbox.Put(messages.Began(State.Alerts.Open[i], silence, isMarked: false) with { Brief = null });
        }

        return true;
    }

    /// <summary>Null while it takes messages, or may do so again in a moment.</summary>
    private ChatSilence? Chat => State is { Trouble: { } why, TroubleSince: { } since, Waiting: > 0 }
        && (State.TroubleMailed is not null || time.GetUtcNow() - since >= ChatPatience)
            ? new ChatSilence(since, why)
            : null;

    private void Speak()
    {
        State.Silence = null;
        for (var i = 0; i < State.Alerts.Open.Count; i++)
        {
            var alert = State.Alerts.Open[i];
            if (!alert.IsTold) Put(State.Alerts.Open[i] = Told(alert), null);
        }
    }

    private void Tell(AlertChange change)
    {
        var (alert, overAt) = change;
        var isTold = overAt is null ? State.Silence is null : alert.IsTold;
        eventRecorder.Alert(change, isTold);
        if (!isTold) return;
        if (overAt is null)
        {
            var at = State.Alerts.Open.IndexOf(alert);
            alert = Told(alert);
            if (at >= 0) State.Alerts.Open[at] = alert;
        }

        Put(alert, overAt);
    }

    private OpenAlert Told(OpenAlert alert) =>
        alert with { IsTold = true, IsMailed = messages.GoesByMail(alert.Kind, isChatSilent: Chat is not null) };

    /// <summary>What was so before a backup was put back may have been told after the backup was made.</summary>
    private void Put(OpenAlert alert, DateTimeOffset? overAt)
    {
        var isMarked = State.IsCatchingUp || (overAt ?? alert.Since) <= State.Restored?.At;
        outbox.Put(overAt is { } over ? messages.Over(alert, over, isMarked) : messages.Began(alert, Chat, isMarked));
    }
}
