using Athena.AutoDisable.Accounts;
using Athena.Common.Notifications;
using Athena.Common.Notifications.Documents;

namespace Athena.AutoDisable.Mails;

/// <summary>After the first look with a memory out of a backup: whom that locked or admitted, and what nobody knows any more.</summary>
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
            ("Locked now", Wording.Said($"{note.Count} (you are asked about each; whoever was approved, approve again)")),
        ];
        if (word.Reason.Length > 0)
            facts.Add(("Admitted", Wording.Said($"{new Stranger(note.Text, 2000)} (made before {wording.Time(word.At)}, and enabled; until then the gate was at work, says who restored it)")));
        IReadOnlyList<MailBlock> blocks =
        [
            new MailBlock.Lead(Phrase.Of($"The memory of the gate was restored from a backup of {backup}. What was decided after that is not known to it; please look over this once.")),
            new MailBlock.Facts(facts),
            new MailBlock.Heading("What you may have to do again"),
            new MailBlock.Paragraph(Phrase.Of("Approve those who were approved after the backup and are locked now. Whoever waited at the time of the backup and is enabled now stays enabled; a mail says so of each.")),
            new MailBlock.Paragraph(Phrase.Of("Accounts that were rejected after the backup and not deleted wait for a decision again, or count as admitted, if they were before; they are disabled in Grafana as before. Access that was given for a time after the backup has no end any more: give it again with approve --until.")),
            new MailBlock.Button("Open the list in Grafana", options.UsersPage),
            new MailBlock.Command("Who waits, on the Grafana host", "sudo grafana-auto-disable pending"),
            new MailBlock.Command("Who has access, and by whose word", "sudo grafana-auto-disable review"),
        ];
        return ($"The gate was restored from a backup: {(note.Count == 1 ? "1 account is" : $"{note.Count.ToString(System.Globalization.CultureInfo.InvariantCulture)} accounts are")} locked by it",
            new MailDocument("The gate works with a memory out of a backup", Tone.Warning, "PLEASE LOOK", blocks, Wording.SmallPrint), null);
    }
}
