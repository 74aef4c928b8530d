using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Athena.Sandbox.Contract;

/// <summary>
/// Turns a recorded request into the one to send: other names, other ids. Everything it renamed is remembered for the messages.
/// </summary>
internal sealed partial class Recast(Renaming renaming, IdMap ids)
{
    private static readonly HashSet<string> Dashboards =
    [
        "ward-occupancy", "lab-turnaround", "hl7-errors", "redis-overview", "wards", "pub", "walk",
    ];
    /// <summary>A data source that needs nothing beside Grafana.</summary>
    public const string Working = "testdata";

    private static readonly HashSet<string> DataSources = ["promdown", "tsdb", "influx", Working];
    public const string SignOnPath = "/login/generic_oauth";

    private readonly Dictionary<string, string> renamed = new(StringComparer.Ordinal);

    /// <summary>With which state the server sent the visitor to the provider: they must bring it back.</summary>
    public string State { get; set; } = "";

    /// <summary>A login or e-mail; one that imitates a recorded id or uid imitates the new one.</summary>
    public string Name(string recorded)
    {
        var now = long.TryParse(recorded, out var id) && ids.Account(id) is { } account
            ? $"{account}"
            : ids.Text(recorded) ?? renaming.Of(recorded);
        if (recorded.Length > 0) renamed[recorded] = now;
        return now;
    }

    /// <summary>A recorded message with the names that it holds now.</summary>
    public string Message(string recorded)
    {
        // Short names and plain words could stand in a message by chance.
        var telling = renamed.Where(r => r.Key.Length > 6 && (r.Key.Contains('@') || Dashboards.Contains(r.Key)));
        foreach (var (old, now) in telling.OrderByDescending(r => r.Key.Length))
            recorded = recorded.Replace(old, now, StringComparison.Ordinal);

        return recorded;
    }

    public string Path(RecordedExchange exchange)
    {
        var parts = exchange.Path.Split('?', 2);
        var segments = parts[0].Split('/');
        for (var i = 1; i < segments.Length; i++)
        {
            var (before, segment) = (segments[i - 1], segments[i]);
            if (long.TryParse(segment, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id))
            {
                var zeros = id > 0 ? new string('0', segment.Length - segment.TrimStart('0').Length) : "";
                segments[i] = zeros + (before is "orgs" or "using" ? $"{ids.Organisation(id)}" : $"{ids.Account(id) ?? IdMap.Nobody}");
            }
            else if (before == "uid" && DataSources.Contains(segment)) segments[i] = Name(segment);
            else if (Dashboards.Contains(segment)) segments[i] = Name(segment);
            else if (before == "namespaces" && segment.StartsWith("org-", StringComparison.Ordinal))
                segments[i] = $"org-{ids.Organisation(long.Parse(segment[4..]))}";
            else if (before is "users" or "public-dashboards" or "dashboards" && ids.Text(segment) is { } now) segments[i] = now;
        }

        return string.Join('/', segments) + (parts.Length > 1 ? "?" + Query(exchange, parts[1]) : "");
    }

    public JsonNode? Body(RecordedExchange exchange)
    {
        if (exchange.Body is not { } recorded) return null;
        var body = JsonNode.Parse(recorded.GetRawText());
        if (body is JsonObject members) Change(exchange, members);
        return body;
    }

    private string Query(RecordedExchange exchange, string query)
    {
        if (exchange.Scene.Contains("past the end", StringComparison.Ordinal)) return PageNumber().Replace(query, "page=999999");
        if (exchange.Path.StartsWith(SignOnPath + "?", StringComparison.Ordinal))
            return $"code={Uri.EscapeDataString(Name(Code().Match(query).Groups[1].Value))}&state={Uri.EscapeDataString(State)}";

        // The recorded server held no dashboard yet; this one may.
        if (exchange is { Recording: ContractPlan.SingleSignOn, Scene: "what he sees" }) return $"{query}&query={Name("nothing")}";
        return LoginOrEmail().Replace(query, m => m.Groups[1].Value.Contains('+')
            ? m.Value
            : "loginOrEmail=" + Uri.EscapeDataString(Name(Uri.UnescapeDataString(m.Groups[1].Value))));
    }

    private void Change(RecordedExchange exchange, JsonObject members)
    {
        foreach (var (key, value) in members.ToArray())
        {
            if (value is JsonObject inner)
            {
                if (key == "dashboard" && exchange.Path == "/api/dashboards/db") Change(exchange, inner);
                continue;
            }

            if (value?.GetValueKind() == System.Text.Json.JsonValueKind.String)
            {
                var text = value.GetValue<string>();
                var isNamed = key is "login" or "email" or "username" or "user" or "loginOrEmail" or "uid" or "folderUid"
                    || (key == "name" && exchange.Path is "/api/orgs" or "/api/serviceaccounts" or "/api/datasources");
                if (key == "inviteCode") members[key] = ids.Text(text);
                else if (isNamed) members[key] = Name(text);
            }
            else if (key == "OrgId")
            {
                members[key] = ids.Organisation(value!.GetValue<long>());
            }
        }
    }

    [GeneratedRegex("(?<=^|&)page=\\d+")]
    private static partial Regex PageNumber();

    [GeneratedRegex("code=([^&]*)")]
    private static partial Regex Code();

    [GeneratedRegex("loginOrEmail=([^&]*)")]
    private static partial Regex LoginOrEmail();
}
