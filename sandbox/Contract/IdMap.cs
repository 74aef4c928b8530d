using System.Globalization;
using System.Text.Json;

namespace Athena.Sandbox.Contract;

/// <summary>
/// Which id, uid, code or key of the server stands for which of the recording; learned by reading both answers side by side.
/// </summary>
internal sealed class IdMap
{
    /// <summary>An id that no server has.</summary>
    public const long Nobody = 999_999_999;

    private readonly Dictionary<long, long> accounts = new() { [999] = Nobody };
    private readonly Dictionary<long, long> organisations = [];
    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);

    public long? Account(long recorded) => accounts.TryGetValue(recorded, out var now) ? now : null;

    /// <summary>One that no server has while it is not known: a replay must never touch an organisation that it did not make.</summary>
    public long Organisation(long recorded) => organisations.GetValueOrDefault(recorded, Nobody);

    public List<long> MadeAnnotations { get; } = [];

    /// <summary>Organisations that the replay made.</summary>
    public List<long> MadeOrganisations { get; } = [];

    public string? Text(string recorded) => texts.GetValueOrDefault(recorded);

    public void SetAccount(long recorded, long now) => accounts[recorded] = now;

    public void SetOrganisation(long recorded, long now) => organisations[recorded] = now;

    public void SetText(string recorded, string now) => texts[recorded] = now;

    public void Learn(RecordedExchange exchange, JsonElement answer, Func<string, string> rename)
    {
        if (exchange.Json is not { } recorded) return;
        if (exchange.Path == "/api/orgs" && exchange.Method == "POST") Pair(recorded, answer, "orgId", Made);
        if (exchange.Path == "/api/annotations" && answer.TryGetProperty("id", out var annotation))
            MadeAnnotations.Add(annotation.GetInt64());
        if (exchange.Path.EndsWith("/tokens", StringComparison.Ordinal)) return;
        if (exchange.Path.StartsWith("/api/admin/users", StringComparison.Ordinal)
            || exchange.Path.Contains("invite/complete", StringComparison.Ordinal))
            LearnAccount(recorded, answer);
        if (exchange.Path.EndsWith("/public-dashboards", StringComparison.Ordinal) && answer.TryGetProperty("accessToken", out var access))
            SetText(recorded.GetProperty("accessToken").GetString()!, access.GetString()!);
        LearnNamed(recorded, answer, rename);
    }

    private void Made(long recorded, long now)
    {
        SetOrganisation(recorded, now);
        MadeOrganisations.Add(now);
    }

    private void LearnAccount(JsonElement recorded, JsonElement answer)
    {
        if (recorded.ValueKind != JsonValueKind.Object || answer.ValueKind != JsonValueKind.Object) return;
        Pair(recorded, answer, "id", SetAccount);
        if (recorded.TryGetProperty("uid", out var uid) && answer.TryGetProperty("uid", out var now))
            SetText(uid.GetString()!, now.GetString()!);
    }

    /// <summary>Objects that name a login, alone or in a list, and invitations with their code.</summary>
    private void LearnNamed(JsonElement recorded, JsonElement answer, Func<string, string> rename)
    {
        if (recorded.ValueKind == JsonValueKind.Array && answer.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in recorded.EnumerateArray())
            {
                if (NameOf(item) is not { } name) continue;
                var wanted = rename(name).ToLowerInvariant();
                foreach (var now in answer.EnumerateArray())
                    if (NameOf(now)?.ToLowerInvariant() == wanted) LearnOne(item, now);
            }
        }
        else if (NameOf(recorded) is not null && answer.ValueKind == JsonValueKind.Object)
        {
            LearnOne(recorded, answer);
        }
        else if (recorded.ValueKind == JsonValueKind.Object && recorded.TryGetProperty("users", out var users)
            && answer.TryGetProperty("users", out var usersNow))
        {
            LearnNamed(users, usersNow, rename);
        }
    }

    private void LearnOne(JsonElement recorded, JsonElement now)
    {
        if (recorded.TryGetProperty("code", out var code)) SetText(code.GetString()!, now.GetProperty("code").GetString()!);
        else if (recorded.TryGetProperty("login", out _) && recorded.TryGetProperty("id", out var id) && id.GetInt64() > 0)
            LearnAccount(recorded, now);
    }

    private static string? NameOf(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object) return null;
        if (item.TryGetProperty("login", out var login)) return login.GetString();
        return item.TryGetProperty("code", out _) && item.TryGetProperty("email", out var email) ? email.GetString() : null;
    }

    private static void Pair(JsonElement recorded, JsonElement answer, string key, Action<long, long> set)
    {
        if (recorded.TryGetProperty(key, out var old) && answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(key, out var now)
            && old.TryGetInt64(out var from) && long.TryParse(now.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var to))
            set(from, to);
    }
}
