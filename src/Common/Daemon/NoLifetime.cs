using Microsoft.Extensions.Hosting;

namespace Athena.Common.Daemon;

/// <summary>Signals are taken in one place, by <see cref="StopSignals"/>.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
