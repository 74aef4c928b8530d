namespace Athena.Common.Notifications;

/// <summary>
/// The edge to whoever carries mail onwards. Classifies what happened; never retries by itself and never throws for a network or a server.
/// </summary>
public interface IMailTransport
{
    /// <summary>
    /// Offers one mail for some of its recipients. The answer has one entry for each of <paramref name="recipients"/>, by the text given.
    /// </summary>
    /// <param name="mail">The whole mail; its <c>To</c> names all its recipients, not only those of this attempt.</param>
    /// <param name="writtenAt">When its author finished it: the <c>Date</c>, the same at each attempt (RFC 5322 §3.6.1).</param>
    /// <param name="recipients">Those of the mail's recipients who still wait for it.</param>
    /// <exception cref="OperationCanceledException">Cancelled; whether it was accepted is then unknown.</exception>
    Task<IReadOnlyDictionary<string, DeliveryResult>> SendAsync(
        OutgoingMail mail, DateTimeOffset writtenAt, IReadOnlyList<string> recipients, CancellationToken cancellation);

    /// <summary>
    /// Nothing more is due for the moment: a connection kept for several mails is closed now. Does nothing where none is kept.
    /// </summary>
    Task EndBatchAsync(CancellationToken cancellation) => Task.CompletedTask;
}
