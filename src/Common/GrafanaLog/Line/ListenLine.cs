using System.Net;
using Athena.Common.GrafanaLog.Sources.FileSource;

namespace Athena.Common.GrafanaLog.Line;

/// <summary>
/// The line in which Grafana says where it listens: <c>logger=http.server … msg="HTTP Server Listen" address=127.0.0.1:3000
/// protocol=http</c> (recorded, docs/grafana.md §6).
/// </summary>
internal static class ListenLine
{
    private const int Piece = 1024 * 1024;
    private const int LongestLine = 4096;

    private static ReadOnlySpan<byte> Words => "HTTP Server Listen"u8;

    /// <summary>The address of such a line; null for any other line, whatever words somebody put into it.</summary>
    public static IPEndPoint? TryRead(ReadOnlySpan<byte> line)
    {
        if (line.Length > LongestLine || line.IndexOf(Words) < 0) return null;
        var parsed = LogLine.Parse(line);
        if (parsed.Kind != LineKind.Other || !parsed.Logger.Equals("http.server"u8) || !parsed.Message.Equals(Words)) return null;
        string? address = null;
        if (line[0] == '{')
        {
            for (var fields = new JsonFields(line); fields.MoveNext();)
                if (fields.Key.SequenceEqual("address"u8)) address ??= fields.Value.ToString();
        }
        else
        {
            for (var fields = new LogfmtFields(line, 0); fields.MoveNext();)
                if (fields.Key.SequenceEqual("address"u8)) address ??= fields.Value.ToString();
        }

        return IPEndPoint.TryParse(address ?? "", out var at) && at.Port > 0 ? at : null;
    }

    /// <summary>The newest such line of a file and its rotated predecessors, looked for from the end backwards.</summary>
    /// <param name="budget">How many bytes are looked at.</param>
    public static IPEndPoint? Newest(string path, long budget)
    {
        foreach (var file in RotatedFiles.Series(path).Select(name => name.ToString()).Append(path).Reverse())
        {
            if (budget <= 0) return null;
            try
            {
                using var stream = new FileStream(
                    file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
                if (Newest(stream, ref budget) is { } found) return found;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null; // What cannot be read says nothing, and neither do older ones.
            }
        }

        return null;
    }

    private static IPEndPoint? Newest(FileStream file, ref long budget)
    {
        var piece = new byte[Piece + LongestLine];
        for (var end = file.Length; end > 0 && budget > 0; end -= Piece)
        {
            // Each piece reaches into the one behind it, so that no line is cut.
            var from = Math.Max(0, end - Piece);
            file.Position = from;
            var length = file.ReadAtLeast(piece, (int)Math.Min(piece.Length, file.Length - from), throwOnEndOfStream: false);
            budget -= Piece;
            for (var rest = length; rest > 0 && piece.AsSpan(0, rest).LastIndexOf(Words) is var at and >= 0; rest = at)
            {
                var start = piece.AsSpan(0, at).LastIndexOf((byte)'\n') + 1;
                var stop = piece.AsSpan(at, length - at).IndexOf((byte)'\n');
                if (stop >= 0 && TryRead(piece.AsSpan(start, at + stop - start)) is { } found) return found;
            }
        }

        return null;
    }
}
