using System.Globalization;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Notify.Documents;

namespace Athena.AutoDisable.Notify.Mails;

/// <summary>
/// An import put rows into Grafana's database, which locked them: who had been let in, who is not known, and the one command.
/// </summary>
internal sealed class ImportedMail(MailOptions options, Wording wording)
{
    private const int MostShown = 50;

    /// <param name="strangers">Those whom nobody knows; they are asked about by this mail alone.</param>
    /// <param name="note">How many had been let in, and some of them, a line each: who it is, a tab, and the selector.</param>
    public (string, MailDocument, IReadOnlyList<Attachment>?) Write(IReadOnlyList<Account> strangers, LetterNote note)
    {
        var rows = (note.Text ?? "").Split('\n').Select(line => line.Split('\t')).Where(row => row.Length == 2).ToList();
        List<MailBlock> blocks = [new MailBlock.Lead(Phrase.Of(Lead(note.Count, strangers.Count))), wording.OpenList()];
        if (note.Count > 0)
        {
            blocks.Add(new MailBlock.Command("To let them in again, on the Grafana host", "sudo grafana-auto-disable approve --imported"));
            blocks.Add(new MailBlock.Heading(note.Count == 1
                ? "Who had been let in"
                : $"Those who had been let in ({Number(note.Count)})"));
            blocks.Add(new MailBlock.Paragraph(Phrase.Of(
                "The command lets these in again, and nobody else: who waits, was rejected, was disabled by an admin, or is not known "
                + "stays locked. It shows who they are, and asks.")));
            blocks.Add(new MailBlock.Table(["Who", "In commands"],
            [
                .. rows.Select(row => (IReadOnlyList<Phrase>)[Phrase.Of(new Stranger(row[0], 110)), Phrase.Of(row[1])]),
            ]));
            if (note.Count > rows.Count)
                blocks.Add(new MailBlock.Paragraph(Phrase.Of(
                    $"The first {Number(rows.Count)} are shown; with --dry-run the command shows more and does nothing.")));
        }

        if (strangers.Count > 0)
        {
            blocks.Add(new MailBlock.Heading($"Unknown accounts ({Number(strangers.Count)})"));
            blocks.Add(new MailBlock.Paragraph(Phrase.Of(note.Count > 0
                ? "They were created at the same time, and nobody has let them in. They stay locked until you decide about each."
                : "No line of the log says how they came: an import into Grafana's database looks so, and so does a crowd that signs on "
                    + "at a directory or a provider for the first time. They stay locked until you decide about each.")));
            blocks.Add(new MailBlock.Table(["Name", "E-mail", "Account", "Created", "Decide"], [.. strangers.Take(MostShown).Select(Row)]));
            if (strangers.Count > MostShown)
                blocks.Add(new MailBlock.Paragraph(Phrase.Of($"The first {MostShown} are shown; all are in the attached table.")));
            blocks.Add(new MailBlock.Command(
                "To approve one, with the account as it stands in the table", "sudo grafana-auto-disable approve uid:…"));
        }

        var what = note.Count > 0 ? $"{People(note.Count)} who had been let in" : $"{Number(strangers.Count)} accounts at once";
        var title = note.Count > 0 ? "An import locked people who had been let in" : "Many accounts were created at once, and are locked";
        return (note.Count > 0 ? $"ACTION NEEDED, locked by an import: {what}" : $"Locked, waiting for you: {what}, as by an import",
            new MailDocument(
                title,
                note.Count > 0 ? Tone.Critical : Tone.Calm,
                note.Count > 0 ? "ACTION NEEDED" : "APPROVAL NEEDED",
                blocks,
                options.SmallPrint),
            strangers.Count > MostShown
                ?
                [
                    AccountTable.Attach(
                        "locked-accounts.csv", strangers.Select(a => (a.Id, a.Uid, a.Case!.Person, a.Case.Created, "locked"))),
                ]
                : null);
    }

    private static string Lead(int known, int strangers) => known > 0
        ? "Rows were put into Grafana's database, as by a restore of its data, and Grafana's database disables each new row. So "
            + $"{People(known)} whom you had let in cannot sign in "
            + $"now{(strangers > 0 ? $", and {Number(strangers)} more accounts are locked that nobody knows" : "")}. Server admins are "
            + "not locked; one who is new has a mail of their own."
        : $"{Number(strangers)} accounts were created within a minute and disabled as they were created. None of them is known.";

    private static string People(int number) => number == 1 ? "1 person" : $"{Number(number)} people";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private IReadOnlyList<Phrase> Row(Account account) =>
    [
        Phrase.Of(new Stranger(account.Case!.Person.Name, 30)),
        Phrase.Of(Stranger.Address(account.Case.Person.Email)),
        Phrase.Of(EventRecorder.Selector(account)),
        Phrase.Of((account.Case.BornLockedAt ?? account.Case.Created) is { } made ? wording.ShortTime(made) : "not known"),
        Wording.Open(wording.Page(account)),
    ];
}
