using Athena.Common.Checks;

namespace Athena.Common.Notify.Channels;

/// <summary>
/// A way to our people, to somebody outside. Classifies what happened; never retries by itself and never throws for a network or a server.
/// What it could not hand over waits in the outbox, which alone decides when to try again. For one caller at a time.
/// </summary>
public interface INotificationChannel : IAsyncDisposable
{
    /// <summary>As <c>status</c>, <c>check</c> and the audit name it: <c>Mail</c>, <c>Telegram</c>.</summary>
    string Name { get; }

    /// <summary>What one of its messages is called in a sentence: <c>mail</c>, <c>Telegram message</c>.</summary>
    string Unit { get; }

    /// <summary>
    /// All its messages go to one place: what that does not take now, for another reason than the message itself, it takes of no other
    /// message either, and those behind need not each find that out.
    /// </summary>
    bool IsOneRoom => false;

    /// <summary>Programs read it: it is given one event at a time, and nothing of which there is none.</summary>
    bool IsForPrograms => false;

    /// <summary>
    /// The notification as this channel carries it; null when it does not. Pure: the same notification gives the same message.
    /// </summary>
    OutgoingMessage? Write(Notification notification);

    /// <summary>Offers one message for some of its recipients. The answer has one entry for each of those, by the text given.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; whether it was accepted is then unknown.</exception>
    Task<IReadOnlyDictionary<string, DeliveryResult>> SendAsync(DeliveryAttempt attempt, CancellationToken cancellation);

    /// <summary>
    /// Nothing more is due for the moment: a connection kept for several messages is closed now. Does nothing where none is kept.
    /// </summary>
    Task EndBatchAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>The part of <c>check</c> about this channel: whether a message would be taken, found out without sending any.</summary>
    /// <param name="report">Gets a line for each thing, with the remedy.</param>
    /// <param name="test">To be sent when all is well; null when no test was asked for.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Whether it would.</returns>
    Task<bool> CheckAsync(CheckReport report, Notification? test, CancellationToken cancellation);
}

/// <summary>One attempt at one message.</summary>
/// <param name="Message">The whole of it; its recipients are all, not only those of this attempt.</param>
/// <param name="PutAt">When it was put into the outbox, the same at each attempt: a mail's <c>Date</c> (RFC 5322 §3.6.1).</param>
/// <param name="Recipients">Those who still wait for it.</param>
/// <param name="MayHaveArrived">
/// An earlier attempt may have brought it there: its answer was lost, or an earlier run of the daemon put the message in. A channel without
/// a key by which the other side knows what it was given twice says so in the message.
/// </param>
public sealed record DeliveryAttempt(
    OutgoingMessage Message, DateTimeOffset PutAt, IReadOnlyList<string> Recipients, bool MayHaveArrived = false);
