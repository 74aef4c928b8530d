using Microsoft.Extensions.Hosting;

namespace Athena.Common.Daemon;

/// <summary>
/// A daemon as one service: opens what it stands on, then runs its parts until one of them fails or all are asked to stop, and closes.
/// </summary>
/// <typeparam name="TSite">What it stands on.</typeparam>
public abstract class DaemonService<TSite> : BackgroundService
    where TSite : class, IAsyncDisposable
{
    private readonly List<BackgroundService> parts = [];
    private TSite? site;

    /// <summary>Opens everything, so that what is wrong ends the daemon before it says that it is ready.</summary>
    public sealed override async Task StartAsync(CancellationToken cancellationToken)
    {
        site = await OpenAsync(cancellationToken).ConfigureAwait(false);
        parts.AddRange(PartsOf(site));
        foreach (var part in Enumerable.Reverse(parts))
            await part.StartAsync(cancellationToken).ConfigureAwait(false);
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public sealed override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        foreach (var part in parts)
            await part.StopAsync(cancellationToken).ConfigureAwait(false);
        if (site is not null)
            await site.DisposeAsync().ConfigureAwait(false);
        site = null;
    }

    /// <inheritdoc/>
    public sealed override void Dispose()
    {
        foreach (var part in parts)
            part.Dispose();
        base.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens what the daemon stands on, and writes down that it begins.</summary>
    protected abstract Task<TSite> OpenAsync(CancellationToken cancel);

    /// <summary>
    /// What runs, in the order in which it ends, and begins in reverse: whoever decides stands before whoever sends, because what is
    /// decided last must still find its outbox.
    /// </summary>
    protected abstract IEnumerable<BackgroundService> PartsOf(TSite site);

    /// <summary>Ends when one of the parts does, with its fault.</summary>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var ends = parts.Select(part => part.ExecuteTask).OfType<Task>();
        await (await Task.WhenAny(ends).WaitAsync(stoppingToken).ConfigureAwait(false)).ConfigureAwait(false);
    }
}
