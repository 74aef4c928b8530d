using System.Globalization;
using Athena.Common.Files;

namespace Athena.Common.State.Audit;

/// <summary>
/// Moves and drops old audit lines. Both files are replaced whole, the receiving one first: a crash in between leaves lines in both, never
/// in none, and <see cref="FinishInterrupted"/> puts that right.
/// </summary>
internal static class AuditTrim
{
    /// <summary>Takes lines out of the audit that are among the verdicts already.</summary>
    public static void FinishInterrupted(AuditOptions options)
    {
        if (Records(options.File).FirstOrDefault().Record is { } first && LastOf(options.Verdicts) is { } last && first.Seq <= last)
            DropFront(options.File, last);
    }

    /// <summary>Moves lines up to the last one older than <paramref name="before"/>, if any.</summary>
    public static void Move(AuditOptions options, DateTimeOffset before)
    {
        var old = Records(options.File).TakeWhile(l => IsOlder(l.Record, before)).Select(l => l.Record.WithoutFacts()).ToList();
        if (old.Count == 0)
            return;

        PrivateFile.Replace(options.Verdicts, verdicts =>
        {
            CopyFrom(options.Verdicts, 0, verdicts);
            foreach (var record in old)
                verdicts.Write(AuditLine.Write(record));
        });
        DropFront(options.File, old[^1].Seq);
    }

    /// <summary>The last verdict older than <paramref name="before"/>; null when there is none.</summary>
    public static AuditAnchor? FindDropped(AuditOptions options, DateTimeOffset before) =>
        Records(options.Verdicts).TakeWhile(l => IsOlder(l.Record, before)).LastOrDefault().Record is { } last
            ? new AuditAnchor(last.Seq, last.Hash)
            : null;

    /// <summary>Drops the verdicts up to <paramref name="last"/> and leaves an anchor in their place.</summary>
    public static void Drop(AuditOptions options, AuditAnchor last)
    {
        var from = EndOf(options.Verdicts, last.Seq);
        PrivateFile.Replace(options.Verdicts, rest =>
        {
            rest.Write(AuditLine.Write(last));
            CopyFrom(options.Verdicts, from, rest);
        });
    }

    private static bool IsOlder(AuditRecord record, DateTimeOffset before) =>
        DateTimeOffset.Parse(record.At, CultureInfo.InvariantCulture) < before;

    /// <summary>All that stands behind the line stays, byte for byte, fragments included.</summary>
    private static void DropFront(string path, long seq)
    {
        var from = EndOf(path, seq);
        PrivateFile.Replace(path, rest => CopyFrom(path, from, rest));
    }

    private static long EndOf(string path, long seq) => Records(path).Last(l => l.Record.Seq <= seq).End;

    private static void CopyFrom(string path, long from, Stream target)
    {
        if (!File.Exists(path))
            return;

        using var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        source.Position = from;
        source.CopyTo(target);
    }

    /// <summary>The number of the last sound line; as a rule without reading the years before it. Null when there is none.</summary>
    private static long? LastOf(string path) =>
        (Records(AuditReader.LastLines(path, AuditEnd.TailLength)).LastOrDefault().Record ?? Records(path).LastOrDefault().Record)?.Seq;

    private static IEnumerable<(AuditRecord Record, long End)> Records(string path) => Records(AuditReader.Lines(path));

    private static IEnumerable<(AuditRecord Record, long End)> Records(IEnumerable<AuditFileLine> lines)
    {
        foreach (var line in lines)
        {
            if (line.IsFinished && AuditLine.Read(line.Bytes).Record is { } record)
                yield return (record, line.End);
        }
    }
}
