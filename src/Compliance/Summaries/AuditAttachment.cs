using System.Globalization;
using Athena.Common.Notify.Documents;
using Athena.Common.State.Audit;

namespace Athena.Compliance.Summaries;

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
