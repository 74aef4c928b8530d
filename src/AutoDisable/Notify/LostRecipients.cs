using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Athena.AutoDisable.Notify.Mails;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Notify.Delivery;

namespace Athena.AutoDisable.Notify;

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
        if (report.Channel != MailChannel.ChannelName || ApplicantKeys.Has(report.Key)) return;
        if (report.Verdict == DeliveryVerdict.Accepted) lost.TryRemove(report.Recipient, out _);
        if (report.Verdict != DeliveryVerdict.Permanent) return;
        lost[report.Recipient] = report.Detail;

        // The outbox knows a key for a month, so that neither a restart nor the next mail says it again.
        var key = "lost/" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(report.Recipient)).AsSpan(0, 6));
        outbox().Put(notices.OfLost(key, report));
        if (notices.OfLostToOthers(key, report) is { } mail) outbox().Put(mail);
    }
}
