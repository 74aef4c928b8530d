namespace Athena.Common.Grafana.Database;

/// <summary>What Grafana's tables say of one account.</summary>
/// <param name="IsDisabled">The flag <c>is_disabled</c>: set, no session is accepted and no sign-on goes through.</param>
/// <param name="Sessions">The account's rows in <c>user_auth_token</c>.</param>
public sealed record LockState(bool IsDisabled, long Sessions);
