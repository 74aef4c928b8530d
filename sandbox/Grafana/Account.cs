namespace Athena.Sandbox.Grafana;

/// <summary>A row of Grafana's table "user": a person, or a service account (they share the ids, docs/grafana.md §5).</summary>
public sealed class Account
{
    public required long Id { get; init; }
    public required string Uid { get; init; }
    public required string Login { get; set; }
    public required string Email { get; set; }
    public string Name { get; set; } = "";
    public string Password { get; set; } = "";
    public bool IsServerAdmin { get; set; }
    public bool IsDisabled { get; set; }

    /// <summary>When the last disable by request took effect; null before. For measurements: Grafana keeps no such time.</summary>
    public DateTimeOffset? DisabledAt { get; set; }

    /// <summary>How an external account signs in ("Auth Proxy", "Generic OAuth"…); null for one that lives in Grafana alone.</summary>
    public string? AuthLabel { get; set; }

    /// <summary>True where the provider also owns the roles: then Grafana refuses to change them (403).</summary>
    public bool IsExternallySynced { get; set; }

    /// <summary>The organisation used when a request names none; 0 when the account is in none.</summary>
    public long CurrentOrgId { get; set; }

    public required DateTimeOffset Created { get; init; }
    public required DateTimeOffset Updated { get; set; }

    /// <summary>Ten years before <see cref="Created"/> until the account was first used; then moves at most every 15 minutes.</summary>
    public required DateTimeOffset LastSeen { get; set; }

    /// <summary>Set for a service account: its organisation, role, tokens and what it may do beyond its role.</summary>
    public ServiceAccountPart? Service { get; init; }

    public bool IsExternal => AuthLabel is not null;
}
