using System.Globalization;
using Athena.AutoDisable.Chat;
using Athena.AutoDisable.Mails;
using Athena.Common.Notifications;
using Athena.Common.Notifications.Documents;
using Athena.Common.Notify;

namespace Athena.AutoDisable.Notify;

/// <summary>That one of the two ways to our people does not take what it is given, said by the other one. Pure.</summary>
internal sealed class SilenceNotices(MailOptions options)
{
    private const string Check = "sudo grafana-auto-disable check --send-test";

    private readonly Wording wording = new(options);

    /// <summary>For the chat: mails do not go out.</summary>
    public OutgoingMail OfMail(SilentChannel silence) => Message(
        silence.Key, $"ACTION NEEDED · {options.Brand.Name}: mails do not go out",
        [
            $"Since: {wording.ShortTime(silence.Since)}", Waiting(silence, "mail"), $"Why: {silence.Problem}",
            "They go out by themselves once that is put right.", $"{ChatText.Next}{Check}",
        ]);

    /// <summary>For the chat: they do again.</summary>
    public OutgoingMail OfMailOver(SilentChannel silence) => Message(
        $"{silence.Key}/over", $"WELL AGAIN · {options.Brand.Name}: mails go out again",
        ["What waited has been taken by the mail server."]);

    /// <summary>For the admins: the chat is silent.</summary>
    public OutgoingMail OfChat(SilentChannel silence)
    {
        MailDocument document = new("Telegram messages do not go out", Tone.Warning, "ACTION NEEDED",
            [
                new MailBlock.Lead(Phrase.Of("What is critical is said by mail alone until this is put right.")),
                new MailBlock.Facts(
                [
                    ("Since", Phrase.Of(wording.Time(silence.Since))),
                    ("Waiting", Phrase.Of(Waiting(silence, "message"))),
                    ("Why", Phrase.Of(new Stranger(silence.Problem, 600))),
                ]),
                new MailBlock.Command("To see whether it helped", Check),
            ],
            Wording.SmallPrint);
        return Mail(silence.Key, "ACTION NEEDED: Telegram messages do not go out", document, isUrgent: true);
    }

    /// <summary>For the admins: it is not any more.</summary>
    public OutgoingMail OfChatOver(SilentChannel silence) => Mail(
        $"{silence.Key}/over", "Well again: Telegram messages go out",
        new MailDocument(
            "Telegram messages go out", Tone.Good, "WELL AGAIN",
            [new MailBlock.Lead(Phrase.Of("What waited has been taken by Telegram."))], Wording.SmallPrint),
        isUrgent: false);

    /// <summary>For the chat: one of the admins gets no mail.</summary>
    public OutgoingMail OfLost(string key, DeliveryReport report) => Message(
        key, $"ACTION NEEDED · {options.Brand.Name}: {report.Recipient} gets no mail",
        [$"Why: {report.Detail}", "Nothing is tried for this address again until the next mail. Correct MAIL_TO, or make the address.", $"{ChatText.Next}{Check}"]);

    /// <summary>For the other admins; null when there are none.</summary>
    public OutgoingMail? OfLostToOthers(string key, DeliveryReport report)
    {
        IReadOnlyList<string> others = [.. options.To.Where(to => !to.Equals(report.Recipient, StringComparison.OrdinalIgnoreCase))];
        if (others.Count == 0) return null;
        MailDocument document = new("One of you gets no mail", Tone.Warning, "ACTION NEEDED",
            [
                new MailBlock.Lead(Phrase.Of("The mail server does not know one of the addresses in MAIL_TO, so whoever is meant hears of nothing. Correct MAIL_TO, or make the address.")),
                new MailBlock.Facts([("Address", Phrase.Of(new Stranger(report.Recipient, 200))), ("Why", Phrase.Of(new Stranger(report.Detail, 600)))]),
                new MailBlock.Command("To see whether it helped", Check),
            ],
            Wording.SmallPrint);
        return Mail(key, "ACTION NEEDED: one of you gets no mail", document, isUrgent: false) with { Recipients = others };
    }

    private static OutgoingMail Message(string key, string subject, IReadOnlyList<string> lines) =>
        new(key, [ChatText.Chat], subject, string.Join('\n', lines), Html: null, IsUrgent: true);

    private OutgoingMail Mail(string key, string subject, MailDocument document, bool isUrgent) =>
        new(key, options.To, subject, document.ToText(options.Brand), document.ToHtml(options.Brand), "channels", isUrgent);

    private static string Waiting(SilentChannel silence, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{silence.Waiting} {what}{(silence.Waiting == 1 ? "" : "s")} not sent yet");
}
