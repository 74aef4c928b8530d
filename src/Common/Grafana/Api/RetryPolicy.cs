using Polly;
using Polly.Retry;

namespace Athena.Common.Grafana.Api;

/// <summary>The one place where a call to Grafana is repeated. All calls are idempotent, so each may be.</summary>
internal static class RetryPolicy
{
    public const int Retries = 2;

    /// <summary>Waiting longer than this inside a call would hold up the caller's own plan; it tries again in its own time.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(3);

    public static ResiliencePipeline<RequestAttempt> Create(TimeProvider time, Func<double> random) =>
        new ResiliencePipelineBuilder<RequestAttempt> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<RequestAttempt>
            {
                MaxRetryAttempts = Retries,
                ShouldHandle = args => ValueTask.FromResult(args.Outcome.Result is { MayRetry: true }),
                DelayGenerator = args => ValueTask.FromResult<TimeSpan?>(Pause(args.Outcome.Result?.RetryAfter, random())),
            })
            .Build();

    /// <summary>
    /// What the server asks for, or else 100-300 ms: long enough for a restarting connection, short enough for a sign-up.
    /// </summary>
    /// <param name="random">0 up to 1.</param>
    public static TimeSpan Pause(TimeSpan? asked, double random) => asked ?? TimeSpan.FromMilliseconds(100 + (200 * random));
}

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
