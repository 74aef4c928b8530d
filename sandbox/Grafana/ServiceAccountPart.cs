namespace Athena.Sandbox.Grafana;

/// <summary>What makes an account a service account.</summary>
public sealed class ServiceAccountPart
{
    public required long OrgId { get; init; }
    public required string Role { get; set; }

    /// <summary>Permissions given by a custom role (Enterprise), such as <c>users:read</c>; empty in the free edition.</summary>
    public ISet<string> Granted { get; init; } = new HashSet<string>(StringComparer.Ordinal);
}
