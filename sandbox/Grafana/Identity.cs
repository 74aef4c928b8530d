namespace Athena.Sandbox.Grafana;

/// <summary>
/// Who makes a request and in which organisation. <see cref="Nobody"/> when no credentials were given or they were refused.
/// </summary>
internal sealed record Identity(Account? Account, Session? Session, long OrgId, string Role)
{
    public static readonly Identity Nobody = new(null, null, 0, "None");

    /// <summary>Somebody without a login where anonymous access is on: logged with userId 0, but in an organisation.</summary>
    public static readonly Identity Visitor = new(null, null, 1, "Viewer");

    /// <summary>The login at the start of the request: a request that renames its caller is logged under the old name (recorded).</summary>
    public string Login { get; } = Account?.Login ?? "";

    public bool IsServerAdmin => Account is { IsServerAdmin: true };

    /// <summary>The form in which access control names the caller: <c>user:26</c>, <c>service-account:28</c>.</summary>
    public string Name => Account is null ? "" : (Account.Service is null ? "user:" : "service-account:") + Account.Id;
}
