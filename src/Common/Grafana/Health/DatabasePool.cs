using System.Buffers;
using System.Buffers.Text;

namespace Athena.Common.Grafana.Health;

/// <summary>
/// Grafana's connections to its database, as it counts them itself (docs/grafana.md §8). Many sites protect <c>/metrics</c>, or have none:
/// then nothing is known, which is not the same as none in use.
/// </summary>
/// <param name="Open">Connections that are open.</param>
/// <param name="InUse">Of these, at work.</param>
/// <param name="Most">So many may be open; 0: as many as are wanted.</param>
/// <param name="Waits">How often a request had to wait for one, since Grafana's start.</param>
public sealed record DatabasePool(double Open, double InUse, double Most, double Waits)
{
    private const int LongestLine = 256;

    /// <summary>Out of Prometheus' text format; null where one of the four is missing.</summary>
    internal static DatabasePool? Parse(ReadOnlySequence<byte> body)
    {
        double? open = null, inUse = null, most = null, waits = null;
        var lines = new SequenceReader<byte>(body);
        while (lines.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
        {
            if (line.Length > LongestLine) continue;
            var text = line.IsSingleSegment ? line.FirstSpan : line.ToArray();
            if (!text.StartsWith("grafana_database_conn_"u8)) continue;
            text = text["grafana_database_conn_".Length..];
            open ??= Value(text, "open "u8);
            inUse ??= Value(text, "in_use "u8);
            most ??= Value(text, "max_open "u8);
            waits ??= Value(text, "wait_count_total "u8);
        }

        return open is { } a && inUse is { } b && most is { } c && waits is { } d ? new DatabasePool(a, b, c, d) : null;
    }

    private static double? Value(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name) =>
        text.StartsWith(name) && Utf8Parser.TryParse(text[name.Length..], out double value, out _) && double.IsFinite(value) && value >= 0
            ? value
            : null;
}
