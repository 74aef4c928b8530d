using System.Globalization;
using Athena.AutoDisable.State;
using Athena.Common.Grafana.Copies;
using Athena.Common.Notify.Documents;

namespace Athena.AutoDisable.Notify.Mails;

/// <summary>People who were let in are disabled, and nobody was seen who did it.</summary>
internal sealed class FoundDisabledMail(MailOptions options, Wording wording)
{
    public (string, MailDocument, IReadOnlyList<Attachment>?) Write(LetterNote note)
    {
        var rows = (note.Text ?? "").Split('\n').Select(line => line.Split('\t')).Where(row => row.Length == 3).ToList();
        var one = note.Count == 1;
        var who = one ? "1 person who was let in is" : $"{note.Count.ToString(CultureInfo.InvariantCulture)} people who were let in are";
        var copy = note.Decision?.By;
        var isEarlier = copy?.StartsWith(CopyWatch.Earlier, StringComparison.Ordinal) ?? false;
        var by = copy is null
            ? Phrase.Of(
                "Grafana's log does not show who did it. Another program may be locking accounts, such as an old timer that does not know "
                + "whom you let in; or somebody changed Grafana's database.")
            : Phrase.Format($"Grafana's log says who it was: {new Stranger(copy, 90)}. {(isEarlier
                ? "That was this host before its state was put back, or the host that it replaces, and nothing has to be stopped."
                : "It does not know whom you let in here.")}");
        List<MailBlock> blocks =
        [
            new MailBlock.Lead(Phrase.Of($"{who} disabled in Grafana now and cannot sign in.")),
            wording.OpenList(),
            new MailBlock.Paragraph(Phrase.Of(
                "Enable whoever should keep access, in Grafana or by the command below."
                + (isEarlier
                    ? ""
                    : " Then find who did it: an old timer that still runs (systemctl list-timers), a script, a second copy of the daemon "
                        + "(grafana-auto-disable check)."))),
            new MailBlock.Command(
                "To let one in again, on the Grafana host",
                $"sudo grafana-auto-disable approve {(rows is [var only] ? only[1] : "uid:…")}"),
            new MailBlock.Paragraph(by),
            new MailBlock.Table(["Who", "In commands"],
            [
                .. rows.Select(row => (IReadOnlyList<Phrase>)[Phrase.Of(new Stranger(row[0], 110)), Phrase.Of(row[1])]),
            ]),
        ];
        if (note.Count > rows.Count)
            blocks.Add(new MailBlock.Paragraph(Phrase.Of($"The first {rows.Count} of {note.Count} are shown; the audit has all.")));
        if (rows.Exists(row => row[2].Length > 0))
            blocks.Add(new MailBlock.Paragraph(Phrase.Of(
                "Some of these accounts come from a directory or single sign-on: if they were removed there, Grafana disables them by "
                + "itself and nothing is wrong.")));
        return ($"ACTION NEEDED: {who} disabled, and not by you", new MailDocument(
            one ? "Somebody who was let in is disabled" : "People who were let in are disabled", Tone.Critical, "ACTION NEEDED", blocks,
            options.SmallPrint), null);
    }
}
