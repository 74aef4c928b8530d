namespace Athena.Common.Activities;

/// <summary>Counts of security events (docs/grafana.md §6). The log does not name the login that was tried.</summary>
/// <param name="SignUps">Completed sign-ups and invitations.</param>
/// <param name="Logins">Successful logins by form, as far as the log has them.</param>
public sealed record SecurityTally(long FailedLogins, long LockedLogins, long DisabledUserAttempts, long AccessDenied, long SignUps, long Logins);
