using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Athena.Sandbox.Contract;

/// <summary>
/// Asks a Grafana, real or not, what was once asked of the recorded one, with other names and ids and in another order, and compares.
/// It makes users, organisations and dashboards of its own, all named with one random tag, and deletes them at the end.
/// </summary>
public sealed class ContractReplay : IDisposable
{
    // The exchanges of the recording before which the flag was set, and cleared, in the database.
    private const int FlagSet = 37;
    private const int FlagCleared = 44;

    private const string TheAdmin = "admin (basic auth)";

    private readonly Random random;
    private readonly AuthenticationHeaderValue admin;
    private readonly ContractClient client;
    private readonly Dictionary<string, Cast> casts = new(StringComparer.Ordinal);
    private readonly string tag;
    private readonly List<string> notes = [];
    private readonly Func<long, bool, Task>? databaseHand;
    private int crowd;
    private bool acceptsProxy;
    private bool hasProvider;

    /// <param name="databaseHand">
    /// sets (true) or clears (false) the flag of the account with this id in the server's database, and with it deletes the sessions;
    /// null where nobody has hands there
    /// </param>
    public ContractReplay(Uri url, string adminUser, string adminPassword, int seed, Func<long, bool, Task>? databaseHand = null)
    {
        this.databaseHand = databaseHand;
        random = new Random(seed);
        tag = "ct" + Convert.ToHexStringLower(Guid.NewGuid().ToByteArray())[..8];
        admin = Basic(adminUser, adminPassword);
        client = new ContractClient(url);
    }

    /// <summary>What the server made us wait for.</summary>
    public IReadOnlyList<string> Notes => notes;

    public void Dispose() => client.Dispose();

    /// <summary>Every recorded exchange exactly once, in the order in which it was asked.</summary>
    public async Task<IReadOnlyList<ContractResult>> RunAsync(CancellationToken cancellation = default)
    {
        await PrepareAsync(cancellation).ConfigureAwait(false);
        try
        {
            var results = new List<ContractResult>();
            foreach (var block in ContractPlan.Shuffle(random))
            {
                var cast = casts[block.Recording];
                foreach (var exchange in cast.Exchanges.Skip(block.From).Take(block.To - block.From + 1))
                    results.Add(await ReplayAsync(cast, exchange, block, cancellation).ConfigureAwait(false));
            }

            return results;
        }
        finally
        {
            await CleanUpAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Who is there already, and other people first, so that no id and no count is the recorded one.</summary>
    private async Task PrepareAsync(CancellationToken cancellation)
    {
        var me = await AdminAsync("GET", "/api/user", null, cancellation).ConfigureAwait(false);
        if (me.Status != 200 || me.Json is not { } profile)
            throw new InvalidOperationException($"The server answers {me.Status} to the admin: {me.Body}");
        foreach (var recording in ContractPlan.Recordings)
        {
            var cast = new Cast(recording, $"{tag}{casts.Count}");
            cast.Ids.SetAccount(1, profile.GetProperty("id").GetInt64());
            cast.Ids.SetOrganisation(1, profile.GetProperty("orgId").GetInt64());
            casts.Add(recording, cast);
        }

        var settings = await AdminAsync("GET", "/api/admin/settings", null, cancellation).ConfigureAwait(false);
        acceptsProxy = settings.Json is { } all && all.TryGetProperty("auth.proxy", out var proxy)
            && proxy.GetProperty("enabled").GetString() == "true";
        hasProvider = settings.Json is { } of && of.TryGetProperty("auth.generic_oauth", out var oauth)
            && oauth.GetProperty("enabled").GetString() == "true"
            && Uri.TryCreate(oauth.GetProperty("auth_url").GetString(), UriKind.Absolute, out var provider)
            && provider is { IsLoopback: true, AbsolutePath: "/auth" };
        for (crowd = 0; crowd < 55 + random.Next(20); crowd++)
            await MakeUserAsync($"{tag}-crowd{crowd}", "lab-Crowd-1", cancellation).ConfigureAwait(false);
        await PrepareRoutesAsync(casts[ContractPlan.Routes], cancellation).ConfigureAwait(false);
        await PreparePlatformAsync(casts[ContractPlan.Platform], cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// Odd ids are asked for as they are: nobody has them. The one that was somebody's is the id of a person made for it, who is signed in;
    /// the service account may do what an organisation's Admin may.
    /// </summary>
    private async Task PrepareRoutesAsync(Cast cast, CancellationToken cancellation)
    {
        foreach (var odd in new[] { -1, 0, int.MaxValue, int.MaxValue + 1L, long.MaxValue })
        {
            cast.Ids.SetAccount(odd, odd);
            cast.Ids.SetOrganisation(odd, odd);
        }

        var login = cast.Recast.Name("nurse1");
        cast.Ids.SetAccount(117, await MakeUserAsync(login, "lab-User-1", cancellation).ConfigureAwait(false));
        await client.SendAsync(
            "POST",
            "/login",
            JsonSerializer.Serialize(new { user = login, password = "lab-User-1" }),
            null,
            null,
            [],
            cancellation).ConfigureAwait(false);
        var account = JsonSerializer.Serialize(new { name = $"{tag}-routes", role = "Admin" });
        var made = await AdminAsync("POST", "/api/serviceaccounts", account, cancellation).ConfigureAwait(false);
        var token = await AdminAsync("POST", $"/api/serviceaccounts/{Member(made, "id")}/tokens", $$"""{"name":"{{tag}}"}""", cancellation)
            .ConfigureAwait(false);
        cast.Token = Member(token, "key");
        var dashboard = JsonSerializer.Serialize(new
        {
            dashboard = new { uid = cast.Recast.Name("walk"), title = $"{tag} walk", panels = Array.Empty<object>() },
        });
        await AdminAsync("POST", "/api/dashboards/db", dashboard, cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// A server admin who is Viewer of one organisation and in no other, another organisation, and a data source that is well.
    /// </summary>
    private async Task PreparePlatformAsync(Cast cast, CancellationToken cancellation)
    {
        var id = await MakeUserAsync(cast.Recast.Name("athena-workers-7f3a"), "lab-Worker-1", cancellation).ConfigureAwait(false);
        cast.Ids.SetAccount(116, id);
        await AdminAsync("PUT", $"/api/admin/users/{id}/permissions", """{"isGrafanaAdmin":true}""", cancellation).ConfigureAwait(false);
        await AdminAsync("PATCH", $"/api/orgs/{cast.Ids.Organisation(1)}/users/{id}", """{"role":"Viewer"}""", cancellation)
            .ConfigureAwait(false);
        var organisation = await AdminAsync("POST", "/api/orgs", JsonSerializer.Serialize(new { name = $"{tag}-north" }), cancellation)
            .ConfigureAwait(false);
        cast.Ids.SetOrganisation(2, long.Parse(Member(organisation, "orgId"), CultureInfo.InvariantCulture));
        cast.Ids.MadeOrganisations.Add(cast.Ids.Organisation(2));
        var name = cast.Recast.Name(Recast.Working);
        await AdminAsync(
            "POST",
            "/api/datasources",
            JsonSerializer.Serialize(new { name, uid = name, type = "grafana-testdata-datasource", access = "proxy" }),
            cancellation)
            .ConfigureAwait(false);
    }

    private async Task<long> MakeUserAsync(string login, string password, CancellationToken cancellation)
    {
        var body = JsonSerializer.Serialize(new { login, email = $"{login}@example.org", password });
        var made = await AdminAsync("POST", "/api/admin/users", body, cancellation).ConfigureAwait(false);
        return long.Parse(Member(made, "id"), CultureInfo.InvariantCulture);
    }

    private static string Member(ContractAnswer answer, string key) =>
        answer.Json is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty(key, out var value)
            ? value.ToString()
            : throw new InvalidOperationException(
                $"The server answers {answer.Status} without {key} to what the comparison needs: {answer.Body}");

    /// <summary>Each time another viewer, because a server may keep for a while what it refused one.</summary>
    private async Task AwaitViewersAsync(string uid, CancellationToken cancellation)
    {
        var patience = TimeSpan.FromSeconds(90);
        var started = TimeProvider.System.GetTimestamp();
        for (var asked = 0; ; asked++)
        {
            var viewer = Basic($"{tag}-crowd{asked % crowd}", "lab-Crowd-1");
            var answer = await client.SendAsync("GET", $"/api/dashboards/uid/{uid}", null, null, viewer, [], cancellation)
                .ConfigureAwait(false);
            var waited = TimeProvider.System.GetElapsedTime(started);
            if (answer.Status == 200 && waited < TimeSpan.FromSeconds(1)) return;
            if (answer.Status == 200 || waited > patience)
            {
                notes.Add(answer.Status == 200
                    ? $"Viewers were refused the dashboard {uid} for {waited.TotalSeconds:0} s after it was made: Grafana keeps a role's "
                        + "permissions for a while."
                    : $"Viewers were still refused the dashboard {uid} after {waited.TotalSeconds:0} s ({answer.Status}): is "
                        + "auto_assign_org_role Viewer there?");
                return;
            }

            await Task.Delay(TimeSpan.FromSeconds(1), cancellation).ConfigureAwait(false);
        }
    }

    private async Task<ContractResult> ReplayAsync(Cast cast, RecordedExchange exchange, Block block, CancellationToken cancellation)
    {
        if (WhyNot(block) is { } reason) return new ContractResult(exchange, ContractVerdict.NotReplayed, reason);
        await ResolveAsync(cast, exchange, cancellation).ConfigureAwait(false);
        if (exchange.Path is "/api/user/signup" or "/api/user/signup/step2") client.ForgetCookies(cast.Jar("visitor")!);
        if (exchange.Path == Recast.SignOnPath) client.ForgetCookies(cast.Jar(exchange.As)!);
        if (exchange is { Recording: ContractPlan.SingleSignOn, Number: FlagSet or FlagCleared })
            await databaseHand!(cast.Ids.Account(3)!.Value, exchange.Number == FlagSet).ConfigureAwait(false);
        var answer = await SendAsync(cast, exchange, cancellation).ConfigureAwait(false);
        var differences = Compare(cast, exchange, answer);
        if (answer.Json is { } json)
        {
            cast.Ids.Learn(exchange, json, cast.Recast.Name);
            if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("key", out var key)) cast.Token = key.GetString();
            if (exchange is { Path: "/api/dashboards/db", Status: 200, As: TheAdmin, Headers: null } && answer.Status == 200)
                await AwaitViewersAsync(Member(answer, "uid"), cancellation).ConfigureAwait(false);
        }

        if (exchange.Path == Recast.SignOnPath && answer.Location?.Split("state=") is [_, var state])
            cast.Recast.State = Uri.UnescapeDataString(state);
        if (exchange is { Recording: ContractPlan.Attacks, Number: 45 })
            await MakeUnrecordedTokenAsync(cast, answer, cancellation).ConfigureAwait(false);
        return new ContractResult(
            exchange, differences.Count == 0 ? ContractVerdict.Same : ContractVerdict.Different, string.Join("; ", differences));
    }

    /// <summary>Why the server cannot be asked this; null when it can.</summary>
    private string? WhyNot(Block block) => block switch
    {
        { Recording: ContractPlan.Api, From: 127 } when !acceptsProxy => "needs [auth.proxy] enabled on the server",
        { Name: ContractPlan.SignOn or ContractPlan.BackInOrganisation or ContractPlan.FlagInDatabase } when !hasProvider =>
            "needs [auth.generic_oauth] on the server with the sandbox's provider (athena-sandbox provider)",
        { Name: ContractPlan.FlagInDatabase } when databaseHand is null => "needs hands on the server's database",
        _ => null,
    };

    private Task<ContractAnswer> SendAsync(Cast cast, RecordedExchange exchange, CancellationToken cancellation)
    {
        var headers = new Dictionary<string, string>(exchange.Headers ?? []);
        if (headers.TryGetValue("X-Grafana-Org-Id", out var org))
            headers["X-Grafana-Org-Id"] = $"{cast.Ids.Organisation(long.Parse(org, CultureInfo.InvariantCulture))}";
        if (exchange.As == "auth proxy")
        {
            headers["X-WEBAUTH-USER"] = cast.Recast.Name("ext.lerato");
            headers["X-WEBAUTH-EMAIL"] = cast.Recast.Name("lerato@example.com");
            headers["X-WEBAUTH-NAME"] = "Lerato (external)";
        }

        return client.SendAsync(
            exchange.Method, cast.Recast.Path(exchange), cast.Recast.Body(exchange)?.ToJsonString(), cast.Jar(exchange.As),
            Credentials(cast, exchange.As),
            headers, cancellation);
    }

    private AuthenticationHeaderValue? Credentials(Cast cast, string actor) => actor switch
    {
        TheAdmin or "server admin, Admin of organisation 1 (basic auth)" => admin,
        "viewer (basic auth)" => Basic(cast.Recast.Name("no-such-viewer"), "wrong"),
        "service account token, Admin of organisation 1" => new AuthenticationHeaderValue("Bearer", cast.Token),
        "athena-workers (server admin, Viewer in its organisations)" or "athena-workers (server admin, Admin of its organisations)" =>
            Basic(cast.Recast.Name("athena-workers-7f3a"), "lab-Worker-1"),
        "basic auth of a disabled user" => Basic(cast.Recast.Name("thabo.m"), "lab-Self-1"),
        "viewer basic auth" => Basic(cast.Recast.Name("naledi"), "lab-User-1"),
        "wrong basic auth" => Basic(cast.Recast.Name("athena-admin"), "wrong"),
        "right basic auth after the lock-out" => Basic(cast.Recast.Name("athena-admin"), "lab-User-1"),
        "daemon by basic auth" => Basic(cast.Recast.Name("athena-workers-7f3a"), "lab-Worker-1"),
        "daemon by basic auth, e-mail as login" => Basic(cast.Recast.Name("workers-7f3a@example.org"), "lab-Worker-1"),
        "service account token (org Admin)" or "the token he made" => new AuthenticationHeaderValue("Bearer", cast.Token),
        "bad token" or "a token that is none" => new AuthenticationHeaderValue("Bearer", "glsa_no-such-token"),
        _ => null,
    };

    private static List<string> Compare(Cast cast, RecordedExchange exchange, ContractAnswer answer)
    {
        var differences = new List<string>();
        if (answer.Status != exchange.Status) differences.Add($"status {answer.Status}, recorded {exchange.Status}");
        if (exchange.ContentType is { } type
            && !type.Replace(" ", "").Equals(answer.ContentType.Replace(" ", ""), StringComparison.OrdinalIgnoreCase))
            differences.Add($"content type {answer.ContentType}, recorded {type}");
        if (exchange.Location is { } location && Target(answer.Location) != Target(location))
            differences.Add($"location {answer.Location}, recorded {location}");
        if (exchange.Json is not { } recorded)
        {
            if (exchange.Text is { Length: > 15 } text && !answer.Body.StartsWith(text[..15], StringComparison.Ordinal))
                differences.Add("another text");
        }
        else if (answer.Json is { } json)
        {
            differences.AddRange(AnswerComparison.Differences(
                recorded, json, exchange.Scene.Contains("only these kept", StringComparison.Ordinal), cast.Recast.Message));
        }
        else
        {
            differences.Add("no JSON: " + answer.Body[..Math.Min(60, answer.Body.Length)]);
        }

        return differences;
    }

    /// <summary>
    /// Where a redirect leads, as far as it does not depend on the server: the path, and of the query of another server its keys.
    /// </summary>
    private static string? Target(string? location) =>
        Uri.TryCreate(location, UriKind.Absolute, out var elsewhere) && elsewhere.Scheme.StartsWith("http", StringComparison.Ordinal)
            ? $"{elsewhere.AbsolutePath} with {string.Join(", ", elsewhere.Query.TrimStart('?').Split('&').Select(p => p.Split('=')[0]))}"
            : location?.Split('?')[0];

    /// <summary>Ids in the path that no answer has told yet are looked up by the login that the recording gives them.</summary>
    private async Task ResolveAsync(Cast cast, RecordedExchange exchange, CancellationToken cancellation)
    {
        foreach (var segment in exchange.Path.Split('?')[0].Split('/'))
        {
            if (!long.TryParse(segment, out var id) || cast.Ids.Account(id) is not null || !cast.LoginOf.TryGetValue(id, out var login))
                continue;
            var path = "/api/users/lookup?loginOrEmail=" + Uri.EscapeDataString(cast.Recast.Name(login).ToLowerInvariant());
            var found = await AdminAsync("GET", path, null, cancellation).ConfigureAwait(false);
            if (found is { Status: 200, Json: { } user }) cast.Ids.SetAccount(id, user.GetProperty("id").GetInt64());
        }
    }

    /// <summary>The recording hides how the stranger got their token; without it the next exchanges mean nothing.</summary>
    private async Task MakeUnrecordedTokenAsync(Cast cast, ContractAnswer serviceAccount, CancellationToken cancellation)
    {
        if (serviceAccount.Json is not { } made || !made.TryGetProperty("id", out var id)) return;
        cast.Ids.SetAccount(24, id.GetInt64());
        var headers = new[] { KeyValuePair.Create("X-Grafana-Org-Id", $"{cast.Ids.Organisation(3)}") };
        var answer = await client.SendAsync(
            "POST",
            $"/api/serviceaccounts/{id}/tokens",
            """{"name":"t"}""",
            cast.Jar("visitor"),
            null,
            headers,
            cancellation).ConfigureAwait(false);
        if (answer.Json is { } token && token.TryGetProperty("key", out var key)) cast.Token = key.GetString();
    }

    private async Task CleanUpAsync(CancellationToken cancellation)
    {
        var left = await AdminAsync("GET", $"/api/users?perpage=5000&query={tag}", null, cancellation).ConfigureAwait(false);
        if (left.Json is { ValueKind: JsonValueKind.Array } users)
            foreach (var user in users.EnumerateArray())
                await AdminAsync("DELETE", $"/api/admin/users/{user.GetProperty("id")}", null, cancellation).ConfigureAwait(false);

        var accounts = await AdminAsync("GET", $"/api/serviceaccounts/search?perpage=100&query={tag}", null, cancellation)
            .ConfigureAwait(false);
        if (accounts.Json is { } found && found.TryGetProperty("serviceAccounts", out var list))
            foreach (var account in list.EnumerateArray().Where(a => a.GetProperty("name").GetString()!.Contains(tag)))
                await AdminAsync("DELETE", $"/api/serviceaccounts/{account.GetProperty("id")}", null, cancellation).ConfigureAwait(false);

        foreach (var path in casts.Values.SelectMany(c => c.LeftBehind))
            await AdminAsync("DELETE", path, null, cancellation).ConfigureAwait(false);
    }

    private Task<ContractAnswer> AdminAsync(string method, string path, string? json, CancellationToken cancellation) =>
        client.SendAsync(method, path, json, null, admin, [], cancellation);

    private static AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
}
