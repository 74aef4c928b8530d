using System.Globalization;
using Athena.AutoDisable.Accounts;
using Athena.Common.Notifications;
using Athena.Common.Notifications.Documents;

namespace Athena.AutoDisable.Mails;

/// <summary>People who were let in are disabled, and nobody was seen who did it.</summary>
internal sealed class FoundDisabledMail(MailOptions options)
{
    public (string, MailDocument, IReadOnlyList<Attachment>?) Write(LetterNote note)
    {
        var rows = (note.Text ?? "").Split('\n').Select(line => line.Split('\t')).Where(row => row.Length == 3).ToList();
        var one = note.Count == 1;
        var who = one ? "1 person who was let in is" : $"{note.Count.ToString(CultureInfo.InvariantCulture)} people who were let in are";
        var by = note.Decision is { By: var copy }
            ? Wording.Said($"Grafana's log says who it was: {new Stranger(copy, 90)}. It does not know whom you let in here.")
            : Phrase.Of("No line of Grafana's log says who did it. Another guard may be at work, such as an old timer that does not know whom you let in; or somebody changed Grafana's database.");
        List<MailBlock> blocks =
        [
            new MailBlock.Lead(Phrase.Of($"{who} disabled in Grafana now and cannot sign in.")),
            new MailBlock.Paragraph(by),
            new MailBlock.Table(["Who", "In commands"], [.. rows.Select(row => (IReadOnlyList<Phrase>)[Phrase.Of(new Stranger(row[0], 110)), Phrase.Of(row[1])])]),
        ];
        if (note.Count > rows.Count) blocks.Add(new MailBlock.Paragraph(Phrase.Of($"The first {rows.Count} of {note.Count} are shown; the audit has all.")));
        if (rows.Exists(row => row[2].Length > 0))
            blocks.Add(new MailBlock.Paragraph(Phrase.Of("Some of these accounts come from a directory or single sign-on: if they were removed there, Grafana disables them by itself and nothing is wrong.")));
        blocks.AddRange(
        [
            new MailBlock.Heading("What to do"),
            new MailBlock.Paragraph(Phrase.Of("Whoever is to work on, enable in Grafana, or by the command below. Then find who did it: an old timer that still runs (systemctl list-timers), a script, a second copy of the daemon (grafana-auto-disable check).")),
            new MailBlock.Button("Open the list in Grafana", options.UsersPage),
            new MailBlock.Command("To let one in again, on the Grafana host", rows.Count > 0 ? $"sudo grafana-auto-disable approve {rows[0][1]}" : "sudo grafana-auto-disable review"),
        ]);
        return ($"ACTION NEEDED: {who} disabled, and not by you", new MailDocument(
            one ? "Somebody who was let in is disabled" : "People who were let in are disabled", Tone.Critical, "ACTION NEEDED", blocks, Wording.SmallPrint), null);
    }
}
