using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Notify.Documents;

namespace Athena.AutoDisable.Notify.Mails;

/// <summary>What keeps the daemon from its work, and that it is over.</summary>
internal sealed class TroubleMail(MailOptions options, Wording wording)
{
    public (string, MailDocument, IReadOnlyList<Attachment>?) Trouble(Letter letter)
    {
        var note = letter.Note!;
        var text = TroubleText.Of(note.Trouble!.Value, wording.SignInAt);
        if (letter.Kind == LetterKind.TroubleOver)
        {
            var lasted = EventRecorder.Duration(letter.At - note.Since!.Value);
            return ($"Resolved after {lasted}: {text.WellAgain}", new MailDocument(
                Sentence(text.WellAgain), Tone.Good, "RESOLVED",
                [
                    new MailBlock.Lead(Phrase.Of(
                        $"The problem is over after {lasted}, and nothing is left to do. Whoever signed up meanwhile is locked now or in a "
                        + "moment, and you are asked about each by mail.")),
                    new MailBlock.Facts(
                    [
                        ("Began", Phrase.Of(wording.Time(note.Since.Value))),
                        ("Ended", Phrase.Of(wording.Time(letter.At))),
                    ]),
                ],
                options.SmallPrint), null);
        }

        return ($"ACTION NEEDED: {text.Headline}", new MailDocument(
            Sentence(text.Headline), Tone.Critical, "ACTION NEEDED",
            [
                new MailBlock.Lead(Phrase.Of(text.Meaning)),
                new MailBlock.Buttons(new MailButton("Open Grafana", options.PublicUrl)),
                new MailBlock.Facts(
                [
                    ("Since", Phrase.Of(wording.Time(note.Since!.Value))),
                    .. options.Host is { } host ? [("Host", Phrase.Of(host))] : ((string, Phrase)[])[],
                    ("What happened", Phrase.Of(Stranger.Detail(note.Text))),
                    .. note.Alertmanager is { } why
                        ? [("Alertmanager", Phrase.Format($"Takes no alerts, so this comes by mail: {Stranger.Detail(why)}"))]
                        : ((string, Phrase)[])[],
                ]),
                new MailBlock.Heading("What to do"),
                new MailBlock.Paragraph(Phrase.Of(text.Remedy)),
                .. text.Remedy.Contains("restart the daemon", StringComparison.Ordinal)
                    ? (MailBlock[])[new MailBlock.Command("To restart the daemon", "sudo systemctl restart grafana-auto-disable")]
                    : [],
                new MailBlock.Command("To see whether it helped", "sudo grafana-auto-disable check"),
            ],
            options.SmallPrint), null);
    }

    private static string Sentence(string words) => char.ToUpperInvariant(words[0]) + words[1..];
}
