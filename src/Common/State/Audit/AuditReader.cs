using System.Text;

namespace Athena.Common.State;

/// <summary>Reads what an <see cref="AuditLog"/> wrote, also while it goes on writing; writes nothing.</summary>
public static class AuditReader
{
    private static readonly byte[] Empty = [];

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
                if (AuditLine.Read(line.Bytes.Span).Record is { } record && record.Seq > last)
                {
                    last = record.Seq;
                    if (@case is null || record.Case == @case)
                        yield return record;
                }
            }
        }
    }

    /// <summary>The lines of a file without their ends; the last one may be unfinished. Nothing when there is no file.</summary>
    internal static IEnumerable<(int Number, ReadOnlyMemory<byte> Bytes, bool IsFinished)> Lines(string path)
    {
        byte[] content;
        try
        {
            content = File.ReadAllBytes(path);
        }
        catch (FileNotFoundException)
        {
            content = Empty;
        }

        var number = 0;
        for (var at = 0; at < content.Length;)
        {
            var end = Array.IndexOf(content, (byte)'\n', at);
            var length = (end < 0 ? content.Length : end) - at;
            yield return (++number, content.AsMemory(at, length), end >= 0);
            at += length + 1;
        }
    }

    /// <summary>The head that was noted beside the audit; null when there is none or it is damaged.</summary>
    internal static AuditAnchor? ReadHead(AuditOptions options)
    {
        try
        {
            return AuditLine.Read(Encoding.ASCII.GetBytes(File.ReadAllText(options.Head))).Anchor;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
