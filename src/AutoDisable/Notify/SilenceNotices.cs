using System.Globalization;
using Athena.AutoDisable.Notify.Mails;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Notify.Documents;

namespace Athena.AutoDisable.Notify;

/// <summary>That one of the ways to our people does not take what it is given, to be said by the others. Pure.</summary>
internal sealed class SilenceNotices(MailOptions options)
{
    private const string Check = "sudo grafana-auto-disable check --send-test";
    private const string Next = TelegramChannel.Next + Check;

    private readonly Wording wording = new(options);

    /// <summary>What waits there does not go out.</summary>
    public Notification Began(INotificationChannel silent, SilentChannel silence)
    {
        var waiting = Waiting(silence, silent.Name == MailChannel.ChannelName ? "mail" : "message");
        MailDocument document = new(Sentence($"{silent.Unit}s do not go out"), Tone.Warning, "ACTION NEEDED",
            [
                new MailBlock.Lead(Phrase.Of(silent.Name == TelegramChannel.ChannelName
                    ? "What is critical is said by mail alone until this is put right."
                    : "They go out by themselves once that is put right.")),
                new MailBlock.Facts(
                [
                    ("Since", Phrase.Of(wording.Time(silence.Since))),
                    .. options.Host is { } host ? [("Host", Phrase.Of(host))] : ((string, Phrase)[])[],
                    ("Waiting", Phrase.Of(waiting)),
                    ("Why", Phrase.Of(Stranger.Detail(silence.Problem))),
                ]),
                new MailBlock.Command("To see whether it helped", Check),
            ],
            options.SmallPrint);
        return Notice(
            silence.Key, $"ACTION NEEDED: {document.Title}", document, silent.IsForPrograms ? Severity.Warning : Severity.Critical) with
        {
            Events = [Told(EventType.TroubleBegan, silent, silence, "do not go out")],
            Brief = TelegramChannel.Brief($"ACTION NEEDED · {options.Brand.Called}: {silent.Unit}s do not go out",
            [
                $"Since: {wording.ShortTime(silence.Since)}", waiting, $"Why: {silence.Problem}",
                "They go out by themselves once that is put right.", Next,
            ]),
        };
    }

    /// <summary>It does again.</summary>
    public Notification Over(INotificationChannel silent, SilentChannel silence)
    {
        var taken = $"What waited has been taken by {(silent.Name == MailChannel.ChannelName ? "the mail server" : silent.Name)}.";
        MailDocument document = new(
            Sentence($"{silent.Unit}s go out"), Tone.Good, "RESOLVED", [new MailBlock.Lead(Phrase.Of(taken))], options.SmallPrint);
        return Notice($"{silence.Key}/over", $"Resolved: {document.Title}", document, Severity.Warning) with
        {
            Events = [Told(EventType.TroubleEnded, silent, silence, "go out again")],
            Brief = TelegramChannel.Brief($"RESOLVED · {options.Brand.Called}: {silent.Unit}s go out again", [taken]),
        };
    }

    /// <summary>By the other channels: one of the admins gets no mail.</summary>
    public Notification OfLost(string key, DeliveryReport report) => Lost(key, report) with
    {
        Recipients = [],
        Severity = Severity.Critical,
        Events =
        [
            new NotificationEvent(EventType.TroubleBegan, key, "one of those who decide gets no mail")
            {
                Kind = "RecipientLost",
                Action = EventAction.Note,
            },
        ],
        Brief = TelegramChannel.Brief($"ACTION NEEDED · {options.Brand.Called}: {report.Recipient} gets no mail",
            [
                $"Why: {report.Detail}",
                "Nothing is tried for this address again until the next mail. Correct MAIL_TO, or make the address.",
                Next,
            ]),
    };

    /// <summary>For the other admins; null when there are none.</summary>
    public Notification? OfLostToOthers(string key, DeliveryReport report)
    {
        IReadOnlyList<string> others = [.. options.To.Where(to => !to.Equals(report.Recipient, StringComparison.OrdinalIgnoreCase))];
        return others.Count == 0 ? null : Lost(key, report) with { Recipients = others };
    }

    private Notification Lost(string key, DeliveryReport report)
    {
        MailDocument document = new("One of you gets no mail", Tone.Warning, "ACTION NEEDED",
            [
                new MailBlock.Lead(Phrase.Of(
                    "The mail server does not know one of the addresses in MAIL_TO, so whoever is meant hears of nothing. Correct "
                    + "MAIL_TO, or make the address.")),
                new MailBlock.Facts(
                [
                    ("Address", Phrase.Of(new Stranger(report.Recipient, 200))),
                    ("Why", Phrase.Of(Stranger.Detail(report.Detail))),
                ]),
                new MailBlock.Command("To see whether it helped", Check),
            ],
            options.SmallPrint);
        return Notice(key, "ACTION NEEDED: one of you gets no mail", document, Severity.Warning);
    }

    private Notification Notice(string key, string subject, MailDocument document, Severity severity) =>
        new(key, options.To, subject, document, options.Brand) { Severity = severity, Thread = "channels" };

    private static NotificationEvent Told(EventType type, INotificationChannel silent, SilentChannel silence, string what) =>
        new(type, silence.Key, $"{silent.Unit}s {what}") { Kind = $"{silent.Name}Silent", Since = silence.Since };

    private static string Sentence(string words) => char.ToUpperInvariant(words[0]) + words[1..];

    private static string Waiting(SilentChannel silence, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{silence.Waiting} {what}{(silence.Waiting == 1 ? "" : "s")} not sent yet");
}
