using System.Globalization;
using System.Text.Json;
using Athena.Common.Files;
using Athena.Common.State.Audit;
using Athena.Common.Time;

namespace Athena.ActiveUsers.Access;

/// <summary>
/// <c>access/2026-11-21.jsonl</c>: one line a window, in a file for each day of UTC in which it began, 0600. A window that was written
/// twice counts once, the later line; one that a crash tore counts not, and is written again. A day goes, whole, when all of it is older
/// than <c>AUDIT_KEEP</c>. One writer.
/// </summary>
/// <param name="directory">The state directory.</param>
/// <param name="keep"><c>AUDIT_KEEP</c>.</param>
internal sealed class AccessBook(string directory, TimeSpan keep, TimeProvider time)
{
    public const string Folder = "access";

    /// <summary>The audit's event for a window that was written; its case is <see cref="AccessWindow.Case"/>.</summary>
    public const string KeptEvent = "access-kept";

    /// <summary>The fact of it that is held against what is read.</summary>
    public const string DigestFact = "digest";

    private static readonly TimeSpan TrimInterval = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private DateTimeOffset? trimmedAt;

    /// <summary>For those who only read it, or take somebody out of it.</summary>
    public static AccessBook Beside(string directory) => new(directory, TimeSpan.MaxValue, TimeProvider.System);

    private string FolderPath => Path.Combine(directory, Folder);

    /// <summary>Adds one line, on disk when it returns; null, or a sentence about a disk that refuses. It is then lost.</summary>
    public string? Append(AccessWindow window)
    {
        var path = PathOf(window.Window.From);
        try
        {
            Directory.CreateDirectory(FolderPath, PrivateFile.DirectoryMode);
            PrivateFile.AppendLine(path, Write(window));
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"Who did what {UtcStamp.Write(window.Window.From)} to {UtcStamp.Write(window.Window.To)} could not be "
                + $"written to {path}: {e.Message}";
        }
    }

    /// <summary>The windows that begin in a span, in order of time.</summary>
    /// <exception cref="IOException">A file is there and cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public IEnumerable<AccessWindow> Read(DateTimeOffset from, DateTimeOffset to) => Days()
        .Where(day => DayOf(day) is { } begin && begin < to && begin.AddDays(1) > from)
        .SelectMany(day => Newest(Lines(day)))
        .Where(window => window.Window.From >= from && window.Window.From < to);

    /// <summary>Takes whole days away whose time is over; trouble is met again an hour later.</summary>
    public void TrimIfDue()
    {
        var now = time.GetUtcNow();
        if (now - trimmedAt < TrimInterval && now >= trimmedAt) return;
        trimmedAt = now;
        try
        {
            foreach (var day in Days().Where(day => DayOf(day) is { } begin && begin.AddDays(1) < now - keep)) File.Delete(day);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Tried again.
        }
    }

    /// <summary>Writes the day of each window that <paramref name="change"/> makes another one of; null leaves it as it is.</summary>
    /// <returns>How many windows are others now.</returns>
    /// <exception cref="IOException">The disk refuses: what was done is done.</exception>
    public int Rewrite(Func<AccessWindow, AccessWindow?> change)
    {
        var changed = 0;
        foreach (var day in Days())
        {
            var windows = Newest(Lines(day)).Select(window => (Window: window, Changed: change(window))).ToList();
            var count = windows.Count(one => one.Changed is not null);
            if (count == 0) continue;
            PrivateFile.Replace(day, file =>
            {
                foreach (var (window, other) in windows) file.Write(Write(other ?? window));
            });
            changed += count;
        }

        return changed;
    }

    /// <summary>Holds what is kept against the audit: each problem a sentence.</summary>
    public IReadOnlyList<string> Verify(IEnumerable<AuditRecord> audit)
    {
        var problems = new List<string>();
        var told = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var record in audit)
            if (record.Event == KeptEvent && record.Facts?.GetValueOrDefault(DigestFact) is { } digest) told[record.Case] = digest;
        foreach (var day in Days())
        {
            foreach (var window in Newest(Lines(day)))
            {
                var where = $"{Folder}/{Path.GetFileName(day)}, {UtcStamp.Write(window.Window.From)}";
                if (window.Entries.Any(entry => !entry.IsSound)) problems.Add($"{where}, was changed: a row does not fit its hash.");
                if (told.Remove(window.Case, out var digest) && digest != window.Digest)
                    problems.Add($"{where}, was changed: it is not what the audit tells of.");
            }
        }

        // A day goes as a whole, and facts of the audit go by the line: near the end of their time one may be there without the other.
        var oldest = time.GetUtcNow() - keep + Day;
        problems.AddRange(told.Keys.Where(@case => UtcStamp.TryRead(@case[(Folder.Length + 1)..], out var from) && from > oldest)
            .Order(StringComparer.Ordinal).Select(@case => $"{@case} is missing in {FolderPath}: the audit tells that it was kept."));
        return problems;
    }

    private string PathOf(DateTimeOffset from) => Path.Combine(
        FolderPath, from.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + ".jsonl");

    private List<string> Days() => Directory.Exists(FolderPath)
        ? [.. Directory.EnumerateFiles(FolderPath, "*.jsonl").Where(path => DayOf(path) is not null).Order(StringComparer.Ordinal)]
        : [];

    private static DateTimeOffset? DayOf(string path) => DateTimeOffset.TryParseExact(
        Path.GetFileNameWithoutExtension(path), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day)
        ? day
        : null;

    private static IEnumerable<AccessWindow> Newest(IEnumerable<AccessWindow> windows) =>
        windows.GroupBy(window => window.Window.From).Select(same => same.Last()).OrderBy(window => window.Window.From);

    private static IEnumerable<AccessWindow> Lines(string path) => PrivateFile.ReadLines(path).Select(TryRead).OfType<AccessWindow>();

    private static byte[] Write(AccessWindow window)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("from", UtcStamp.Write(window.Window.From));
            json.WriteString("to", UtcStamp.Write(window.Window.To));
            json.WriteStartArray("notSeen");
            foreach (var gap in window.NotSeen)
            {
                json.WriteStartObject();
                json.WriteString("from", gap.From);
                json.WriteString("to", gap.To);
                json.WriteString("why", gap.Why);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("rows");
            foreach (var entry in window.Entries)
            {
                json.WriteStartObject();
                json.WriteString("hash", entry.Hash);
                if (entry is { Salt: { } salt, Raw: { } raw })
                {
                    json.WriteString("salt", salt);
                    json.WritePropertyName("row");
                    json.WriteRawValue(raw);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    private static AccessWindow? TryRead(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            return UtcStamp.TryRead(root.GetProperty("from").GetString(), out var from)
                && UtcStamp.TryRead(root.GetProperty("to").GetString(), out var to)
                ? new AccessWindow(
                    new Window(from, to),
                    [.. root.GetProperty("notSeen").EnumerateArray().Select(Gap)],
                    [.. root.GetProperty("rows").EnumerateArray().Select(Entry)])
                : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static AccessGap Gap(JsonElement gap) => new(
        gap.GetProperty("from").GetDateTimeOffset(), gap.GetProperty("to").GetDateTimeOffset(), gap.GetProperty("why").GetString() ?? "");

    private static AccessEntry Entry(JsonElement entry) => new(
        entry.GetProperty("hash").GetString() ?? "",
        entry.TryGetProperty("salt", out var salt) ? salt.GetString() : null,
        entry.TryGetProperty("row", out var row) ? row.GetRawText() : null);
}
