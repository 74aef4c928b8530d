using System.Globalization;

namespace Athena.Common.Grafana.Api;

/// <summary>One request as it is to be sent: a route and what fills its holes. There is no other way to one.</summary>
internal sealed record GrafanaRequest
{
    // More is no name; it comes from a log line, and whoever caused that line chose it.
    private const int LongestName = 2000;

    private GrafanaRequest(Route route, string path)
    {
        Route = route;
        Path = path;
        Purpose = route.Purpose;
        Body = route.Method == HttpMethod.Post ? "{}"u8.ToArray() : null;
    }

    public Route Route { get; }

    /// <summary>Relative to the base address, already encoded.</summary>
    public string Path { get; }

    /// <inheritdoc cref="Route.Purpose"/>
    public string Purpose { get; init; }

    /// <summary>JSON, or null.</summary>
    public byte[]? Body { get; init; }

    /// <summary>Organisation to act in (<c>X-Grafana-Org-Id</c>), or null for the account's own.</summary>
    public long? OrgId { get; init; }

    public static GrafanaRequest To(Route route, params ReadOnlySpan<long> numbers)
    {
        var values = new string[numbers.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = numbers[i].ToString(CultureInfo.InvariantCulture);
        return new GrafanaRequest(route, route.Fill(values));
    }

    /// <summary>To a route with one hole, filled with somebody's text.</summary>
    /// <returns>Null when nothing can have such a name: it is empty or too long, or is dots and a step of the path, which they would climb
    /// out of, encoded or not.</returns>
    public static GrafanaRequest? To(Route route, string text)
    {
        // '+' becomes %2B: unencoded, Grafana reads it as a space in a query and finds nobody (docs/grafana.md §5).
        return text.Length is > 0 and <= LongestName && (text is not ("." or "..") || !route.Path.Contains('{', StringComparison.Ordinal))
            ? new GrafanaRequest(route, route.Fill(Uri.EscapeDataString(text)))
            : null;
    }
}
