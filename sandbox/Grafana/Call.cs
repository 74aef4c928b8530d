using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Athena.Sandbox.Grafana;

/// <summary>A request as a handler sees it.</summary>
internal sealed class Call
{
    private JsonElement? json;

    public required string Method { get; init; }

    /// <summary>The path as Grafana logs it: percent-decoded, without sub-path and query.</summary>
    public required string Path { get; init; }

    /// <summary>The path as it came, for redirects.</summary>
    public required string RawPath { get; init; }

    public required string QueryText { get; init; }
    public required IHeaderDictionary Headers { get; init; }
    public required byte[] Body { get; init; }
    public required string RemoteAddress { get; init; }
    public required StandInOptions Options { get; init; }
    public required GrafanaDatabase Database { get; init; }
    public required GrafanaFaults Faults { get; init; }

    /// <summary>Address of the provider for single sign-on; null when there is none.</summary>
    public Uri? ProviderUrl { get; init; }

    public Identity Caller { get; set; } = Identity.Nobody;

    /// <summary>Values of the <c>:name</c> parts of the route, decoded.</summary>
    public IReadOnlyDictionary<string, string> Parts { get; set; } = new Dictionary<string, string>();

    private Dictionary<string, StringValues> Query => field ??= QueryHelpers.ParseQuery(QueryText);

    public string Part(string name) => Parts.GetValueOrDefault(name, "");

    public string Ask(string name) => Query.TryGetValue(name, out var value) ? value.ToString() : "";

    /// <summary>
    /// A number of the query. What is none is left aside, and what is too large for 64 bits is the largest that fits (recorded).
    /// </summary>
    public long AskNumber(string name, long otherwise)
    {
        var text = Ask(name);
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            number = text.Length > 18 && text.All(char.IsAsciiDigit) ? long.MaxValue : 0;
        return number > 0 ? number : otherwise;
    }

    /// <summary>
    /// A page of a list. The offset is a product of 64-bit numbers and may overflow, and then the list begins at its begin (recorded of
    /// page=9223372036854775807).
    /// </summary>
    public static IEnumerable<T> Page<T>(IEnumerable<T> all, long page, long perPage)
    {
        var from = Math.Max(0, unchecked((page - 1) * perPage));
        return all.Skip((int)Math.Min(from, int.MaxValue)).Take((int)Math.Min(perPage, int.MaxValue));
    }

    /// <summary>A part of the path as an id; null for what is no 64-bit number. Leading zeros do not matter (recorded).</summary>
    public long? Id(string name) =>
        long.TryParse(Part(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id) ? id : null;

    /// <summary>A string of the JSON body; empty when it is not there.</summary>
    public string Text(string name) => Member(name) is { ValueKind: JsonValueKind.String } value ? value.GetString()! : "";

    public bool? Flag(string name) =>
        Member(name)?.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null };

    public long Number(string name) =>
        Member(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : 0;

    /// <summary>The body, or null when it is no JSON.</summary>
    public JsonElement? Json
    {
        get
        {
            if (json is not null || Body.Length == 0) return json;
            try
            {
                json = JsonSerializer.Deserialize<JsonElement>(Body);
            }
            catch (JsonException)
            {
                return null;
            }

            return json;
        }
    }

    public string Time(DateTimeOffset at) => at.Year <= 1
        ? "0001-01-01T00:00:00Z"
        : GrafanaLog.LineWriter.Timestamp(GrafanaDatabase.ToSeconds(at), Options.ServerOffset);

    private JsonElement? Member(string name) =>
        Json is { ValueKind: JsonValueKind.Object } body && body.TryGetProperty(name, out var value) ? value : null;

    public string? Cookie(string name)
    {
        foreach (var header in Headers.Cookie)
            foreach (var pair in (header ?? "").Split(';', StringSplitOptions.TrimEntries))
                if (pair.StartsWith(name + "=", StringComparison.Ordinal)) return pair[(name.Length + 1)..];

        return null;
    }
}
