using System.Globalization;
using Athena.AutoDisable.State;
using Athena.Common.Notify.Documents;

namespace Athena.AutoDisable.Notify.Mails;

/// <summary>After the first look of a daemon that was restored: whom that locked or admitted, and what nobody knows any more.</summary>
internal sealed class RestoredMail(MailOptions options, Wording wording)
{
    public (string, MailDocument, IReadOnlyList<Attachment>?) Write(LetterNote note)
    {
        var backup = wording.Time(note.Since!.Value);
        var word = note.Decision!;
        List<(string, Phrase)> facts =
        [
            ("Backup of", Phrase.Of(backup)),
            ("Restored by", Phrase.Of(new Stranger(word.By, 60))),
            ("Locked now", Phrase.Format($"{note.Count} (you are asked about each; whoever was approved, approve again)")),
        ];
        if (word.Reason.Length > 0)
            facts.Add(
                ("Admitted", Phrase.Format(
                    $"{new Stranger(note.Text, 2000)} (created before {wording.Time(word.At)}, and enabled; new accounts were locked until "
                    + $"then, as whoever restored it said)")));
        IReadOnlyList<MailBlock> blocks =
        [
            new MailBlock.Lead(Phrase.Of(
                $"The daemon was restored from a backup of {backup}, and decisions made after that are lost. Please re-check them once: "
                + "approve again whoever was approved after it and is locked now.")),
            wording.OpenList(),
            new MailBlock.Command("Who is waiting, on the Grafana host", "sudo grafana-auto-disable pending"),
            new MailBlock.Facts(facts),
            new MailBlock.Heading("What else to know"),
            new MailBlock.Paragraph(Phrase.Of(
                "Whoever was waiting at the time of the backup and is enabled now stays enabled; a mail says so of each.")),
            new MailBlock.Paragraph(Phrase.Of(
                "Accounts that were rejected after the backup and not deleted wait for approval again, or count as approved, if they were "
                + "before; they are disabled in Grafana as before. Temporary access that was given after the backup has no end any more: "
                + "give it again with approve --until.")),
            new MailBlock.Command("Who has access, and who approved it", "sudo grafana-auto-disable review"),
        ];
        var locked = note.Count == 1 ? "1 account was" : $"{note.Count.ToString(CultureInfo.InvariantCulture)} accounts were";
        return ($"Restored from a backup, please re-check: {locked} locked",
            new MailDocument(
                $"Restored from a backup of {backup}: please re-check approvals", Tone.Warning, "PLEASE CHECK", blocks, options.SmallPrint),
            null);
    }
}
