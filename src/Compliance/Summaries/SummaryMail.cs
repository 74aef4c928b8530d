using System.Globalization;
using Athena.Common.Notify;
using Athena.Common.Notify.Documents;
using Athena.Common.State.Audit;
using Athena.Compliance.Notify.Mails;

namespace Athena.Compliance.Summaries;

/// <summary>The summary of a day, a week or a month: one row a day, because silence alone proves nothing.</summary>
internal sealed class SummaryMail(ReportOptions options)
{
    private readonly SummaryText text = new(options.Brand, options.Zone, options.ReportsNobody);

    /// <param name="record">What goes with it; null where nothing does.</param>
    public Notification Write(Summary summary, AuditAttachment? record = null)
    {
        var document = Document(summary, record);
        return new Notification(
            string.Create(CultureInfo.InvariantCulture, $"summary/{summary.From:yyyy-MM-dd}/{summary.To:yyyy-MM-dd}"), options.SummaryTo,
            $"{options.Brand.Name} compliance: summary, {SummaryText.Range(summary)}",
            document, options.Brand)
        {
            Thread = "summary",
            Attachments = record?.Files,
        };
    }

    /// <summary>The same as a text for a terminal or a file.</summary>
    public string ToText(Summary summary) => Document(summary, null).ToText(options.Brand);

    private MailDocument Document(Summary summary, AuditAttachment? record)
    {
        List<MailBlock> blocks =
        [
            new MailBlock.Lead(Phrase.Of(text.Totals(summary))),
            new MailBlock.Paragraph(Phrase.Of(text.Statement(summary))),
            .. SummaryText.Missing(summary) is { } missing ? [new MailBlock.Banner(Phrase.Of(missing))] : NoBlocks,
            new MailBlock.Paragraph(Phrase.Of(text.Check(summary))),
            new MailBlock.Paragraph(Phrase.Of(options.Prepared)),
        ];
        var hours = summary.Hours.Select(hour => SummaryText.Hour(hour, summary.Length)).ToList();
        var months = summary.Days.GroupBy(day => (day.Day.Year, day.Day.Month)).ToList();
        foreach (var month in months)
        {
            blocks.Add(new MailBlock.Heading(SummaryText.Month(month.First().Day)));
            blocks.Add(new MailBlock.Grid(hours, [.. month.Select(Row)], month == months[^1] ? SummaryMarks.Legend : []));
        }

        if (SummaryText.Reports(summary) is { Count: > 0 } reports)
        {
            blocks.Add(new MailBlock.Heading(SummaryText.ReportsHeading));
            blocks.Add(new MailBlock.Paragraph(Phrase.Of(SummaryText.ReportsNote)));
            blocks.Add(new MailBlock.Facts(reports));
        }

        blocks.Add(new MailBlock.Heading("How this was made"));
        blocks.Add(new MailBlock.Facts(text.HowMade(summary)));
        if (record is not null)
            blocks.AddRange(HowToCheck(record, summary.AuditHead));
        return new MailDocument(
            SummaryText.Title(summary), Tone.Calm, "COMPLIANCE SUMMARY", blocks, "Made by grafana-compliance. It holds no names.");
    }

    private IEnumerable<MailBlock> HowToCheck(AuditAttachment record, AuditAnchor? head)
    {
        yield return new MailBlock.Heading("How to check it without us");
        yield return new MailBlock.Paragraph(Phrase.Of(record.Content is not null
            ? $"Attached are {record.FileName}, every entry of the audit since the month began, without names, and "
                + $"{AuditAttachment.VerifierName}, a page of Python that you can read. Save both in one folder."
            : $"The record of this month is too long for a mail ({record.Bytes / 1024 / 1024} MiB). "
                + $"{(options.Brand.SupportContact is { } contact ? $"Write to {contact}" : "Answer this mail")} to get it as "
                + $"{record.FileName}: on the Grafana host, sudo grafana-compliance audit export writes it. Attached is "
                + $"{AuditAttachment.VerifierName}, a page of Python that you can read. Save both in one folder."));
        yield return new MailBlock.Paragraph(Phrase.Of(
            "It says whether an entry was changed or left out, what the hours came to, and whether a report is missing. It needs Python 3 "
            + "and nothing else. The number and the hash at the end of the command are those of the last entry, as above."));
        yield return new MailBlock.Command(
            "In that folder", $"python3 {AuditAttachment.VerifierName} {record.FileName} {head?.Seq} {head?.Hash}".TrimEnd());
    }

    private static MailBlock[] NoBlocks => [];

    private static GridRow Row(SummaryDay day) => new(SummaryText.Day(day.Day), [.. day.Hours.Select(SummaryMarks.Of)]);
}

/// <summary>The record of a month as it goes with the statement, so that whoever gets it can check it without us.</summary>
/// <param name="FileName"><c>audit-2026-11.jsonl</c>.</param>
/// <param name="Bytes">So long the record is, whether or not it goes with the mail.</param>
/// <param name="Content">Null where it is too long for a mail.</param>
internal sealed record AuditAttachment(string FileName, long Bytes, byte[]? Content)
{
    /// <summary>
    /// Some ten thousand entries. A mail server that takes less than 10 MiB is rare, and base64 makes a third more of it.
    /// </summary>
    public const int MostBytes = 4 * 1024 * 1024;

    /// <summary>Mail programs refuse what is called .py; Python does not mind the name.</summary>
    public const string VerifierName = "verify-audit.txt";

    /// <param name="audit">From the oldest to the newest.</param>
    /// <param name="day">The first of the month.</param>
    /// <param name="begin">When that day begins: what was written before is left out.</param>
    /// <param name="head">The last entry that belongs to it, which the statement names.</param>
    public static AuditAttachment Of(IEnumerable<AuditRecord> audit, DateOnly day, DateTimeOffset begin, AuditAnchor head)
    {
        using var content = new MemoryStream();
        var bytes = 0L;
        foreach (var record in audit.SkipWhile(record => IsBefore(record, begin)).TakeWhile(record => record.Seq <= head.Seq))
        {
            var line = AuditExport.Line(record);
            bytes += line.Length;
            if (bytes <= MostBytes)
                content.Write(line);
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"audit-{day:yyyy-MM}.jsonl");
        return new AuditAttachment(name, bytes, bytes <= MostBytes ? content.ToArray() : null);
    }

    /// <summary>What goes with the mail.</summary>
    public IReadOnlyList<Attachment> Files =>
    [
        .. Content is { } content ? [new Attachment(FileName, "application/jsonl", content)] : Array.Empty<Attachment>(),
        new Attachment(VerifierName, "text/plain; charset=utf-8", Verifier()),
    ];

    private static bool IsBefore(AuditRecord record, DateTimeOffset begin) =>
        DateTimeOffset.TryParse(record.At, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) && at < begin;

    private static byte[] Verifier()
    {
        using var stream = typeof(AuditAttachment).Assembly.GetManifestResourceStream("verify-audit.py")
            ?? throw new InvalidOperationException("verify-audit.py is not in the program.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
