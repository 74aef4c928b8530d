namespace Athena.Common.Grafana.Usage;

/// <summary>Counts of security events (docs/grafana.md §6). The log does not name the login that was tried.</summary>
/// <param name="FailedLogins">Refused passwords and the like; refused API keys and tokens are <see cref="RefusedTokens"/>.</param>
/// <param name="LockedLogins">Attempts that met a login which is locked after too many wrong passwords.</param>
/// <param name="DisabledUserAttempts">Requests of disabled users, by password or basic auth.</param>
/// <param name="AccessDenied">Of signed-in users and service accounts, our own left out.</param>
/// <param name="SignUps">Completed sign-ups and invitations.</param>
/// <param name="Logins">Successful logins by form, as far as the log has them; none with <c>router_logging = false</c>.</param>
public sealed record SecurityTally(
    long FailedLogins, long LockedLogins, long DisabledUserAttempts, long AccessDenied, long SignUps, long Logins)
{
    /// <summary>Requests with an API key or token that is none: mostly a script with an old one, which is no attempt to log in.</summary>
    public long RefusedTokens { get; init; }
}
