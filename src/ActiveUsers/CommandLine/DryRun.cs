using Athena.ActiveUsers.Telemetry;
using Athena.Common.Checks;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.State;
using Athena.Common.Telemetry;
using Athena.Common.Text;
using Microsoft.Extensions.Logging;

namespace Athena.ActiveUsers.CommandLine;

/// <summary>The edges of a run that only says what it would do: nothing is sent and nothing is remembered.</summary>
internal sealed class DryRun(ILogger<DryRun> journal) : ITelegram, IAuditLog
{
    public Task<DeliveryResult> SendAsync(TelegramText text, bool isSilent, CancellationToken cancel)
    {
        WouldSend(TelegramChannel.MessageOf("", text, isSilent));
        return Task.FromResult(new DeliveryResult(DeliveryVerdict.Accepted, "not sent, this is a dry run"));
    }

    public void WouldSend(OutgoingMessage message)
    {
        if (message.Rows is { } rows)
            foreach (var line in TelegramWriter.Plain(new TelegramText(rows)).Split('\n'))
                journal.Event(ActiveUsersEvents.DryRun, "Would send: " + line);
        else
            journal.Event(
                ActiveUsersEvents.DryRun,
                $"Would mail {string.Join(", ", message.Recipients)}: {UntrustedText.SingleLine(message.Subject)}");
    }

    public Task<bool> LookAsync(CheckReport report, CancellationToken cancel) => Task.FromResult(true);

    public void Append(AuditEntry entry)
    {
    }
}
