using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Notify.Documents;

namespace Athena.AutoDisable.Notify.Mails;

/// <summary>What keeps the daemon from its work, and that it is over.</summary>
internal sealed class TroubleMail(Wording wording)
{
    public (string, MailDocument, IReadOnlyList<Attachment>?) Trouble(Letter letter)
    {
        var note = letter.Note!;
        var text = TroubleText.Of(note.Trouble!.Value, wording.SignInAt);
        if (letter.Kind == LetterKind.TroubleOver)
        {
            var lasted = EventRecorder.Duration(letter.At - note.Since!.Value);
            return ($"Well again after {lasted}: {text.WellAgain}", new MailDocument(
                Sentence(text.WellAgain), Tone.Good, "WELL AGAIN",
                [
                    new MailBlock.Lead(Phrase.Of(
                        $"What was wrong is over after {lasted}. Whoever opened an account meanwhile is locked now or in a moment, and "
                        + "you are told of each by mail, of several in one.")),
                    new MailBlock.Facts(
                    [
                        ("Began", Phrase.Of(wording.Time(note.Since.Value))),
                        ("Ended", Phrase.Of(wording.Time(letter.At))),
                    ]),
                ],
                Wording.SmallPrint), null);
        }

        return ($"ACTION NEEDED: {text.Headline}", new MailDocument(
            Sentence(text.Headline), Tone.Critical, "ACTION NEEDED",
            [
                new MailBlock.Lead(Phrase.Of(text.Meaning)),
                new MailBlock.Facts(
                [
                    ("Since", Phrase.Of(wording.Time(note.Since!.Value))),
                    ("What was seen", Phrase.Of(Stranger.Detail(note.Text))),
                ]),
                new MailBlock.Heading("What to do"),
                new MailBlock.Paragraph(Phrase.Of(text.Remedy)),
                new MailBlock.Command("To see whether it helped", "sudo grafana-auto-disable check"),
            ],
            Wording.SmallPrint), null);
    }

    private static string Sentence(string words) => char.ToUpperInvariant(words[0]) + words[1..];
}
