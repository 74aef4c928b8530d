using Athena.ActiveUsers.Access;
using Athena.ActiveUsers.History;
using Athena.ActiveUsers.Policy;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Notify.Channels.Webhook;
using Athena.Common.Notify.Delivery;
using Athena.Common.State.Backups;

namespace Athena.ActiveUsers.State;

/// <summary>
/// Of what the daemon's memory consists, and what it means that it is older than it should be: a pulse is never sent twice, so no window
/// that ended before the restore is sent, and the next pulse says of which it is not known; an alert had better come twice, and says so.
/// </summary>
internal static class ActiveUsersRestore
{
    public static BackupContents Parts { get; } =
        new([TotalsBook.FileName], [MailChannel.Folder, WebhookChannel.Folder, TicketChannel.Folder, AccessBook.Folder]);

    public static void Adopt(RestoredBackup memory)
    {
        var state = memory.Adopt(ActiveUsersState.In(memory.Directory), state =>
            Adopt(state, new RestoredFrom(memory.BackupAt, memory.RestoredAt)));

        memory.Hold(state.HandledTo is { } last ? $"windows read until {memory.Clock.Minute(last)}" : "no window read yet");
        memory.Hold(FormattableString.Invariant(
            $"{state.Waiting} messages that the chat does not have, {state.Alerts.Open.Count} alerts that are open"));
        var handled = state.HandledTo is { } to ? $"after {memory.Clock.Minute(to)}" : "after the backup";
        memory.Say(
            $"Which pulses were sent {handled}. None is sent again: the first one is that of the window that ends next, and it says for "
            + "which it is not known.");
        memory.Say(
            "Which alerts began or ended since. They may be said again, marked \"perhaps said already\"; a silence that was set since is "
            + "forgotten.");
        RestoredMails.MarkWaiting(memory);
        memory.Say("The totals of windows since are counted again from the log, as far as it reaches and for two days at most.");
    }

    /// <summary>The state alone.</summary>
    internal static void Adopt(ActiveUsersState state, RestoredFrom restored)
    {
        state.Restored = restored;
        state.NotBefore = null;
        if (state.Pulse is { } pulse) state.Doubt(pulse.About);
        state.Pulse = null;
        for (var i = 0; i < state.Messages.Count; i++)
        {
            // One that was being sent stays so: the audit may tell how that ended.
            var message = state.Messages[i];
            state.Messages[i] = message with { Text = AlertText.Again(message.Text) };
        }
    }
}
