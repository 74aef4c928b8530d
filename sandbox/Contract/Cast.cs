using System.Text.Json;

namespace Athena.Sandbox.Contract;

/// <summary>The people of one recording under their new names: what stands for what while it is replayed.</summary>
internal sealed class Cast
{
    private static readonly HashSet<string> WithCookies =
    [
        "visitor", "thabo.m", "naledi", "invitee", "daemon with a kept session", "stranger", "visitor by single sign-on",
    ];
    private static readonly string[] DataSourceNames = ["PrometheusDown", "Tsdb", "Influx", Recast.Working];
    private static readonly string[] DashboardUids = ["ward-occupancy", "lab-turnaround", "hl7-errors", "redis-overview", "pub", "walk"];
    private readonly string recording;
    private readonly Renaming renaming;

    public Cast(string recording, string tag)
    {
        this.recording = recording;
        renaming = new Renaming(tag);
        Exchanges = RecordedExchange.Load(recording);
        Recast = new Recast(renaming, Ids);
        foreach (var exchange in Exchanges)
            if (exchange.Json is { } json) ReadLogins(json);

        // The only one whose id the recording never shows beside their login.
        if (recording == ContractPlan.Attacks) LoginOf.TryAdd(23, "chief3");
    }

    public IReadOnlyList<RecordedExchange> Exchanges { get; }
    public IdMap Ids { get; } = new();
    public Recast Recast { get; }

    /// <summary>The service account token of this recording, once it was made.</summary>
    public string? Token { get; set; }

    /// <summary>Which login a recorded user id had first.</summary>
    public Dictionary<long, string> LoginOf { get; } = [];

    /// <summary>What a replay makes beside accounts, as paths to delete; nothing that it did not make itself.</summary>
    public IEnumerable<string> LeftBehind =>
    [
        .. DashboardUids.Select(d => "/api/dashboards/uid/" + renaming.Of(d)),
        "/api/folders/" + renaming.Of("wards"),
        "/api/datasources/name/" + renaming.Of("testdata"),
        .. DataSourceNames.Select(name => "/api/datasources/name/" + renaming.Of(name)),
        .. Ids.MadeAnnotations.Select(id => $"/api/annotations/{id}"),
        .. Ids.MadeOrganisations.Select(o => $"/api/orgs/{o}"),
    ];

    /// <summary>The name of the cookie jar of whoever asks by session; null for all others.</summary>
    public string? Jar(string actor) => WithCookies.Contains(actor) ? recording + "/" + actor : null;

    private void ReadLogins(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in json.EnumerateArray()) ReadLogins(item);
        }
        else if (json.ValueKind == JsonValueKind.Object)
        {
            if (json.TryGetProperty("id", out var id) && json.TryGetProperty("login", out var login) && id.TryGetInt64(out var number)
                && number > 0)
                LoginOf.TryAdd(number, login.GetString()!);
            else if (json.TryGetProperty("users", out var users)) ReadLogins(users);
        }
    }
}
