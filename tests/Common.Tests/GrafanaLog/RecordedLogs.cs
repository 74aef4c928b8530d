using System.Text.Json;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.GrafanaLog;

/// <summary>The logs that a running Grafana 12.4.0 wrote, kept byte for byte under tests/Fixtures/logs.</summary>
internal static class RecordedLogs
{
    private static readonly string Folder = Repository.PathOf("tests/Fixtures/logs");

    /// <summary>Every log in text or JSON format.</summary>
    public static IEnumerable<string> Names =>
    [
        "anonymous-and-token-rotation/grafana.log",
        "attacks/grafana.log",
        "json-and-text/file.json.log",
        "json-and-text/journal.text.log",
        "renderer/grafana.log",
        "router-logging-off/grafana.log",
        "single-sign-on/grafana.log",
        "visitors/with-anonymous-access.log",
        "visitors/without-anonymous-access.log",
        .. Day,
    ];

    /// <summary>One day in the order in which it was written.</summary>
    public static IEnumerable<string> Day =>
    [
        .. Enumerable.Range(1, 6).Select(number => $"day/rotated/grafana.log.2026-11-21.{number:D3}"),
        "day/rotated/grafana.log",
    ];

    public static string Path(string name) => System.IO.Path.Combine(Folder, name);

    /// <summary>The lines as bytes, without their line ends.</summary>
    public static List<byte[]> Lines(string name)
    {
        var lines = new List<byte[]>();
        ReadOnlySpan<byte> bytes = File.ReadAllBytes(Path(name));
        while (!bytes.IsEmpty)
        {
            int end = bytes.IndexOf((byte)'\n');
            lines.Add(bytes[..end].ToArray());
            bytes = bytes[(end + 1)..];
        }
        return lines;
    }

    /// <summary>Id and login of every user that the recorded answers of Grafana's API list.</summary>
    public static List<(long Id, string Login)> Users(string name)
    {
        var users = new List<(long, string)>();
        foreach (string exchange in File.ReadLines(Path(name)))
        {
            JsonElement answer = JsonDocument.Parse(exchange).RootElement.GetProperty("json");
            JsonElement[] found = answer.ValueKind == JsonValueKind.Array ? [.. answer.EnumerateArray()] : [answer];
            users.AddRange(found.Select(user => (user.GetProperty("id").GetInt64(), user.GetProperty("login").GetString()!)));
        }
        return users;
    }
}
