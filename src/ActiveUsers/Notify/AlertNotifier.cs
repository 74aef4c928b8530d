using Athena.ActiveUsers.Policy;
using Athena.ActiveUsers.Pulses;
using Athena.ActiveUsers.State;
using Athena.ActiveUsers.Telemetry;
using Athena.Common.Notify;
using Athena.Common.Notify.Alertmanager;
using Athena.Common.Notify.Delivery;

namespace Athena.ActiveUsers.Notify;

/// <summary>
/// Turns what was seen into messages, once per change of state; holds its tongue while alerts are silenced, and where Alertmanager rings in
/// its place.
/// </summary>
/// <param name="board">What Alertmanager is told of; null where it is told of nothing.</param>
internal sealed class AlertNotifier(
    ActiveUsersMemory memory, IOutbox outbox, AlertMessages messages, EventRecorder eventRecorder, AlertLimits limits, TimeProvider time,
    AlertBoard? board = null)
{
    /// <summary>A chat that takes nothing for so long is told of by mail.</summary>
    public static readonly TimeSpan ChatPatience = TimeSpan.FromMinutes(10);

    private ActiveUsersState State => memory.State;

    /// <summary>
    /// To be called once after the start: what was owed when the daemon ended. What a channel has, it does not take again.
    /// </summary>
    public void Recover() => PutOwed();

    /// <returns>Whether the state was changed.</returns>
    public bool Take(AlertFacts facts)
    {
        var before = State.Alerts.Grafana;
        var suspected = State.Alerts.Suspected.Count;
        var changes = AlertPolicy.Apply(State.Alerts, facts with { Alertmanager = AlertmanagerSilent }, limits);
        foreach (var change in changes) Tell(change);
        NumberOlder();
        var hasSpoken = Speak();
        Deliver();
        return hasSpoken || changes.Count > 0 || before != State.Alerts.Grafana || suspected != State.Alerts.Suspected.Count;
    }

    /// <summary>When the silence is over, what is still wrong and was not told is told.</summary>
    /// <returns>Whether the state was changed.</returns>
    public bool EndSilenceIfDue()
    {
        if (State.Silence is not { } silence || time.GetUtcNow() < silence.Until) return false;
        eventRecorder.SilenceEnded();
        State.Silence = null;
        Speak();
        Deliver();
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
        State.Silence = null;
        Speak();
        Deliver();
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
            if (!alert.IsTold || alert.IsMailed || alert.Acknowledged is not null) continue;
            State.Alerts.Open[i] = alert with { IsMailed = true };

            // The chat has it already, or will.
            outbox.Put(messages.Began(State.Alerts.Open[i], silence, isMarked: false) with { Brief = null });
        }

        return true;
    }

    /// <summary>Empty while it takes alerts, and where it gets none.</summary>
    private string AlertmanagerSilent => board?.Silence is { } silence
        ? $"it has taken nothing since {messages.Wording.Clock.ClockWithZone(silence.Since)}: {silence.Why}"
        : "";

    /// <summary>Null while it takes messages, or may do so again in a moment.</summary>
    private ChatSilence? Chat => State is { Trouble: { } why, TroubleSince: { } since, Waiting: > 0 }
        && (State.TroubleMailed is not null || time.GetUtcNow() - since >= ChatPatience)
            ? new ChatSilence(since, why)
            : null;

    /// <summary>Somebody has taken it up: those who were told of it hear of that, and it is not told again by another way.</summary>
    /// <returns>Null where no alert of this number is open.</returns>
    public OpenAlert? Acknowledge(string number, string by, string note)
    {
        var at = State.Alerts.Open.FindIndex(alert => string.Equals(alert.Number, number, StringComparison.OrdinalIgnoreCase));
        if (at < 0) return null;
        var alert = State.Alerts.Open[at] with { Acknowledged = new Acknowledgement(time.GetUtcNow(), by, note) };
        State.Alerts.Open[at] = alert;
        eventRecorder.Acknowledged(alert);
        if (alert.IsTold) State.Owed.Add(new OwedWord(alert, IsAcknowledgement: true));
        Deliver();
        return alert;
    }

    /// <summary>Puts down what Alertmanager is to ring for now.</summary>
    public void Show() => board?.Show(
    [
        .. State.Alerts.Open.Where(alert => (alert.IsTold || alert.IsPaged) && alert.Kind != AlertKind.AlertmanagerSilent)
            .Select(alert => AlertText.Standing(alert, messages.Wording)),
    ]);

    /// <summary>
    /// Tells of what is wrong and was not told: it began while alerts were silenced, or Alertmanager was to ring for it alone and takes
    /// nothing, or is not asked any more.
    /// </summary>
    /// <returns>Whether there was any.</returns>
    private bool Speak()
    {
        if (State.Silence is not null) return false;
        var isAny = false;
        for (var i = 0; i < State.Alerts.Open.Count; i++)
        {
            var alert = State.Alerts.Open[i];
            if (alert.IsTold || alert is { IsPaged: true, Acknowledged: not null }) continue;
            var taken = Taken(alert);
            if (taken == alert) continue;
            State.Alerts.Open[i] = taken;
            if (taken.IsTold) State.Owed.Add(new OwedWord(taken));
            if (taken is { IsTold: true, Acknowledged: not null }) State.Owed.Add(new OwedWord(taken, IsAcknowledgement: true));
            isAny = true;
        }

        return isAny;
    }

    private void Tell(AlertChange change)
    {
        var (alert, overAt) = change;
        if (overAt is null)
        {
            var at = State.Alerts.Open.IndexOf(alert);
            if (at >= 0) alert = alert with { Number = NextNumber() };
            if (State.Silence is null) alert = Taken(alert);
            if (at >= 0) State.Alerts.Open[at] = alert;
        }

        eventRecorder.Alert(new AlertChange(alert, overAt));
        if (alert.IsTold) State.Owed.Add(new OwedWord(alert, overAt));
    }

    /// <summary>What began under a version without numbers can be taken up, too.</summary>
    private void NumberOlder()
    {
        for (var i = 0; i < State.Alerts.Open.Count; i++)
            if (State.Alerts.Open[i].Number is null) State.Alerts.Open[i] = State.Alerts.Open[i] with { Number = NextNumber() };
    }

    private string NextNumber() => State.NumberAlert(messages.DayOf(time.GetUtcNow()));

    /// <summary>With the ways by which it goes.</summary>
    private OpenAlert Taken(OpenAlert alert)
    {
        // An event is never over, and of its own silence Alertmanager cannot tell.
        var isPaged = board is not null && alert.Kind is not (AlertKind.VersionChanged or AlertKind.AlertmanagerSilent);
        if (isPaged && board!.IsAlone) return alert with { IsPaged = true };
        return alert with
        {
            IsTold = true,
            IsMailed = messages.GoesByMail(alert.Kind, isChatSilent: Chat is not null),
            IsPaged = isPaged,
        };
    }

    /// <summary>
    /// The state first: a message whose alert the next start does not know would stay without its end, and the alert would begin again
    /// under another key.
    /// </summary>
    private void Deliver()
    {
        if (State.Owed.Count == 0) return;
        memory.Save();
        PutOwed();
    }

    private void PutOwed()
    {
        foreach (var word in State.Owed) outbox.Put(MessageOf(word));
        State.Owed.Clear();
    }

    /// <summary>What was so before a backup was put back may have been told after the backup was made.</summary>
    private Notification MessageOf(OwedWord word)
    {
        if (word.IsAcknowledgement) return messages.Acknowledged(word.Alert);
        var isMarked = State.IsCatchingUp || (word.OverAt ?? word.Alert.Since) <= State.Restored?.At;
        return word.OverAt is { } over ? messages.Over(word.Alert, over, isMarked) : messages.Began(word.Alert, Chat, isMarked);
    }
}
