using Athena.ActiveUsers.Telemetry;
using Athena.Common.Checks;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.State;
using Athena.Common.Telemetry;
using Microsoft.Extensions.Logging;

namespace Athena.ActiveUsers.CommandLine;

/// <summary>The edges of a run that only says what it would do: nothing is sent and nothing is remembered.</summary>
internal sealed class DryRun(ILogger<DryRun> journal) : ITelegram, IAuditLog
{
    public Task<DeliveryResult> SendAsync(TelegramText text, bool isSilent, CancellationToken cancel)
    {
        foreach (var line in TelegramWriter.Plain(text).Split('\n')) journal.Event(ActiveUsersEvents.DryRun, "Would send: " + line);
        return Task.FromResult(new DeliveryResult(DeliveryVerdict.Accepted, "not sent, this is a dry run"));
    }

    public Task<bool> LookAsync(CheckReport report, CancellationToken cancel) => Task.FromResult(true);

    public void Append(AuditEntry entry)
    {
    }
}
