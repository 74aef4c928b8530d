namespace Athena.Sandbox.SingleSignOn;

/// <summary>How the stand-in's generic OAuth is set up; the defaults are Grafana's own.</summary>
public sealed record SingleSignOnOptions
{
    /// <summary>Port of the pretend provider on loopback; 0 takes a free one.</summary>
    public int ProviderPort { get; init; }

    /// <summary>
    /// <c>[auth.generic_oauth] allow_sign_up</c>: whoever the provider vouches for gets an account at their first sign-on.
    /// </summary>
    public bool AllowSignUp { get; init; } = true;

    /// <summary><c>[auth.generic_oauth] skip_org_role_sync</c>: Grafana then keeps the roles, and lets an admin change them.</summary>
    public bool SkipOrgRoleSync { get; init; }

    /// <summary>
    /// How long after the account is there it becomes known that it is external: Grafana writes the row in <c>user_auth</c> just after the
    /// one in <c>user</c>, and until then the account looks and acts like an internal one (docs/grafana.md §5).
    /// </summary>
    public TimeSpan MarkDelay { get; init; }
}
