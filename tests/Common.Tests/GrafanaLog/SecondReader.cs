using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Athena.Common.Tests.GrafanaLog;

/// <summary>
/// Reads a line of Grafana's log in quite another way than <see cref="Athena.Common.GrafanaLog.Line.LogLine"/> does, to check it: a regular
/// expression over strings for the text format, System.Text.Json for the other and for the inside of quotes. Slow, short, and shares no
/// code with it.
/// </summary>
internal static partial class SecondReader
{
    public const string Unreadable = "(not to be decoded)";

    /// <summary>The fields of a line, the first of equal keys; null when it is none of Grafana's.</summary>
    public static Dictionary<string, string>? Fields(byte[] bytes)
    {
        string line = Encoding.UTF8.GetString(bytes);
        return line.StartsWith('{') ? Json(line) : Text(line);
    }

    /// <summary>The fields of a request line; null for any other.</summary>
    public static Dictionary<string, string>? Request(byte[] bytes) =>
        Fields(bytes) is { } fields && fields.GetValueOrDefault("logger") == "context"
            && fields.GetValueOrDefault("msg") == "Request Completed"
            ? fields
            : null;

    private static Dictionary<string, string>? Text(string line)
    {
        Match match = WholeLine().Match(line);
        if (!match.Success)
            return null;
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((Capture key, Capture value) in match.Groups["key"].Captures.Zip(match.Groups["value"].Captures))
            fields.TryAdd(key.Value, value.Value.StartsWith('"') ? Unquote(value.Value) : value.Value);
        return fields;
    }

    /// <summary>With escapes that nobody writes the value is of no use for a comparison, but the line may still be one.</summary>
    private static string Unquote(string quoted)
    {
        try
        {
            return JsonSerializer.Deserialize<string>(quoted)!;
        }
        catch (JsonException)
        {
            return Unreadable;
        }
    }

    private static Dictionary<string, string>? Json(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            var fields = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (JsonProperty member in document.RootElement.EnumerateObject())
                fields.TryAdd(member.Name, member.Value.ToString());
            return fields;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    [GeneratedRegex(
        """^([\x00-\x20]*(?<key>[^\x00-\x20="]+)=(?<value>"([^"\\]|\\.)*"|[^\x00-\x20"]*)(?=[\x00-\x20]|$))+[\x00-\x20]*$""",
        RegexOptions.Singleline)]
    private static partial Regex WholeLine();
}
