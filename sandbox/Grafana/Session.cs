namespace Athena.Sandbox.Grafana;

/// <summary>A signed-in browser: the cookie's token, and the one before it, which Grafana still accepts once it rotated.</summary>
public sealed class Session
{
    public required long Id { get; init; }
    public required long UserId { get; init; }
    public required string Token { get; set; }
    public string? PreviousToken { get; set; }
    public required string ClientIp { get; init; }
    public required DateTimeOffset Created { get; init; }
    public required DateTimeOffset Rotated { get; set; }
    public required DateTimeOffset Seen { get; set; }
}
