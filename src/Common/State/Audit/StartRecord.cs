using System.Text.Json;
using Athena.Common.Files;
using Athena.Common.Settings;

namespace Athena.Common.State.Audit;

/// <summary>
/// The audit's line at each start: version, runtime, settings without secrets, and what differs from the start before, which is remembered
/// in <c>last-start.json</c> beside the audit.
/// </summary>
public static class StartRecord
{
    /// <summary>The event's name.</summary>
    public const string Event = "started";

    /// <summary>Appends the line and remembers this start.</summary>
    public static void Append(AuditLog log, AuditOptions options, IEnumerable<RegisteredSetting> settings)
    {
        var now = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["version"] = WorkerIdentity.Version,
            ["runtime"] = WorkerIdentity.Runtime,
        };
        foreach (var setting in settings)
            now[setting.Key] = setting.Shown;

        var differs = Compare(Read(options.LastStart), now);
        var facts = new OrderedDictionary<string, string>();
        foreach (var (name, value) in now)
            facts[name] = value;
        facts["differs"] = string.Join("; ", differs);
        log.Append(new AuditEntry(
            Event,
            "daemon",
            differs.Count == 0
                ? $"started, version {WorkerIdentity.Version}, as before"
                : $"started, version {WorkerIdentity.Version}, {differs.Count} differences",
            facts));
        Remember(options.LastStart, now);
    }

    /// <summary>
    /// Sentences such as <c>POLL_INTERVAL: 15s → 1m</c>; nothing when <paramref name="before"/> is null (the first start). Pure.
    /// </summary>
    internal static IReadOnlyList<string> Compare(IReadOnlyDictionary<string, string>? before, IReadOnlyDictionary<string, string> now) =>
        before is null
            ? []
            : [.. before.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
                .Where(k => before.GetValueOrDefault(k) != now.GetValueOrDefault(k))
                .Select(k => $"{k}: {before.GetValueOrDefault(k, "(none)")} → {now.GetValueOrDefault(k, "(none)")}")];

    /// <summary>Null when there is none, or it cannot be read: then nothing is said to differ.</summary>
    private static Dictionary<string, string>? Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString() ?? "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException
            or ArgumentException)
        {
            return null;
        }
    }

    private static void Remember(string path, SortedDictionary<string, string> now)
    {
        try
        {
            PrivateFile.Replace(path, stream =>
            {
                using var json = new Utf8JsonWriter(stream);
                json.WriteStartObject();
                foreach (var (name, value) in now)
                    json.WriteString(name, value);
                json.WriteEndObject();
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk: the next start compares with an older one. The audit itself has said that the disk refuses.
        }
    }
}
