using System.Text;
using Athena.Common.Files;

namespace Athena.Common.State.Audit;

/// <summary>Reads what an <see cref="AuditLog"/> wrote, also while it goes on writing; writes nothing.</summary>
public static class AuditReader
{
    /// <summary>
    /// The kept lines behind one, as <see cref="Read"/> gives them; as a rule without reading the years before, for few are new.
    /// </summary>
    /// <param name="line">0 for all.</param>
    public static IEnumerable<AuditRecord> ReadAfter(AuditOptions options, long line)
    {
        var newest = LastLines(options.File, AuditEnd.TailLength).Select(last => AuditLine.Read(last.Bytes).Record).OfType<AuditRecord>();
        var reaches = newest.FirstOrDefault() is { } first && first.Seq <= line + 1;
        return (reaches ? newest : Read(options)).Where(record => record.Seq > line);
    }

    /// <summary>The kept lines, oldest first; damaged ones are left out (<see cref="AuditVerifier"/> tells of them).</summary>
    /// <param name="case">Only this case; null for all.</param>
    public static IEnumerable<AuditRecord> Read(AuditOptions options, string? @case = null)
    {
        var last = 0L;
        foreach (var path in new[] { options.Verdicts, options.File })
        {
            foreach (var line in Lines(path))
            {
                // A crash while lines are moved leaves some in both files.
                if (AuditLine.Read(line.Bytes).Record is { } record && record.Seq > last)
                {
                    last = record.Seq;
                    if (@case is null || record.Case == @case)
                        yield return record;
                }
            }
        }
    }

    /// <summary>The lines of a file without their ends; the last one may be unfinished. Nothing when there is no file.</summary>
    internal static IEnumerable<AuditFileLine> Lines(string path) => Lines(path, last: long.MaxValue);

    /// <summary>The whole lines among the last bytes of a file.</summary>
    internal static IEnumerable<AuditFileLine> LastLines(string path, int bytes) => Lines(path, bytes);

    private static IEnumerable<AuditFileLine> Lines(string path, long last)
    {
        LibC.DemandOrdinary(path);
        if (!File.Exists(path))
            yield break;

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024);
        var buffer = new byte[64 * 1024];
        int used = 0, number = 0;
        var position = 0L;
        var isAmidLine = file.Length > last;
        if (isAmidLine) file.Position = position = file.Length - last;
        while (true)
        {
            if (used == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 2);
            var count = file.Read(buffer, used, buffer.Length - used);
            used += count;
            var at = 0;
            for (int length; (length = buffer.AsSpan(at, used - at).IndexOf((byte)'\n')) >= 0; at += length + 1)
            {
                position += length + 1;
                if (isAmidLine)
                {
                    isAmidLine = false;
                    continue;
                }

                yield return new AuditFileLine(++number, buffer.AsSpan(at, length).ToArray(), IsFinished: true, position);
            }

            buffer.AsSpan(at, used - at).CopyTo(buffer);
            used -= at;
            if (count == 0)
                break;
        }

        if (used > 0)
            yield return new AuditFileLine(++number, buffer[..used], IsFinished: false, position + used);
    }

    /// <summary>The head that was noted beside the audit; null when there is none or it is damaged.</summary>
    internal static AuditAnchor? ReadHead(AuditOptions options)
    {
        LibC.DemandOrdinary(options.Head);
        return File.Exists(options.Head) ? AuditLine.Read(Encoding.UTF8.GetBytes(File.ReadAllText(options.Head))).Anchor : null;
    }
}

/// <summary>One physical line.</summary>
/// <param name="Number">Counted from 1.</param>
/// <param name="Bytes">Without the line feed.</param>
/// <param name="IsFinished">False for the last one when its line feed is missing.</param>
/// <param name="End">Where the next line begins.</param>
internal sealed record AuditFileLine(int Number, byte[] Bytes, bool IsFinished, long End);
