using Athena.Common.Checks;

namespace Athena.Common.Notify.Channels.Webhook;

/// <summary>
/// Posts events as JSON to one address, for programs. The other side knows by the header <c>webhook-id</c> what it was given twice, so what
/// may have arrived is posted again as it was.
/// </summary>
public sealed class WebhookChannel(WebhookSettings settings, TimeProvider time) : INotificationChannel
{
    public const string ChannelName = "Webhook";

    /// <summary>Where its messages wait, in the state directory.</summary>
    public const string Folder = "webhook";

    private readonly WebhookConnection connection = new(settings, time);

    /// <inheritdoc/>
    public string Name => ChannelName;

    /// <inheritdoc/>
    public string Unit => "webhook message";

    /// <inheritdoc/>
    public bool IsOneRoom => true;

    /// <inheritdoc/>
    public bool IsForPrograms => true;

    /// <inheritdoc/>
    public OutgoingMessage? Write(Notification notification) => notification.Events is [var told]
        ? new OutgoingMessage(
            notification.Key, [ChannelName], EventTypes.NameOf(told.Type), WebhookBody.DataOf(notification, told, settings), Html: null)
        : null;

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, DeliveryResult>> SendAsync(DeliveryAttempt attempt, CancellationToken cancellation)
    {
        byte[] body = WebhookBody.Of(attempt.Message, attempt.PutAt);
        var result = await connection.PostAsync(WebhookBody.IdOf(attempt.Message.Key, settings), body, cancellation).ConfigureAwait(false);
        return attempt.Recipients.ToDictionary(recipient => recipient, _ => result);
    }

    /// <inheritdoc/>
    public async Task<bool> CheckAsync(CheckReport report, Notification? test, CancellationToken cancellation)
    {
        if (await connection.LookAsync(cancellation).ConfigureAwait(false) is { } problem)
        {
            report.Fail($"Webhook: {problem}", "Put right what it names; what waits goes out by itself then.");
            return false;
        }

        report.Ok(
            $"Webhook: {settings.Place} answers; events go there {(settings.TellsNames ? "with" : "without")} names, signed with "
            + (settings.Secrets.Count == 1 ? "one secret" : "two secrets"));
        if (test is null || Write(test) is not { } message)
            return true;
        var result = (await SendAsync(new DeliveryAttempt(message, time.GetUtcNow(), message.Recipients), cancellation)
            .ConfigureAwait(false))[ChannelName];
        if (result.Verdict == DeliveryVerdict.Accepted)
            report.Ok($"Test event: {result.Detail}");
        else
            report.Fail($"Test event: {result.Detail}", "Do what it names; the receiver's own log may say more.");
        return result.Verdict == DeliveryVerdict.Accepted;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        connection.Dispose();
        return ValueTask.CompletedTask;
    }
}
