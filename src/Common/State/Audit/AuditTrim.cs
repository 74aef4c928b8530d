using System.Globalization;

namespace Athena.Common.State;

/// <summary>
/// Moves and drops old audit lines. Both files are replaced whole, the receiving one first: a crash in between leaves lines in both, never
/// in none, and <see cref="FinishInterrupted"/> puts that right.
/// </summary>
internal static class AuditTrim
{
    /// <summary>Takes lines out of the audit that are among the verdicts already.</summary>
    public static void FinishInterrupted(AuditOptions options)
    {
        var last = Records(options.Verdicts).LastOrDefault().Record?.Seq ?? 0;
        if (last > 0 && Records(options.File).FirstOrDefault().Record is { } first && first.Seq <= last)
            DropFront(options.File, last);
    }

    /// <summary>Moves lines up to the last one older than <paramref name="before"/>; false when there is none.</summary>
    public static bool Move(AuditOptions options, DateTimeOffset before)
    {
        var old = Records(options.File).TakeWhile(l => IsOlder(l.Record, before)).Select(l => l.Record).ToList();
        if (old.Count == 0)
            return false;

        using var verdicts = new MemoryStream();
        if (File.Exists(options.Verdicts))
            verdicts.Write(File.ReadAllBytes(options.Verdicts));
        foreach (var record in old)
            verdicts.Write(AuditLine.Write(record.WithoutFacts()));
        PrivateFile.Replace(options.Verdicts, verdicts.ToArray());
        DropFront(options.File, old[^1].Seq);
        return true;
    }

    /// <summary>The last verdict older than <paramref name="before"/>; null when there is none.</summary>
    public static AuditAnchor? FindDropped(AuditOptions options, DateTimeOffset before) =>
        Records(options.Verdicts).TakeWhile(l => IsOlder(l.Record, before)).LastOrDefault().Record is { } last
            ? new AuditAnchor(last.Seq, last.Hash)
            : null;

    /// <summary>Drops the verdicts up to <paramref name="last"/> and leaves an anchor in their place.</summary>
    public static void Drop(AuditOptions options, AuditAnchor last)
    {
        using var rest = new MemoryStream();
        rest.Write(AuditLine.Write(last));
        foreach (var (record, _) in Records(options.Verdicts).Where(l => l.Record.Seq > last.Seq))
            rest.Write(AuditLine.Write(record));
        PrivateFile.Replace(options.Verdicts, rest.ToArray());
    }

    private static bool IsOlder(AuditRecord record, DateTimeOffset before) =>
        DateTimeOffset.Parse(record.At, CultureInfo.InvariantCulture) < before;

    /// <summary>All that stands behind the line, byte for byte, fragments included.</summary>
    private static void DropFront(string path, long seq)
    {
        var from = Records(path).Last(l => l.Record.Seq <= seq).End;
        PrivateFile.Replace(path, File.ReadAllBytes(path).AsSpan(from));
    }

    private static IEnumerable<(AuditRecord Record, int End)> Records(string path)
    {
        var end = 0;
        foreach (var (_, bytes, isFinished) in AuditReader.Lines(path))
        {
            end += bytes.Length + (isFinished ? 1 : 0);
            if (isFinished && AuditLine.Read(bytes.Span).Record is { } record)
                yield return (record, end);
        }
    }
}
