using Athena.Common.Notifications;
using Athena.Common.Notifications.Telegram;

namespace Athena.AutoDisable.Chat;

/// <summary>
/// Carries the messages of an outbox to the chat. Telegram has no key by which it would know a message that it is given twice; so one of
/// which nobody knows whether it arrived is said again with a word about it: what is critical had better be said twice than not at all.
/// </summary>
internal sealed class ChatTransport(ITelegram telegram, TimeProvider time) : IMailTransport
{
    /// <summary>While the chat takes nothing, the messages behind the first need not each find that out.</summary>
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(30);

    private readonly DateTimeOffset began = time.GetUtcNow();
    private readonly HashSet<string> unsure = [];
    private (DeliveryResult Why, DateTimeOffset Since, TimeSpan Pause)? closed;

    public async Task<IReadOnlyDictionary<string, DeliveryResult>> SendAsync(
        OutgoingMail mail, DateTimeOffset writtenAt, IReadOnlyList<string> recipients, CancellationToken cancellation)
    {
        var result = WhileClosed() ?? await OfferAsync(mail, mayBeKnown: writtenAt < began || unsure.Contains(mail.Key), cancellation).ConfigureAwait(false);
        return recipients.ToDictionary(recipient => recipient, _ => result);
    }

    private async Task<DeliveryResult> OfferAsync(OutgoingMail message, bool mayBeKnown, CancellationToken cancel)
    {
        var result = await TryAsync(ChatText.Rows(message, mayBeKnown), cancel).ConfigureAwait(false);
        if (result.MayHaveArrived) unsure.Add(message.Key);
        else if (result.Verdict == DeliveryVerdict.Accepted) unsure.Remove(message.Key);

        // Refused for itself, for ever; what keeps every message out somebody may put right, and the outbox is to go on trying.
        if (result is { Verdict: DeliveryVerdict.Permanent, RetryAfter: null }) return result;
        if (result.Verdict == DeliveryVerdict.Permanent) result = result with { Verdict = DeliveryVerdict.Transient };
        closed = result.Verdict == DeliveryVerdict.Accepted ? null : (result, time.GetUtcNow(), Longer(result.RetryAfter, LeastPause));
        return result;
    }

    /// <summary>A fault in what is said here must end neither the mails nor the gate.</summary>
    private async Task<DeliveryResult> TryAsync(TelegramText text, CancellationToken cancel)
    {
        try
        {
            return await telegram.SendAsync(text, isSilent: false, cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            // Its words may hold the token, which is in each address.
            return new DeliveryResult(DeliveryVerdict.Permanent, $"a fault of this program, please report it: {e.GetType().Name}");
        }
    }

    /// <summary>The last answer, while it still holds; a clock that was put back ends it.</summary>
    private DeliveryResult? WhileClosed() =>
        closed is { } last && time.GetUtcNow() - last.Since is var passed && passed >= TimeSpan.Zero && passed < last.Pause
            ? last.Why with { RetryAfter = last.Pause - passed }
            : null;

    private static TimeSpan Longer(TimeSpan? asked, TimeSpan least) => asked > least ? asked.Value : least;
}
