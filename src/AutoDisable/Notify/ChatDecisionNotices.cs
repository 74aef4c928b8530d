using Athena.AutoDisable.Notify.Mails;
using Athena.Common.Notify;
using Athena.Common.Notify.Documents;

namespace Athena.AutoDisable.Notify;

/// <summary>What the admins are told by mail about the buttons in the chat. Pure.</summary>
internal sealed class ChatDecisionNotices(MailOptions options)
{
    private readonly Wording wording = new(options);

    /// <summary>Somebody pressed one who may not.</summary>
    /// <param name="key">The mail's.</param>
    /// <param name="user">Their Telegram id.</param>
    /// <param name="name">As they call themselves.</param>
    /// <param name="why">Why they may not.</param>
    public Notification Refused(string key, string user, string name, string why)
    {
        var document = new MailDocument("Somebody pressed a button in the chat", Tone.Warning, "LOOK AT THIS",
            [
                new MailBlock.Lead(Phrase.Of(
                    "Somebody pressed a button about an account in the Telegram chat who may not decide. Nothing was done.")),
                new MailBlock.Facts(
                [
                    ("Telegram id", Phrase.Of(user)),
                    ("Calls themselves", Phrase.Of(new Stranger(name, 40))),
                    ("Refused because", Phrase.Of(why)),
                ]),
                new MailBlock.Paragraph(Phrase.Of(
                    "If it is one of you: put the id into DECISION_TELEGRAM_USER_IDS in /etc/default/grafana-auto-disable and restart the "
                    + "daemon. If it is not, look at who is in the chat. Said once a day for each person.")),
            ],
            options.SmallPrint);
        return Notice(key, $"Telegram: somebody pressed a button who may not (id {user})", document, Severity.Warning);
    }

    /// <summary>The chat does not take the messages, or does not tell what is pressed.</summary>
    public Notification Broken(SilentChannel silence)
    {
        var document = new MailDocument("Nobody can decide in the chat", Tone.Warning, "ACTION NEEDED",
            [
                new MailBlock.Lead(Phrase.Of("Decide in Grafana, or by the mails, until this is put right.")),
                new MailBlock.Facts(
                [
                    ("Since", Phrase.Of(wording.Time(silence.Since))),
                    .. options.Host is { } host ? [("Host", Phrase.Of(host))] : ((string, Phrase)[])[],
                    ("Why", Phrase.Of(Stranger.Detail(silence.Problem))),
                ]),
                new MailBlock.Command("To see whether it helped", "sudo grafana-auto-disable check"),
            ],
            options.SmallPrint);
        return Notice($"chat-decisions/{silence.Key}", $"ACTION NEEDED: {document.Title.ToLowerInvariant()}", document, Severity.Warning);
    }

    /// <summary>They can again.</summary>
    public Notification Well(SilentChannel silence) => Notice(
        $"chat-decisions/{silence.Key}/over", "Resolved: the buttons in the chat work",
        new MailDocument("The buttons in the chat work", Tone.Good, "RESOLVED",
            [new MailBlock.Lead(Phrase.Of("Nothing has to be done. The messages there show what waits now."))], options.SmallPrint),
        Severity.Warning);

    private Notification Notice(string key, string subject, MailDocument document, Severity severity) =>
        new(key, options.To, subject, document, options.Brand) { Severity = severity, Thread = "channels" };
}
