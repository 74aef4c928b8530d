using Athena.Common.Hosting;
using Athena.Common.Notifications;
using Athena.Common.Notifications.Telegram;
using Athena.Common.State;
using Microsoft.Extensions.Logging;

namespace Athena.ActiveUsers;

/// <summary>The edges of a run that only says what it would do: nothing is sent and nothing is remembered.</summary>
internal sealed class DryRun(ILogger<DryRun> journal) : ITelegram, IAuditLog
{
    public Task<DeliveryResult> SendAsync(TelegramText text, bool isSilent, CancellationToken cancel)
    {
        foreach (var line in TelegramWriter.Plain(text).Split('\n')) journal.Event(PulseEvents.DryRun, "Would send: " + line);
        return Task.FromResult(new DeliveryResult(DeliveryVerdict.Accepted, "not sent, this is a dry run"));
    }

    public void Append(AuditEntry entry)
    {
    }
}
