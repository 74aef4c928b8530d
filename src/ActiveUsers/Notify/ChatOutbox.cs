using Athena.ActiveUsers.Policy;
using Athena.ActiveUsers.State;
using Athena.ActiveUsers.Telemetry;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Notify.Delivery;
using Athena.Common.Time;

namespace Athena.ActiveUsers.Notify;

/// <summary>
/// Hands what is to be said to the chat: alerts first, in order, then the newest pulse. The intent is on disk before the call and the
/// result after it. Telegram has no key by which it would know a message that it was given twice; so a pulse of which nobody knows whether
/// it arrived is not repeated, and an alert is, with a word about it. What waits lies in the daemon's state, because a pulse and the window
/// that it tells of must be written in one stroke. Worked on by one loop.
/// </summary>
internal sealed class ChatOutbox(INotificationChannel channel, ActiveUsersMemory memory, EventRecorder eventRecorder, TimeProvider time)
    : IChannelOutbox
{
    private ActiveUsersState State => memory.State;

    /// <inheritdoc/>
    public INotificationChannel Channel => channel;

    /// <inheritdoc/>
    public OutboxSummary Summary => new(
        State.Waiting, null, State.Waiting > 0 ? State.Trouble : null, memory.SaveProblem is null ? 0 : State.Waiting);

    /// <inheritdoc/>
    public DateTimeOffset? NextDue => State.Waiting == 0 ? null : State.NotBefore ?? time.GetUtcNow();

    /// <summary>
    /// To be called once after the start: what was being sent when the daemon ended. The audit is written before the state, so that it may
    /// know what became of it; if it does not, nobody does.
    /// </summary>
    public void Recover()
    {
        List<PendingMessage> halfDone = [.. State.Messages.Where(message => message.IsSending)];
        if (State.Pulse is { IsSending: true } pulse) halfDone.Add(pulse);
        foreach (var message in halfDone) Recover(message);
        if (halfDone.Count > 0) memory.Save();
    }

    private void Recover(PendingMessage message)
    {
        if (eventRecorder.WasSent(message.Key)) Arrived(message);
        else if (eventRecorder.WasRefused(message)) Drop(message);
        else if (message.Kind == MessageKind.Pulse)
            LeaveUnsure(message, "the daemon was stopped while it was sending", eventRecorder.WasLeftUnsure(message));
        else Replace(message, NotSure(message with { IsSending = false }, mayHaveArrived: true));
    }

    /// <summary>A newer window has ended: a pulse that still waits is not sent any more, and the next one says so.</summary>
    public void Supersede()
    {
        if (State.Pulse is not { } late) return;
        State.Pulse = null;
        State.Miss(late.About);
        eventRecorder.Superseded(late);
    }

    /// <summary>
    /// An alert, an all-clear or a notice; never superseded. What waits already or was sent is not put again: a window that is read anew
    /// after a restore meets what was told, or was to be told, before the backup. Lost unless the state is saved after it.
    /// </summary>
    public void Put(OutgoingMessage message)
    {
        var now = time.GetUtcNow();
        if (State.Messages.Exists(waiting => waiting.Key == message.Key) || eventRecorder.WasSent(message.Key)) return;
        State.Messages.Add(new PendingMessage(
            message.Key, MessageKind.Alert, new TelegramText(message.Rows!), new Window(now, now), message.IsSilent));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Withdraw(string key)
    {
        if (State.Messages.RemoveAll(waiting => waiting.Key == key && !waiting.IsSending) > 0) return [];
        return State.Messages.Exists(waiting => waiting.Key == key) || eventRecorder.WasSent(key) ? [channel.Name] : [];
    }

    /// <inheritdoc/>
    public DeliveryProgress? ProgressOf(string key) =>
        State.Messages.Exists(waiting => waiting.Key == key) ? new DeliveryProgress(null, IsWaiting: true, State.Trouble) : null;

    /// <inheritdoc/>
    public void TryAtOnce()
    {
        State.NotBefore = null;
        memory.Save();
    }

    /// <summary>Sends what is due, until the chat does not take it.</summary>
    public async Task DeliverDueAsync(CancellationToken cancellation)
    {
        while (Deadline.IsDue(State.NotBefore, time.GetUtcNow(), State.Pause)
            && (State.Messages.FirstOrDefault() ?? State.Pulse) is { } next)
        {
            var sending = next with { IsSending = true, Attempts = next.Attempts + 1 };
            Replace(next, sending);

            // A pulse whose intent is not on disk could be sent again after a crash. An alert must not wait for a disk.
            if (!memory.Save() && next.Kind == MessageKind.Pulse)
            {
                Replace(sending, next);
                return;
            }

            var message = TelegramChannel.MessageOf(sending.Key, sending.Text, sending.IsSilent);
            var results = await channel.SendAsync(new DeliveryAttempt(message, time.GetUtcNow(), message.Recipients), cancellation)
                .ConfigureAwait(false);
            Settle(sending, results[message.Recipients[0]]);
            memory.Save();
        }
    }

    private void Settle(PendingMessage sent, DeliveryResult result)
    {
        State.NotBefore = null;
        switch (result.Verdict)
        {
            case DeliveryVerdict.Accepted:
                Arrived(sent);
                Well();
                eventRecorder.Sent(sent, result);
                return;

            // This message alone was refused, for ever; the next one may be taken.
            case DeliveryVerdict.Permanent when result.IsFinal:
                Drop(sent);
                eventRecorder.Refused(sent, result);
                return;
            case DeliveryVerdict.Permanent:
                Wait(result.RetryAfter!.Value);
                break;
            default:
                Wait(Backoff.OfThePulse.After(sent.Attempts, result.RetryAfter));
                break;
        }

        if (sent.Kind == MessageKind.Pulse && result.MayHaveArrived) LeaveUnsure(sent, result.Detail, isAudited: false);
        else Replace(sent, NotSure(sent with { IsSending = false }, result.MayHaveArrived));
        if (!(State.TroubleSince <= time.GetUtcNow())) State.TroubleSince = time.GetUtcNow();
        if (State.Trouble == result.Detail) return;
        State.Trouble = result.Detail;
        eventRecorder.NotSent(sent, result);
    }

    private void Wait(TimeSpan pause) => (State.NotBefore, State.Pause) = (time.GetUtcNow() + pause, pause);

    private void Arrived(PendingMessage message)
    {
        Replace(message, null);
        if (message.Kind != MessageKind.Pulse) return;
        (State.Unsent, State.Unsure, State.Early) = (null, null, null);
        State.NoteTold(message.About.To);
    }

    private void Drop(PendingMessage message)
    {
        Replace(message, null);
        if (message.Kind == MessageKind.Pulse) State.Miss(message.About);
    }

    private void Well()
    {
        if (State.Trouble is null) return;
        (State.Trouble, State.TroubleSince) = (null, null);
        eventRecorder.ChatWorks();
    }

    private void LeaveUnsure(PendingMessage pulse, string why, bool isAudited)
    {
        State.Doubt(pulse.About);
        State.NoteTold(pulse.About.To);
        State.Pulse = null;
        if (!isAudited) eventRecorder.Unsure(pulse, why);
    }

    /// <summary>An alert that may have arrived is said again with a word about it.</summary>
    private static PendingMessage NotSure(PendingMessage message, bool mayHaveArrived) =>
        mayHaveArrived ? message with { Text = AlertText.Again(message.Text) } : message;

    /// <summary>The channel is the outbox's, and closed by it.</summary>
    public void Dispose()
    {
    }

    private void Replace(PendingMessage old, PendingMessage? with)
    {
        if (old.Kind == MessageKind.Pulse)
        {
            State.Pulse = with;
            return;
        }

        var at = State.Messages.FindIndex(message => message.Key == old.Key);
        if (with is null) State.Messages.RemoveAt(at);
        else State.Messages[at] = with;
    }
}
