namespace Athena.Common.Grafana.Api;

/// <summary>An account to be made. A class and no record, so that no text made of it can show the password.</summary>
public sealed class NewUser
{
    public required string Login { get; init; }

    public required string Email { get; init; }

    public required string Name { get; init; }

    /// <summary>At least four characters (docs/grafana.md §5).</summary>
    public required string Password { get; init; }
}
