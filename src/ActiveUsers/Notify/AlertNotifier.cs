using System.Globalization;
using Athena.ActiveUsers.Policy;
using Athena.ActiveUsers.Pulses;
using Athena.ActiveUsers.State;
using Athena.ActiveUsers.Telemetry;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Time;

namespace Athena.ActiveUsers.Notify;

/// <summary>Turns what was seen into messages, once per change of state; holds its tongue while alerts are silenced.</summary>
internal sealed class AlertNotifier(
    ActiveUsersMemory memory, Messenger messenger, EventRecorder eventRecorder, PulseWording wording, AlertLimits limits, TimeProvider time)
{
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

    private void Speak()
    {
        State.Silence = null;
        for (var i = 0; i < State.Alerts.Open.Count; i++)
        {
            var alert = State.Alerts.Open[i];
            if (alert.IsTold) continue;
            State.Alerts.Open[i] = alert with { IsTold = true };
            Put(alert, "began", alert.Since, AlertText.Began(alert, wording));
        }
    }

    private void Tell(AlertChange change)
    {
        var (alert, overAt) = change;
        var isTold = overAt is null ? State.Silence is null : alert.IsTold;
        eventRecorder.Alert(change, isTold);
        if (overAt is null && State.Alerts.Open.IndexOf(alert) is >= 0 and var at) State.Alerts.Open[at] = alert with { IsTold = isTold };
        if (!isTold) return;
        if (overAt is { } over) Put(alert, "over", over, AlertText.Over(alert, over, wording));
        else Put(alert, "began", alert.Since, AlertText.Began(alert, wording));
    }

    /// <param name="at">When it began or was over: what was so before a backup was put back may have been told after the backup was
    /// made.</param>
    private void Put(OpenAlert alert, string what, DateTimeOffset at, TelegramText text)
    {
        var isMarked = State.IsCatchingUp || at <= State.Restored?.At;
        messenger.PutAlert(new PendingMessage(
            string.Create(CultureInfo.InvariantCulture, $"alert/{alert.Kind}/{alert.Since.ToUnixTimeMilliseconds()}/{what}"),
            MessageKind.Alert, isMarked ? AlertText.Again(text) : text, new Window(alert.Since, alert.Since),
            AlertText.SeverityOf(alert.Kind) == Severity.Info)
        { IsMarked = isMarked });
    }
}
