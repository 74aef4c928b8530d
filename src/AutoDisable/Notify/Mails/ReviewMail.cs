using System.Globalization;
using System.Text;
using Athena.AutoDisable.Policy;
using Athena.Common.Notify;
using Athena.Common.Notify.Documents;

namespace Athena.AutoDisable.Notify.Mails;

/// <summary>The quarterly question: who has access, and is it still needed?</summary>
internal sealed class ReviewMail(MailOptions options, Wording wording)
{
    private const int MostShown = 50;

    /// <param name="quarter">Its name.</param>
    /// <param name="rows">Who has access.</param>
    /// <param name="toMend">Which of Grafana's own settings would be better otherwise; null where they are not known.</param>
    public Notification Write(string quarter, IReadOnlyList<ReviewRow> rows, IReadOnlyList<PostureLine>? toMend)
    {
        var unused = rows.Where(row => row.IsUnused).ToList();
        List<MailBlock> blocks =
        [
            new MailBlock.Lead(Phrase.Format(
                $"{rows.Count} accounts can sign in. {unused.Count} of them have not been seen for 90 days. Look through the list and "
                + $"lock whoever does not need access any more.")),
            wording.OpenList(),
        ];
        if (unused.Count > 0)
        {
            blocks.Add(new MailBlock.Heading($"Not seen for 90 days ({unused.Count})"));
            blocks.Add(
                new MailBlock.Table(
                    ["Name", "E-mail", "Last seen", "Access", "To lock, with sudo grafana-auto-disable"],
                    unused.Take(MostShown).Select(Row).ToList()));
            if (unused.Count > MostShown) blocks.Add(new MailBlock.Paragraph(Phrase.Of($"The first {MostShown} are shown.")));
        }

        blocks.Add(new MailBlock.Paragraph(Phrase.Of(
            "All accounts, with who approved each and when, are in the attached table, each with the command that locks it.")));
        blocks.Add(new MailBlock.Command("To see the same at any time, on the Grafana host", "sudo grafana-auto-disable review"));
        blocks.AddRange(OwnSettings(toMend));
        var document = new MailDocument($"Who has access, {quarter}", Tone.Calm, "REVIEW", blocks, options.SmallPrint);
        return new Notification(
            $"review/{quarter}",
            options.To,
            $"Review {quarter}: {rows.Count.ToString(CultureInfo.InvariantCulture)} accounts have access, "
            + $"{unused.Count.ToString(CultureInfo.InvariantCulture)} unused for 90 days",
            document, options.Brand)
        { Thread = "review", Attachments = [Table(rows)] };
    }

    /// <summary>What of Grafana's own settings is worth a look; nothing where all of it is well.</summary>
    private static IEnumerable<MailBlock> OwnSettings(IReadOnlyList<PostureLine>? toMend)
    {
        if (toMend is { Count: 0 }) yield break;
        yield return new MailBlock.Heading("How Grafana itself is locked");
        if (toMend is null)
            yield return new MailBlock.Paragraph(Phrase.Of("Grafana's own settings could not be read for this mail."));
        else
            yield return new MailBlock.Table(
                ["Now", "What it means", "Better, in grafana.ini"],
                [
                    .. toMend.Select(IReadOnlyList<Phrase> (line) =>
                    [
                        Phrase.Format($"[{line.Section}] {line.Key} = {new Stranger(line.Value ?? "", 60)}"), Phrase.Of(line.Why),
                        Phrase.Of($"[{line.Section}] {line.Key} = {line.Better}"),
                    ]),
                ]);
        yield return new MailBlock.Command("All of them, each with what it means", "sudo grafana-auto-disable check --posture");
    }

    private IReadOnlyList<Phrase> Row(ReviewRow row) =>
    [
        Phrase.Of(new Stranger(row.User.Name, 30)),
        Phrase.Of(Stranger.Address(row.User.Email)),
        Phrase.Of(row.LastSeen is { } seen ? wording.ShortTime(seen) : "never"),
        Phrase.Of(new Stranger(row.Word, 60)),
        Phrase.Of($"reject {row.Selector}"),
    ];

    private static Attachment Table(IReadOnlyList<ReviewRow> rows)
    {
        var csv = new StringBuilder("id,uid,login,email,name,access,since,until,last seen,unused for 90 days,to lock\r\n");
        foreach (var row in rows)
        {
            csv.Append(CultureInfo.InvariantCulture,
                $"{row.User.Id},{AccountTable.Cell(row.User.Uid)},{AccountTable.Cell(row.User.Login)},{AccountTable.Cell(row.User.Email)},"
                + $"{AccountTable.Cell(row.User.Name)},{AccountTable.Cell(row.Word)},")
                .Append(CultureInfo.InvariantCulture,
                    $"{row.Since:yyyy-MM-ddTHH:mm:sszzz},{row.Until:yyyy-MM-ddTHH:mm:sszzz},{row.LastSeen:yyyy-MM-ddTHH:mm:sszzz},"
                    + $"{(row.IsUnused ? "yes" : "no")},{AccountTable.Cell($"grafana-auto-disable reject {row.Selector}")}\r\n");
        }

        return new Attachment("access-review.csv", "text/csv; charset=utf-8", Encoding.UTF8.GetBytes(csv.ToString()));
    }
}
