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

    /// <summary>Under which id the provider knows an account that came by single sign-on; null for all others.</summary>
    public string? AuthSubject { get; set; }

    /// <summary>
    /// From when on it is known that the account is external: Grafana notes it just after the account itself (docs/grafana.md §5).
    /// </summary>
    public DateTimeOffset MarkedFrom { get; set; }

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

    /// <summary>
    /// What Grafana lists at that time; empty for an internal account, and for an external one that is not yet marked as such.
    /// </summary>
    public IReadOnlyList<string> LabelsAt(DateTimeOffset now) => AuthLabel is { } label && now >= MarkedFrom ? [label] : [];

    public bool IsExternalAt(DateTimeOffset now) => LabelsAt(now).Count > 0;
}
