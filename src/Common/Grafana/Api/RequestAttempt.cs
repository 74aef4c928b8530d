namespace Athena.Common.Grafana.Api;

/// <summary>One try of a call: the answer as the caller would get it, and whether another try may end better.</summary>
/// <param name="Value">Set when the outcome is <see cref="GrafanaOutcome.Done"/>.</param>
/// <param name="MayRetry">The fault is of the passing kind.</param>
/// <param name="RetryAfter">How long the server asks us to wait first; null when it does not say.</param>
/// <param name="ClaimsExternal">Grafana says that the account is external; its own record has yet to confirm it.</param>
internal sealed record RequestAttempt(
    GrafanaOutcome Outcome,
    object? Value,
    string Detail,
    bool MayRetry = false,
    TimeSpan? RetryAfter = null,
    bool ClaimsExternal = false)
{
    public static RequestAttempt Done(object value) => new(GrafanaOutcome.Done, value, "");

    public GrafanaAnswer<T> Answer<T>()
        where T : class => new(Outcome, Value as T, Detail);
}
