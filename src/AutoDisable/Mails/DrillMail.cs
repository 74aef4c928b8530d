using Athena.AutoDisable.Drills;
using Athena.Common.Notifications;
using Athena.Common.Notifications.Documents;

namespace Athena.AutoDisable.Mails;

/// <summary>The mail that a drill is about: that it can be read proves that mails arrive.</summary>
internal sealed class DrillMail(MailOptions options, Wording wording)
{
    public OutgoingMail Write(string key, DrillRun run)
    {
        var took = DrillText.Seconds(run.TimeToLock);
        var document = new MailDocument("This was a drill", Tone.Good, "DRILL",
            [
                new MailBlock.Lead(Wording.Said($"Locked after {took}. Nothing has to be done.")),
                new MailBlock.Paragraph(Phrase.Of("The daemon made a throw-away account in Grafana, found it on the way on which it finds every new account, disabled it, read back that this is so, and deletes it. That you read this proves the last step: its mails arrive.")),
                new MailBlock.Facts(
                [
                    ("Begun by", Phrase.Of(new Stranger(run.By, 80))),
                    ("Account made", Phrase.Of(wording.Time(run.MadeAt ?? run.BegunAt))),
                    ("Locked after", Phrase.Of($"{took}, from Grafana's answer that it is made to its answer that it is disabled")),
                    ("Login", Phrase.Of(run.Login)),
                ]),
                new MailBlock.Command("When the last drill was and how it ended, on the Grafana host", "sudo grafana-auto-disable status"),
            ],
            "Sent by grafana-auto-disable to the addresses named in DRILL_TO.");
        return new OutgoingMail(key, options.DrillTo, $"Drill: locked after {took}, nothing to do", document.ToText(options.Brand), document.ToHtml(options.Brand), "drills");
    }
}
