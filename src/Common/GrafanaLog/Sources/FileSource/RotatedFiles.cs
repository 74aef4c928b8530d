using System.Globalization;

namespace Athena.Common.GrafanaLog.Sources.FileSource;

/// <summary>
/// The files that a log was renamed to, oldest first. Grafana names them <c>grafana.log.YYYY-MM-DD.NNN</c> (docs/grafana.md §3), so their
/// names give the order; another program's names (logrotate: <c>grafana.log.1</c>, <c>grafana.log-20261121</c>) do not, and there the last
/// change does.
/// </summary>
internal static class RotatedFiles
{
    private const string GrafanasEnding = ".2026-11-21.001";

    private static readonly string[] Packed = [".gz", ".xz", ".zst", ".bz2", ".lz4", ".zip"];

    /// <summary>
    /// All of them: those that Grafana made, oldest first, then those of another program. Empty when the directory cannot be listed.
    /// </summary>
    public static IReadOnlyList<NativePath> All(string path) =>
        [.. GrafanasOwn(path).Concat(Foreign(path)).Select(file => new NativePath(file))];

    /// <summary>Those that follow one another, oldest first: Grafana's own, or if it made none those of another program.</summary>
    public static IReadOnlyList<NativePath> Series(string path)
    {
        NativePath[] own = [.. GrafanasOwn(path).Select(file => new NativePath(file))];
        return own.Length > 0 ? own : [.. Foreign(path).Select(file => new NativePath(file))];
    }

    /// <summary>
    /// As <see cref="Series"/>, with those that are there but packed, and those that are not there although their number says that they
    /// were. A first number that is missing on the oldest day is none: that is how old files are removed.
    /// </summary>
    public static IReadOnlyList<RotatedFile> SeriesWithDefects(string path)
    {
        string[] files = [.. Siblings(path)];
        string[] own = [.. files.Select(WithoutPacking).Where(file => IsGrafanasOwn(file, path)).Distinct().Order(StringComparer.Ordinal)];
        if (own.Length == 0)
        {
            return [.. files.OrderBy(File.GetLastWriteTimeUtc).ThenBy(file => file, StringComparer.Ordinal)
                .Select(file => WithoutPacking(file) == file ? new RotatedFile(file, null) : RotatedFile.Packed(file))];
        }

        var series = new List<RotatedFile>();
        for (int i = 0; i < own.Length; i++)
        {
            if (i > 0 && RotatedFile.Missing(own[i - 1], own[i]) is { } missing)
                series.Add(missing);
            series.Add(files.Contains(own[i])
                ? new RotatedFile(own[i], null)
                : RotatedFile.Packed(files.First(file => WithoutPacking(file) == own[i])));
        }
        return series;
    }

    /// <summary>The file that was begun after the one with this identity.</summary>
    /// <param name="isKnown">Whether a file with this identity is there at all.</param>
    /// <returns>Null when the file of that identity is the newest of the rotated ones, or not there.</returns>
    public static NativePath? After(string path, FileIdentity identity, out bool isKnown)
    {
        foreach (IEnumerable<string> family in (IEnumerable<string>[])[GrafanasOwn(path), Foreign(path)])
        {
            isKnown = false;
            foreach (NativePath file in family.Select(file => new NativePath(file)))
            {
                if (isKnown)
                    return file;
                isKnown = FileStatus.Of(file).Identity == identity;
            }
            if (isKnown)
                return null;
        }
        isKnown = false;
        return null;
    }

    private static IEnumerable<string> GrafanasOwn(string path) =>
        Siblings(path).Where(file => IsGrafanasOwn(file, path)).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Foreign(string path) =>
        Siblings(path).Where(file => !IsGrafanasOwn(file, path) && !Packed.Any(ending => file.EndsWith(ending, StringComparison.Ordinal)))
            .OrderBy(File.GetLastWriteTimeUtc).ThenBy(file => file, StringComparer.Ordinal);

    private static string WithoutPacking(string file) =>
        Packed.FirstOrDefault(ending => file.EndsWith(ending, StringComparison.Ordinal)) is { } ending ? file[..^ending.Length] : file;

    private static bool IsGrafanasOwn(string file, string path)
    {
        ReadOnlySpan<char> ending = file.AsSpan(path.Length);
        if (ending.Length != GrafanasEnding.Length)
            return false;
        for (int i = 0; i < ending.Length; i++)
        {
            if (char.IsAsciiDigit(GrafanasEnding[i]) ? !char.IsAsciiDigit(ending[i]) : ending[i] != GrafanasEnding[i])
                return false;
        }
        return true;
    }

    private static IEnumerable<string> Siblings(string path)
    {
        try
        {
            return [.. Directory.EnumerateFiles(Path.GetDirectoryName(path)!)
                .Where(file =>
                    file.Length > path.Length && file.StartsWith(path, StringComparison.Ordinal) && file[path.Length] is '.' or '-')];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}

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
