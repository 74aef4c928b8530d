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
