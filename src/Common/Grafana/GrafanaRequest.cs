namespace Athena.Common.Grafana;

/// <summary>One request as it is to be sent.</summary>
/// <param name="Path">Relative to the base address, already encoded.</param>
/// <param name="Purpose">What it is for, as it stands in a sentence: "Grafana could not <c>list the users</c>".</param>
/// <param name="Body">JSON, or null.</param>
/// <param name="OrgId">Organisation to act in (<c>X-Grafana-Org-Id</c>), or null for the account's own.</param>
internal readonly record struct GrafanaRequest(HttpMethod Method, string Path, string Purpose, byte[]? Body = null, long? OrgId = null)
{
    public static GrafanaRequest Get(string path, string purpose) => new(HttpMethod.Get, path, purpose);

    public static GrafanaRequest Post(string path, string purpose) => new(HttpMethod.Post, path, purpose, "{}"u8.ToArray());
}
