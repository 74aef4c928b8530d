using System.Globalization;

namespace Athena.Common.GrafanaLog.Sources.FileSource;

/// <summary>One place in the series of a log's rotated files.</summary>
/// <param name="Path">Its name, or the first of several that are missing.</param>
/// <param name="Defect">Why there is nothing to read, as a phrase for people; null when there is.</param>
internal sealed record RotatedFile(string Path, string? Defect)
{
    // .NNN, from 001 on each day (docs/grafana.md §3).
    private const int NumberLength = 3;

    public static RotatedFile Packed(string path) => new(path, $"{System.IO.Path.GetFileName(path)} is packed: unpack it to have it read");

    /// <summary>What lies between two of Grafana's own files according to their numbers; null when nothing does.</summary>
    public static RotatedFile? Missing(string older, string newer)
    {
        string day = newer[..^NumberLength];
        int last = older.StartsWith(day, StringComparison.Ordinal) ? Number(older) : 0;
        int first = last + 1;
        int until = Number(newer) - 1;
        if (first > until)
            return null;
        string path = $"{day}{first:000}";
        string name = System.IO.Path.GetFileName(path);
        return new RotatedFile(path, first == until ? $"{name} is missing" : $"{name} to .{until:000} are missing");
    }

    private static int Number(string path) =>
        int.Parse(path.AsSpan(path.Length - NumberLength), NumberStyles.None, CultureInfo.InvariantCulture);
}
