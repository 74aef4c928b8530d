using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Athena.Common.Notify;
using Athena.Compliance.Evidence;

namespace Athena.Compliance.Notify.Mails;

/// <summary>What programs are told of the reports. Pure.</summary>
internal static class ReportEvents
{
    /// <param name="id">The hour's, see <see cref="WindowEvidence.Id"/>.</param>
    public static NotificationEvent Sent(string id) =>
        new(EventType.ReportSent, $"report/{id}", "a compliance report was sent") { Report = id };

    /// <summary>Hours that cannot be seen for one cause are one matter.</summary>
    public static NotificationEvent NotSeen(WindowEvidence evidence) =>
        new(
            EventType.ReportNotSeen,
            evidence.NotSeen is { } series ? KeyOf(series) : $"hour/{evidence.Id}",
            "an hour could not be seen, there is no report of it")
        {
            Report = evidence.Id,
            Since = evidence.NotSeen?.Since ?? evidence.Window.From,

            // What belongs to no series is told of once, and nobody says that it is over.
            Action = evidence.NotSeen is null ? EventAction.Note : EventAction.Open,
        };

    /// <summary>One for each cause that is over.</summary>
    public static IReadOnlyList<NotificationEvent> SeenAgain(WindowEvidence evidence) =>
    [
        .. evidence.SeenAgain.Select(series =>
            new NotificationEvent(EventType.ReportSeenAgain, KeyOf(series), "the log is complete again")
            {
                Report = evidence.Id,
                Since = series.Since,
            }),
    ];

    /// <summary>Something in the set-up is to be put right.</summary>
    public static NotificationEvent ToPutRight(string warning) =>
        new(EventType.TroubleBegan, KeyOf(warning), "something in the set-up of the compliance reports is to be put right")
        {
            Kind = "Setup",
        };

    /// <summary>It was put right.</summary>
    public static NotificationEvent PutRight(string warning) =>
        new(EventType.TroubleEnded, KeyOf(warning), "what was to be put right in the set-up of the compliance reports is put right")
        {
            Kind = "Setup",
        };

    /// <summary>Reports do not go out.</summary>
    public static NotificationEvent Waiting(SilentChannel silence) =>
        new(EventType.TroubleBegan, silence.Key, "compliance reports are not taken by the mail server")
        {
            Kind = "MailSilent",
            Since = silence.Since,
        };

    /// <summary>They went out.</summary>
    public static NotificationEvent Taken(SilentChannel silence) =>
        new(EventType.TroubleEnded, silence.Key, "compliance reports are taken by the mail server again")
        {
            Kind = "MailSilent",
            Since = silence.Since,
        };

    /// <summary>One of those who get the reports will never get this one.</summary>
    public static NotificationEvent Lost(string recipient) =>
        new(EventType.TroubleBegan, $"undelivered/{recipient}", "a compliance report does not reach one of its recipients")
        {
            Kind = "RecipientLost",
            Action = EventAction.Note,
        };

    private static string KeyOf(NotSeenSeries series) => string.Create(
        CultureInfo.InvariantCulture, $"not-seen/{series.Since.ToUnixTimeSeconds()}/{Hash(series.Cause)}");

    private static string KeyOf(string warning) => $"setup/{Hash(warning)}";

    /// <summary>A warning may name somebody.</summary>
    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 6));
}
