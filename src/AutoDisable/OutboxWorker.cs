using Athena.Common.Notifications;
using Microsoft.Extensions.Hosting;

namespace Athena.AutoDisable;

/// <summary>Sends what lies in the outbox, beside the gate and never in its way.</summary>
internal sealed class OutboxWorker(Outbox outbox) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        outbox.TryAtOnce();
        return outbox.RunAsync(stoppingToken);
    }
}
