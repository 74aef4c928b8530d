namespace Athena.Common.Notifications.Smtp;

/// <summary>
/// Hands mails to one server. Keeps its session for the mails of a batch, and does not knock again in that batch once the server could
/// not be reached or refused the login: a storm of mails is one connection, and one failed login.
/// </summary>
/// <param name="trace">Gets each line of the dialogue with secrets masked, <c>C: …</c> and <c>S: …</c>; null for none.</param>
public sealed class SmtpTransport(SmtpSettings settings, TimeProvider time, byte[]? logo = null, Action<string>? trace = null)
    : IMailTransport, IAsyncDisposable
{
    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, DeliveryResult>> SendAsync(
        OutgoingMail mail, DateTimeOffset writtenAt, IReadOnlyList<string> recipients, CancellationToken cancellation) =>
        throw new NotImplementedException($"{settings}{time}{logo}{trace}");

    /// <inheritdoc/>
    public Task EndBatchAsync(CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Connects, protects, signs in, and leaves: for <c>check</c>. Sends no mail.</summary>
    public Task<LoginCheck> TestLoginAsync(CancellationToken cancellation) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
