using Athena.Common.Notify.Channels;

namespace Athena.Common.Notify.Delivery;

/// <summary>
/// The one outbox of a daemon: a queue for each of its channels, so that none waits for another, and a word by the others when one is
/// silent. Safe to use from several threads; one process at a time.
/// </summary>
public sealed class Outbox : IOutbox, IAsyncDisposable
{
    private readonly IReadOnlyList<(ChannelRoute Route, IChannelOutbox Queue)> _ways;
    private readonly Dictionary<INotificationChannel, DeliveryTally> _tallies;

    private Outbox(string directory, IReadOnlyList<ChannelRoute> routes, TimeProvider time, Func<double> random, IDeliveryWatch watch)
    {
        _tallies = routes.ToDictionary(route => route.Channel, _ => new DeliveryTally());
        _ways =
        [
            .. routes.Select(route => (route, route.Queue ?? ChannelOutbox.Open(
                Path.Combine(directory, route.Folder), route.Channel, time, random, report => Tell(watch, route.Channel, report),
                trouble => watch.Trouble(route.Channel, trouble), route.LongestPause,
                new ChannelSilence(
                    route.Counts, silence => watch.Silent(route.Channel, silence), silence => watch.Over(route.Channel, silence), time)))),
        ];
    }

    /// <summary>Reads what earlier runs left in <paramref name="directory"/>.</summary>
    /// <param name="directory">The daemon's state directory.</param>
    /// <param name="routes">The first is the one that carries everything, and of which a mail's progress is told.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">In [0, 1), for spreading the pauses.</param>
    /// <param name="watch">Hears what becomes of it all.</param>
    public static Outbox Open(
        string directory, IReadOnlyList<ChannelRoute> routes, TimeProvider time, Func<double> random, IDeliveryWatch watch) =>
        new(directory, routes, time, random, watch);

    /// <summary>One for each channel, in the order of the routes.</summary>
    public IReadOnlyList<IChannelOutbox> Queues => [.. _ways.Select(way => way.Queue)];

    /// <summary>That of the channel of this name; null where there is none.</summary>
    public IChannelOutbox? QueueOf(string channel) => Queues.FirstOrDefault(queue => queue.Channel.Name == channel);

    /// <summary>What came of the messages of one of these channels since the outbox was opened.</summary>
    public DeliveryTally TallyOf(INotificationChannel channel) => _tallies[channel];

    /// <inheritdoc/>
    public void Put(Notification notification) => Put(notification, except: null);

    /// <summary>The same by all ways but one: that a channel is silent is said by the others.</summary>
    public void Put(Notification notification, INotificationChannel? except)
    {
        foreach (var (route, queue) in _ways.Where(way => way.Queue.Channel != except))
            foreach (var message in route.Write(notification, key => queue.Withdraw(key).Count > 0)) queue.Put(message);
    }

    /// <summary>
    /// How something ended, to those channels alone that have told of it; where it still waits to be told, it is not told any more.
    /// </summary>
    /// <param name="key">Of what was to be told.</param>
    /// <param name="end">That it is over.</param>
    /// <param name="except">Neither was told by this one.</param>
    public void PutEnd(string key, Notification end, INotificationChannel except)
    {
        foreach (var (_, queue) in _ways.Where(way => way.Queue.Channel != except && way.Queue.Withdraw(key).Count > 0))
            if (queue.Channel.Write(end) is { } message) queue.Put(message);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Withdraw(string key) => [.. _ways.SelectMany(way => way.Queue.Withdraw(key))];

    /// <inheritdoc/>
    public DeliveryProgress? ProgressOf(string key) => _ways[0].Queue.ProgressOf(key);

    /// <summary>Offers once what is due, by all ways side by side.</summary>
    public Task DeliverDueAsync(CancellationToken cancellation) =>
        Task.WhenAll(_ways.Select(way => way.Queue.DeliverDueAsync(cancellation)));

    /// <inheritdoc cref="IChannelOutbox.TryAtOnce"/>
    /// <param name="channel">The name of the one that was found well; null for all of them.</param>
    public void TryAtOnce(string? channel = null)
    {
        foreach (var (_, queue) in _ways.Where(way => channel is null || way.Queue.Channel.Name == channel)) queue.TryAtOnce();
    }

    /// <summary>
    /// Delivers what lies in files until cancelled, then returns; a fault of one queue ends all of them. Begins at once: somebody may just
    /// have put the settings right.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        List<ChannelOutbox> files = [.. Queues.OfType<ChannelOutbox>()];
        foreach (var queue in files) queue.TryAtOnce();
        Task[] running = [.. files.Select(queue => queue.RunAsync(stop.Token))];
        await Task.WhenAny(running).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(running).ConfigureAwait(false);
    }

    private void Tell(IDeliveryWatch watch, INotificationChannel channel, DeliveryReport report)
    {
        _tallies[channel].Take(report);
        watch.Changed(report);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var (_, queue) in _ways)
        {
            queue.Dispose();
            await queue.Channel.DisposeAsync().ConfigureAwait(false);
        }
    }
}

/// <summary>Hears what becomes of what is in the outbox. Called by the threads that deliver, for each channel by one at a time.</summary>
public interface IDeliveryWatch
{
    /// <summary>
    /// Something changed for a recipient: told before that is written down, so that a crash repeats it and never loses it.
    /// </summary>
    void Changed(DeliveryReport report);

    /// <summary>The disk refuses or a file is unreadable, once for each, and when it is well again. Must not call back.</summary>
    void Trouble(INotificationChannel channel, string sentence);

    /// <summary>A channel does not take what it is given for a while.</summary>
    void Silent(INotificationChannel channel, SilentChannel silence);

    /// <summary>It does again.</summary>
    void Over(INotificationChannel channel, SilentChannel silence);
}
