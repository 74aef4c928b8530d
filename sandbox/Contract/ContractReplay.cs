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

    private readonly Random random;
    private readonly AuthenticationHeaderValue admin;
    private readonly ContractClient client;
    private readonly Dictionary<string, Cast> casts = new(StringComparer.Ordinal);
    private readonly string tag;
    private readonly Func<long, bool, Task>? databaseHand;
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
        if (me.Status != 200 || me.Json is not { } profile) throw new InvalidOperationException($"The server answers {me.Status} to the admin: {me.Body}");
        foreach (var recording in new[] { ContractPlan.Api, ContractPlan.Attacks, ContractPlan.SingleSignOn })
        {
            var cast = new Cast(recording, $"{tag}{casts.Count}");
            cast.Ids.SetAccount(1, profile.GetProperty("id").GetInt64());
            cast.Ids.SetOrganisation(1, profile.GetProperty("orgId").GetInt64());
            casts.Add(recording, cast);
        }

        var settings = await AdminAsync("GET", "/api/admin/settings", null, cancellation).ConfigureAwait(false);
        acceptsProxy = settings.Json is { } all && all.TryGetProperty("auth.proxy", out var proxy) && proxy.GetProperty("enabled").GetString() == "true";
        hasProvider = settings.Json is { } of && of.TryGetProperty("auth.generic_oauth", out var oauth) && oauth.GetProperty("enabled").GetString() == "true"
            && Uri.TryCreate(oauth.GetProperty("auth_url").GetString(), UriKind.Absolute, out var provider) && provider is { IsLoopback: true, AbsolutePath: "/auth" };
        for (var i = 0; i < 55 + random.Next(20); i++)
        {
            var body = JsonSerializer.Serialize(new { login = $"{tag}-crowd{i}", email = $"{tag}-crowd{i}@example.org", password = "lab-Crowd-1" });
            await AdminAsync("POST", "/api/admin/users", body, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<ContractResult> ReplayAsync(Cast cast, RecordedExchange exchange, Block block, CancellationToken cancellation)
    {
        if (WhyNot(block) is { } reason) return new ContractResult(exchange, ContractVerdict.NotReplayed, reason);
        await ResolveAsync(cast, exchange, cancellation).ConfigureAwait(false);
        if (exchange.Path is "/api/user/signup" or "/api/user/signup/step2") client.ForgetCookies(cast.Jar("visitor")!);
        if (exchange.Path == Recast.SignOnPath) client.ForgetCookies(cast.Jar(exchange.As)!);
        if (exchange is { Recording: ContractPlan.SingleSignOn, Number: FlagSet or FlagCleared }) await databaseHand!(cast.Ids.Account(3)!.Value, exchange.Number == FlagSet).ConfigureAwait(false);
        var answer = await SendAsync(cast, exchange, cancellation).ConfigureAwait(false);
        var differences = Compare(cast, exchange, answer);
        if (answer.Json is { } json)
        {
            cast.Ids.Learn(exchange, json, cast.Recast.Name);
            if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("key", out var key)) cast.Token = key.GetString();
        }

        if (exchange.Path == Recast.SignOnPath && answer.Location?.Split("state=") is [_, var state]) cast.Recast.State = Uri.UnescapeDataString(state);
        if (exchange is { Recording: ContractPlan.Attacks, Number: 45 }) await MakeUnrecordedTokenAsync(cast, answer, cancellation).ConfigureAwait(false);
        return new ContractResult(exchange, differences.Count == 0 ? ContractVerdict.Same : ContractVerdict.Different, string.Join("; ", differences));
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
        if (headers.TryGetValue("X-Grafana-Org-Id", out var org)) headers["X-Grafana-Org-Id"] = $"{cast.Ids.Organisation(long.Parse(org, CultureInfo.InvariantCulture))}";
        if (exchange.As == "auth proxy")
        {
            headers["X-WEBAUTH-USER"] = cast.Recast.Name("ext.lerato");
            headers["X-WEBAUTH-EMAIL"] = cast.Recast.Name("lerato@example.com");
            headers["X-WEBAUTH-NAME"] = "Lerato (external)";
        }

        return client.SendAsync(
            exchange.Method, cast.Recast.Path(exchange), cast.Recast.Body(exchange)?.ToJsonString(), cast.Jar(exchange.As), Credentials(cast, exchange.As),
            headers, cancellation);
    }

    private AuthenticationHeaderValue? Credentials(Cast cast, string actor) => actor switch
    {
        "admin (basic auth)" => admin,
        "basic auth of a disabled user" => Basic(cast.Recast.Name("thabo.m"), "lab-Self-1"),
        "viewer basic auth" => Basic(cast.Recast.Name("naledi"), "lab-User-1"),
        "wrong basic auth" => Basic(cast.Recast.Name("athena-admin"), "wrong"),
        "right basic auth after the lock-out" => Basic(cast.Recast.Name("athena-admin"), "lab-User-1"),
        "daemon by basic auth" => Basic(cast.Recast.Name("athena-workers-7f3a"), "lab-Worker-1"),
        "daemon by basic auth, e-mail as login" => Basic(cast.Recast.Name("workers-7f3a@example.org"), "lab-Worker-1"),
        "service account token (org Admin)" or "the token he made" => new AuthenticationHeaderValue("Bearer", cast.Token),
        "bad token" => new AuthenticationHeaderValue("Bearer", "glsa_no-such-token"),
        _ => null,
    };

    private static List<string> Compare(Cast cast, RecordedExchange exchange, ContractAnswer answer)
    {
        var differences = new List<string>();
        if (answer.Status != exchange.Status) differences.Add($"status {answer.Status}, recorded {exchange.Status}");
        if (exchange.ContentType is { } type && !type.Replace(" ", "").Equals(answer.ContentType.Replace(" ", ""), StringComparison.OrdinalIgnoreCase))
            differences.Add($"content type {answer.ContentType}, recorded {type}");
        if (exchange.Location is { } location && Target(answer.Location) != Target(location)) differences.Add($"location {answer.Location}, recorded {location}");
        if (exchange.Json is not { } recorded)
        {
            if (exchange.Text is { Length: > 15 } text && !answer.Body.StartsWith(text[..15], StringComparison.Ordinal)) differences.Add("another text");
        }
        else if (answer.Json is { } json)
        {
            differences.AddRange(AnswerComparison.Differences(recorded, json, exchange.Scene.Contains("only these kept", StringComparison.Ordinal), cast.Recast.Message));
        }
        else
        {
            differences.Add("no JSON: " + answer.Body[..Math.Min(60, answer.Body.Length)]);
        }

        return differences;
    }

    /// <summary>Where a redirect leads, as far as it does not depend on the server: the path, and of the query of another server its keys.</summary>
    private static string? Target(string? location) => Uri.TryCreate(location, UriKind.Absolute, out var elsewhere) && elsewhere.Scheme.StartsWith("http", StringComparison.Ordinal)
        ? $"{elsewhere.AbsolutePath} with {string.Join(", ", elsewhere.Query.TrimStart('?').Split('&').Select(p => p.Split('=')[0]))}"
        : location?.Split('?')[0];

    /// <summary>Ids in the path that no answer has told yet are looked up by the login that the recording gives them.</summary>
    private async Task ResolveAsync(Cast cast, RecordedExchange exchange, CancellationToken cancellation)
    {
        foreach (var segment in exchange.Path.Split('?')[0].Split('/'))
        {
            if (!long.TryParse(segment, out var id) || cast.Ids.Account(id) is not null || !cast.LoginOf.TryGetValue(id, out var login)) continue;
            var path = "/api/users/lookup?loginOrEmail=" + Uri.EscapeDataString(cast.Recast.Name(login).ToLowerInvariant());
            var found = await AdminAsync("GET", path, null, cancellation).ConfigureAwait(false);
            if (found is { Status: 200, Json: { } user }) cast.Ids.SetAccount(id, user.GetProperty("id").GetInt64());
        }
    }

    /// <summary>The recording hides how the stranger got his token; without it the next exchanges mean nothing.</summary>
    private async Task MakeUnrecordedTokenAsync(Cast cast, ContractAnswer serviceAccount, CancellationToken cancellation)
    {
        if (serviceAccount.Json is not { } made || !made.TryGetProperty("id", out var id)) return;
        cast.Ids.SetAccount(24, id.GetInt64());
        var headers = new[] { KeyValuePair.Create("X-Grafana-Org-Id", $"{cast.Ids.Organisation(3)}") };
        var answer = await client.SendAsync("POST", $"/api/serviceaccounts/{id}/tokens", """{"name":"t"}""", cast.Jar("visitor"), null, headers, cancellation).ConfigureAwait(false);
        if (answer.Json is { } token && token.TryGetProperty("key", out var key)) cast.Token = key.GetString();
    }

    private async Task CleanUpAsync(CancellationToken cancellation)
    {
        var left = await AdminAsync("GET", $"/api/users?perpage=5000&query={tag}", null, cancellation).ConfigureAwait(false);
        if (left.Json is { ValueKind: JsonValueKind.Array } users)
            foreach (var user in users.EnumerateArray()) await AdminAsync("DELETE", $"/api/admin/users/{user.GetProperty("id")}", null, cancellation).ConfigureAwait(false);

        var accounts = await AdminAsync("GET", $"/api/serviceaccounts/search?perpage=100&query={tag}", null, cancellation).ConfigureAwait(false);
        if (accounts.Json is { } found && found.TryGetProperty("serviceAccounts", out var list))
            foreach (var account in list.EnumerateArray().Where(a => a.GetProperty("name").GetString()!.Contains(tag)))
                await AdminAsync("DELETE", $"/api/serviceaccounts/{account.GetProperty("id")}", null, cancellation).ConfigureAwait(false);

        foreach (var path in casts.Values.SelectMany(c => c.LeftBehind)) await AdminAsync("DELETE", path, null, cancellation).ConfigureAwait(false);
    }

    private Task<ContractAnswer> AdminAsync(string method, string path, string? json, CancellationToken cancellation) =>
        client.SendAsync(method, path, json, null, admin, [], cancellation);

    private static AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
}
