using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Athena.Common.Files;

namespace Athena.ActiveUsers.History;

/// <summary>
/// The totals of each window, one line of JSON each, appended to one file that only its owner may read. A line that a crash tore is passed
/// over; a window that was written twice counts once, the later line. Once a day what is older than <see cref="Kept"/> is left out.
/// </summary>
internal sealed class TotalsBook(string directory, TimeProvider time)
{
    public const string FileName = "totals.jsonl";

    /// <summary>Thirteen months: a month can be held against the same month of the year before.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(397);

    /// <summary>Single dashboards are told of in the report of a month, which may be asked for again.</summary>
    private static readonly TimeSpan DashboardsKept = TimeSpan.FromDays(62);

    private static readonly TimeSpan TrimInterval = TimeSpan.FromDays(1);

    private readonly string path = Path.Combine(directory, FileName);
    private DateTimeOffset? trimmedAt;

    /// <summary>
    /// Adds one line, on disk when it returns; null, or a sentence about a disk that refuses. The window's totals are then lost.
    /// </summary>
    public string? Append(WindowTotals totals)
    {
        try
        {
            PrivateFile.AppendLine(
                path, Encoding.UTF8.GetBytes(JsonSerializer.Serialize(totals, WindowTotalsJson.Default.WindowTotals) + "\n"));
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"The totals of {totals} could not be written to {path}: {e.Message}";
        }
    }

    /// <summary>What is known of windows that begin in this span, in order of time.</summary>
    /// <exception cref="IOException">The file is there and cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public IReadOnlyList<WindowTotals> Read(DateTimeOffset from, DateTimeOffset to) =>
        [.. Lines().Where(totals => totals.From >= from && totals.From < to)
            .GroupBy(totals => totals.From).Select(window => window.Last()).OrderBy(totals => totals.From)];

    /// <summary>Leaves out what is too old, once a day; the file is replaced wholly or not at all.</summary>
    public void TrimIfDue()
    {
        var now = time.GetUtcNow();
        if (now - trimmedAt < TrimInterval && now >= trimmedAt) return;
        trimmedAt = now;
        try
        {
            var lines = Lines().ToList();
            if (!lines.Exists(totals => totals.From < now - Kept || IsToLoseDashboards(totals))) return;
            var temporary = path + ".tmp";
            File.Delete(temporary);
            using (var file = new FileStream(temporary, PrivateFile.NewFile))
            {
                foreach (var totals in lines.Where(totals => totals.From >= now - Kept))
                {
                    var kept = IsToLoseDashboards(totals) ? totals with { Dashboards = null } : totals;
                    file.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(kept, WindowTotalsJson.Default.WindowTotals) + "\n"));
                }

                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Old lines do no harm; tomorrow again.
        }

        bool IsToLoseDashboards(WindowTotals totals) => totals.Dashboards is not null && totals.From < now - DashboardsKept;
    }

    private IEnumerable<WindowTotals> Lines()
    {
        if (!File.Exists(path)) yield break;
        foreach (var line in File.ReadLines(path))
            if (TryRead(line) is { } totals) yield return totals;
    }

    private static WindowTotals? TryRead(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, WindowTotalsJson.Default.WindowTotals);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(WindowTotals))]
internal sealed partial class WindowTotalsJson : JsonSerializerContext;
