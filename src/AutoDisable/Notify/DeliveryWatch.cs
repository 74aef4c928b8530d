using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Athena.AutoDisable.Notify.Mails;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Delivery;

namespace Athena.AutoDisable.Notify;

/// <summary>
/// Writes down what becomes of what we send, and sees that somebody hears of it when one of the ways to our people is closed.
/// </summary>
/// <param name="outbox">The one that is watched.</param>
internal sealed class DeliveryWatch(EventRecorder eventRecorder, LostRecipients lost, SilenceNotices notices, Func<Outbox> outbox)
    : IDeliveryWatch
{
    public void Changed(DeliveryReport report)
    {
        eventRecorder.Delivery(report);
        lost.Take(report);
    }

    public void Trouble(INotificationChannel channel, string sentence) => eventRecorder.DeliveryTrouble(channel.Name, sentence);

    public void Silent(INotificationChannel channel, SilentChannel silence) =>
        outbox().Put(notices.Began(channel, silence), except: channel);

    /// <summary>Whoever has not heard of it need not hear that it is over.</summary>
    public void Over(INotificationChannel channel, SilentChannel silence) =>
        outbox().PutEnd(silence.Key, notices.Over(channel, silence), except: channel);
}

/// <summary>
/// Those of our people whom the mail server does not know: nothing is tried for them again, so that it is said once to whoever can still be
/// told, the others and the chat, and <c>status</c> shows it until a mail is taken for them. Safe for concurrent use.
/// </summary>
/// <param name="outbox">Of which it takes the reports.</param>
internal sealed class LostRecipients(SilenceNotices notices, Func<IOutbox> outbox)
{
    private readonly ConcurrentDictionary<string, string> lost = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Recipient and what the server said; empty when all of them get theirs.</summary>
    public IReadOnlyDictionary<string, string> Present => lost;

    public void Take(DeliveryReport report)
    {
        if (!report.IsMail || ApplicantKeys.Has(report.Key)) return;
        if (report.Verdict == DeliveryVerdict.Accepted) lost.TryRemove(report.Recipient, out _);
        if (report.Verdict != DeliveryVerdict.Permanent) return;
        lost[report.Recipient] = report.Detail;

        // The outbox knows a key for a month, so that neither a restart nor the next mail says it again.
        var key = "lost/" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(report.Recipient)).AsSpan(0, 6));
        outbox().Put(notices.OfLost(key, report));
        if (notices.OfLostToOthers(key, report) is { } mail) outbox().Put(mail);
    }
}
