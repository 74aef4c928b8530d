using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Delivery;
using Athena.Compliance.Evidence;
using Athena.Compliance.Notify.Mails;
using Athena.Compliance.Telemetry;

namespace Athena.Compliance.Notify;

/// <summary>
/// Writes down what becomes of the mails. That reports do not reach those whom they are for is told to our own people, whose mail server
/// may well take what theirs does not.
/// </summary>
internal sealed class UndeliveredReports(Func<IOutbox> outbox, EventRecorder eventRecorder, ReportOptions options, TimeProvider time)
    : IDeliveryWatch
{
    private readonly OpsMail mails = new(options);

    /// <summary>Mails for those who get the reports; those to our own people would only tell of themselves.</summary>
    public static bool Counts(string key) =>
        key.StartsWith("report/", StringComparison.Ordinal) || key.StartsWith("summary/", StringComparison.Ordinal);

    /// <summary>They wait.</summary>
    public void Silent(INotificationChannel channel, SilentChannel silence)
    {
        var isMail = !channel.IsForPrograms;
        var what = isMail
            ? $"mail{(silence.Waiting == 1 ? "" : "s")} to those who get the reports"
            : $"{channel.Unit}{(silence.Waiting == 1 ? "" : "s")}";
        outbox().Put(mails.WriteWarnings(
            silence.Key,
            [
                string.Create(CultureInfo.InvariantCulture,
                    $"{silence.Waiting} {what} could not be handed over since "
                    + $"{options.Zone.Minute(silence.Since)}: {silence.Problem}. They go out by themselves once that is "
                    + $"put right."),
            ],
            time.GetUtcNow(),
            isMail ? [ReportEvents.Waiting(silence)] : []));
    }

    /// <summary>They have gone out: what our own people have not been told yet, they need not hear any more.</summary>
    public void Over(INotificationChannel channel, SilentChannel silence)
    {
        outbox().Withdraw($"warning/{silence.Key}");
        if (!channel.IsForPrograms)
            outbox().Put(Notification.ForPrograms($"{silence.Key}/over", ReportEvents.Taken(silence), options.Brand));
    }

    public void Trouble(INotificationChannel channel, string sentence) => eventRecorder.MailTrouble(sentence);

    /// <summary>One of those who get the reports will never get this one; said once for each of them.</summary>
    public void Changed(DeliveryReport report)
    {
        eventRecorder.Delivery(report);
        if (!report.IsMail || !Counts(report.Key)) return;
        if (report.Verdict == DeliveryVerdict.Accepted && IdOf(report.Key) is { } id)
            outbox().Put(Notification.ForPrograms($"{report.Key}/sent", ReportEvents.Sent(id), options.Brand));
        if (report is { Verdict: not DeliveryVerdict.Permanent, GaveUp: false }) return;
        var recipient = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(report.Recipient)).AsSpan(0, 6));
        outbox().Put(mails.WriteWarnings(
            $"undelivered/{recipient}", [$"The mail {report.Key} will not reach {report.Recipient}: {report.Detail}. Look at REPORT_TO."],
            time.GetUtcNow(),
            ReportEvents.Lost(recipient)));
    }

    /// <summary>The hour of which a report tells; null where it is a summary.</summary>
    private static string? IdOf(string key) =>
        key.Split('/') is ["report", var id, ..] && WindowEvidence.EndOf(id) is not null ? id : null;
}
