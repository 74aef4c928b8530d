using System.Text.Json.Nodes;

namespace Athena.Sandbox.Grafana;

/// <summary>A stored dashboard; <see cref="Model"/> is the JSON as it was saved.</summary>
public sealed record Dashboard(
    long Id, string Uid, long OrgId, string Title, string Slug, string FolderUid, Guid ResourceUid, DateTimeOffset Created,
    Account? CreatedBy, JsonObject Model)
{
    public string Url => $"/d/{Uid}/{Slug}";
}
