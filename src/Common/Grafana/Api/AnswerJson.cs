using System.Buffers;
using System.Text.Json;

namespace Athena.Common.Grafana.Api;

/// <summary>
/// Reads Grafana's smaller answers. Fields that are missing, unknown or of another kind are no fault (12.3 and 12.4 differ);
/// null means that the body as a whole is not what was asked for.
/// </summary>
internal static class AnswerJson
{
    /// <summary><c>message</c> and <c>messageId</c> of any answer; empty where there is none.</summary>
    public static (string Message, string MessageId) Message(ReadOnlySequence<byte> body)
    {
        // Only an object that is short enough to be one: the user list shall not be parsed twice.
        if (body.Length > 16 * 1024 || body.FirstSpan is not [(byte)'{', ..])
            return ("", "");
        return Read(body, root => Tuple.Create(Text(root, "message"), Text(root, "messageId"))) is { } found
            ? (found.Item1, found.Item2)
            : ("", "");
    }

    public static GrafanaHealth? Health(ReadOnlySequence<byte> body) => Read(body, root =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty("database", out _)
            ? new GrafanaHealth(Text(root, "version"), Text(root, "database") == "ok")
            : null);

    public static ServerSettings? Settings(ReadOnlySequence<byte> body) => Read(body, root =>
    {
        if (root.ValueKind != JsonValueKind.Object)
            return null;
        var sections = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        foreach (var section in root.EnumerateObject().Where(section => section.Value.ValueKind == JsonValueKind.Object))
        {
            var keys = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var key in section.Value.EnumerateObject())
                keys[key.Name] = key.Value.ValueKind == JsonValueKind.String ? key.Value.GetString()! : key.Value.GetRawText();
            sections[section.Name] = keys;
        }

        return sections.Count == 0 ? null : new ServerSettings(sections);
    });

    public static ServerStatistics? Statistics(ReadOnlySequence<byte> body) => Read(body, root =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty("activeSessions", out var sessions)
            && sessions.ValueKind == JsonValueKind.Number
            ? new ServerStatistics(Number(root, "activeSessions"))
            : null);

    public static IReadOnlyList<OrganisationMembership>? Memberships(ReadOnlySequence<byte> body) =>
        List(body, item => new OrganisationMembership(Number(item, "orgId"), Text(item, "name"), Text(item, "role")));

    public static IReadOnlyList<GrafanaOrganisation>? Organisations(ReadOnlySequence<byte> body) =>
        List(body, item => new GrafanaOrganisation(Number(item, "id"), Text(item, "name")));

    public static IReadOnlyList<DataSource>? DataSources(ReadOnlySequence<byte> body) =>
        List(body, item => new DataSource(Number(item, "orgId"), Text(item, "uid"), Text(item, "name")));

    /// <summary>Null where the plugin could not tell, or something else answered.</summary>
    public static DataSourceHealth? DataSourceHealth(ReadOnlySequence<byte> body) => Read(body, root => Text(root, "status") switch
    {
        "OK" => new DataSourceHealth(IsWell: true),
        "ERROR" => new DataSourceHealth(IsWell: false),
        _ => null,
    });

    public static IReadOnlyList<PendingInvitation>? Invitations(ReadOnlySequence<byte> body, long orgId) => List(
        body, item => new PendingInvitation(
            Text(item, "email"), Text(item, "role"), Number(item, "orgId") is var org and > 0 ? org : orgId, Text(item, "invitedByLogin")));

    public static IReadOnlyList<UserSession>? Sessions(ReadOnlySequence<byte> body) => List(body, item => new UserSession(
        Number(item, "id"),
        Text(item, "clientIp"),
        $"{Text(item, "browser")} {Text(item, "browserVersion")}".Trim(),
        $"{Text(item, "os")} {Text(item, "osVersion")}".Trim(),
        Time(item, "createdAt") ?? DateTimeOffset.MinValue,
        Time(item, "seenAt") ?? DateTimeOffset.MinValue));

    /// <summary>One page of an organisation's service accounts, and how many there are in all.</summary>
    public static (IReadOnlyList<ServiceAccount> Page, long Total)? ServiceAccounts(ReadOnlySequence<byte> body, long orgId)
    {
        var read = Read(body, root =>
        {
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("serviceAccounts", out var items))
                return null;
            var page = Items(items, item => ServiceAccount(item, orgId));
            return page is null ? null : Tuple.Create(page, Number(root, "totalCount"));
        });
        return read is null ? null : (read.Item1, read.Item2);
    }

    /// <summary>A service account's own record; null when it is another's.</summary>
    public static ServiceAccount? ServiceAccount(ReadOnlySequence<byte> body, long id, long orgId) => Read(body, root =>
        root.ValueKind == JsonValueKind.Object && ServiceAccount(root, orgId) is var account && account.Id == id ? account : null);

    private static ServiceAccount ServiceAccount(JsonElement item, long orgId) => new(
        Number(item, "id"),
        Text(item, "login"),
        Text(item, "name"),
        Number(item, "orgId") is var org and > 0 ? org : orgId,
        Text(item, "role"),
        Flag(item, "isDisabled"))
    {
        Created = Time(item, "createdAt"),
    };

    /// <summary>The answer to the request that made an account; null without an id.</summary>
    public static CreatedUser? Created(ReadOnlySequence<byte> body) => Read(body, root =>
        root.ValueKind == JsonValueKind.Object && Number(root, "id") is > 0 and var id
            ? new CreatedUser(id, Text(root, "uid") is { Length: > 0 } uid ? uid : null)
            : null);

    public static DashboardTitle? Dashboard(ReadOnlySequence<byte> body, string uid) => Read(body, root =>
        root.ValueKind == JsonValueKind.Object
        && root.TryGetProperty("dashboard", out var dashboard) && dashboard.ValueKind == JsonValueKind.Object
            ? new DashboardTitle(
                uid,
                Text(dashboard, "title"),
                root.TryGetProperty("meta", out var meta) ? Text(meta, "folderTitle") : "",
                root.TryGetProperty("meta", out meta) ? Text(meta, "url") : "")
            : null);

    private static IReadOnlyList<T>? List<T>(ReadOnlySequence<byte> body, Func<JsonElement, T> item) =>
        Read(body, root => Items(root, item));

    private static IReadOnlyList<T>? Items<T>(JsonElement array, Func<JsonElement, T> item) => array.ValueKind switch
    {
        // Go writes an empty list as null where nobody made it.
        JsonValueKind.Null => [],
        JsonValueKind.Array when array.EnumerateArray().All(one => one.ValueKind == JsonValueKind.Object) =>
            [.. array.EnumerateArray().Select(item)],
        _ => null,
    };

    private static T? Read<T>(ReadOnlySequence<byte> body, Func<JsonElement, T?> read)
        where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return read(document.RootElement);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string that is no valid Unicode.
            return null;
        }
    }

    private static string Text(JsonElement item, string key) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : "";

    private static long Number(JsonElement item, string key) =>
        item.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            ? number
            : 0;

    private static bool Flag(JsonElement item, string key) =>
        item.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.True;

    private static DateTimeOffset? Time(JsonElement item, string key) =>
        item.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out var time)
            && time.Year > 1
            ? time
            : null;
}
