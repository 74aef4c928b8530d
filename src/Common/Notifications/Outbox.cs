namespace Athena.Common.Notifications;

/// <summary>
/// What must be sent, one file a mail, on disk before the first attempt. Knows when to try again; the transport knows how. Safe to use
/// from several threads; one process at a time.
/// </summary>
public sealed class Outbox : IOutbox
{
    /// <summary>Reads what earlier runs left in <paramref name="directory"/>, which is made when absent.</summary>
    /// <param name="random">In [0, 1), for spreading the pauses.</param>
    /// <param name="changed">
    /// Told when something changed for a recipient; called outside all locks, from the thread that delivers. A crash at the wrong moment
    /// repeats a report and the mail, and never loses one.
    /// </param>
    /// <param name="trouble">Told in a sentence when the disk refuses or a file is unreadable, once for each, and when it is well again.</param>
    public static Outbox Open(
        string directory, IMailTransport transport, TimeProvider time, Func<double> random,
        Action<DeliveryReport> changed, Action<string> trouble) => throw new NotImplementedException();

    /// <summary>For STATUS.</summary>
    public OutboxSummary Summary => throw new NotImplementedException();

    /// <summary>When <see cref="DeliverDueAsync"/> has something to do; null when nothing waits. May lie in the past.</summary>
    public DateTimeOffset? NextDue => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Put(OutgoingMail mail) => throw new NotImplementedException();

    /// <inheritdoc/>
    public IReadOnlyList<string> Withdraw(string key) => throw new NotImplementedException();

    /// <summary>One step: offers everything that is due once, oldest first, and writes what the disk refused before.</summary>
    public Task DeliverDueAsync(CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Delivers what is due, sleeps until the next is due or something is put in, until cancelled. Then it returns.</summary>
    public Task RunAsync(CancellationToken cancellation) => throw new NotImplementedException();
}
