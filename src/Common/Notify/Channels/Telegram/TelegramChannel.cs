using Athena.Common.Checks;

namespace Athena.Common.Notify.Channels.Telegram;

/// <summary>
/// A chat. Telegram has no key by which it would know a message that it is given twice; so one of which nobody knows whether it arrived is
/// said again with a word about it: what is critical had better be said twice than not at all.
/// </summary>
/// <param name="telegram">The way to it; disposed of with the channel if it can be.</param>
public sealed class TelegramChannel(ITelegram telegram) : INotificationChannel
{
    public const string ChannelName = "Telegram";

    /// <summary>Where its messages wait, in the state directory.</summary>
    public const string Folder = "chat";

    /// <summary>Before a command. No other line begins with what a stranger chose, so none can pretend to be one.</summary>
    public const string Next = "Next: ";

    /// <inheritdoc/>
    public string Name => ChannelName;

    /// <inheritdoc/>
    public string Unit => "Telegram message";

    /// <inheritdoc/>
    public bool IsOneRoom => true;

    /// <summary>A heading, and lines below it; one that begins with <see cref="Next"/> is a command.</summary>
    public static TelegramText Brief(string heading, IEnumerable<string> lines) => new(
    [
        new TelegramRow([new TelegramSpan(heading, TelegramStyle.Bold)]),
        .. lines.Select(line => line.StartsWith(Next, StringComparison.Ordinal)
            ? new TelegramRow([new TelegramSpan(Next), new TelegramSpan(line[Next.Length..], TelegramStyle.Code)])
            : Row(line)),
    ]);

    /// <summary>As it is offered.</summary>
    public static TelegramText TextOf(DeliveryAttempt attempt)
    {
        var message = attempt.Message;

        // Up to November 2026 a message was kept without its rows.
        var rows = message.Rows ?? Brief(message.Subject, message.Text.Split('\n')).Rows;
        return new TelegramText(attempt.MayHaveArrived
            ? [rows[0], Row("Perhaps said before: it is not known whether it arrived then."), .. rows.Skip(1)]
            : rows);
    }

    /// <summary>A message of these rows.</summary>
    public static OutgoingMessage MessageOf(string key, TelegramText text, bool isSilent) => new(
        key, [ChannelName], Plain(text.Rows[0]), string.Join('\n', text.Rows.Skip(1).Select(Plain)), Html: null, IsUrgent: true)
    {
        Rows = text.Rows,
        IsSilent = isSilent,
    };

    /// <inheritdoc/>
    public OutgoingMessage? Write(Notification notification) =>
        notification.Brief is { Rows.Count: > 0 } brief ? MessageOf(notification.Key, brief, notification.Severity == Severity.Info) : null;

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, DeliveryResult>> SendAsync(DeliveryAttempt attempt, CancellationToken cancellation)
    {
        var result = await TryAsync(TextOf(attempt), attempt.Message.IsSilent, cancellation).ConfigureAwait(false);
        return attempt.Recipients.ToDictionary(recipient => recipient, _ => result);
    }

    /// <inheritdoc/>
    public async Task<bool> CheckAsync(CheckReport report, Notification? test, CancellationToken cancellation)
    {
        bool isGood = await telegram.LookAsync(report, cancellation).ConfigureAwait(false);
        if (!isGood || test?.Brief is not { } text)
            return isGood;
        var result = await telegram.SendAsync(text, isSilent: false, cancellation).ConfigureAwait(false);
        if (result.Verdict == DeliveryVerdict.Accepted)
            report.Ok($"Test message: {result.Detail}");
        else
            report.Fail($"Test message: {result.Detail}", "See what it names.");
        return result.Verdict == DeliveryVerdict.Accepted;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        (telegram as IDisposable)?.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>A fault in what is said here must end neither the other channels nor the daemon.</summary>
    private async Task<DeliveryResult> TryAsync(TelegramText text, bool isSilent, CancellationToken cancellation)
    {
        try
        {
            return await telegram.SendAsync(text, isSilent, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            // Its words may hold the token, which is in each address.
            return new DeliveryResult(DeliveryVerdict.Permanent, $"a fault of this program, please report it: {e.GetType().Name}");
        }
    }

    private static TelegramRow Row(string text) => new([new TelegramSpan(text)]);

    private static string Plain(TelegramRow row) => string.Concat(row.Spans.Select(span => span.Text));
}
