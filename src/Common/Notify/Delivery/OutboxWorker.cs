using Microsoft.Extensions.Hosting;

namespace Athena.Common.Notify.Delivery;

/// <summary>Sends what lies in the outbox, beside the daemon's own work and never in its way.</summary>
public sealed class OutboxWorker(Outbox outbox) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => outbox.RunAsync(stoppingToken);
}
