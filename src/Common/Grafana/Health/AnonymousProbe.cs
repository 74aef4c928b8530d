using Athena.Common.Grafana.Api;

namespace Athena.Common.Grafana.Health;

/// <summary>Grafana over HTTP as a stranger sees it. Safe for concurrent use; keep one for the life of the process.</summary>
/// <param name="options">No credential of theirs is ever sent from here.</param>
public sealed class AnonymousProbe(GrafanaClientOptions options, TimeProvider time) : IAnonymousProbe, IDisposable
{
    private readonly GrafanaTransport transport = new(options, time, isSecret: false);

    public async Task<HealthLook> LookAsync(CancellationToken cancel)
    {
        var request = GrafanaRequest.To(Route.Health);
        var look = await WithinTimeoutAsync(
            async stop =>
            {
                using var reply = await transport.SendAsync(request, credential: null, stop).ConfigureAwait(false);
                return Judge(request, reply) with { ServerDate = reply.Date };
            },
            late => NotAnswering(late), cancel).ConfigureAwait(false);
        return look with { At = time.GetUtcNow() };
    }

    public async Task<AnonymousProbeAnswer> KnockAsync(string nonce, CancellationToken cancel)
    {
        var probe = GrafanaRequest.To(Route.ProbePage, nonce) ?? throw new ArgumentException("A nonce is a word.", nameof(nonce));
        var answer = Judge(await KnockAtAsync(probe, cancel).ConfigureAwait(false));
        return answer.Answer == ProbeAnswer.LoginPage
            ? answer with { IsLoginShown = IsPage(await KnockAtAsync(GrafanaRequest.To(Route.LoginPage), cancel).ConfigureAwait(false)) }
            : answer;
    }

    /// <summary>How Grafana is connected to its database; null where it does not tell nobody in particular.</summary>
    public Task<DatabasePool?> PoolAsync(CancellationToken cancel) => WithinTimeoutAsync(
        async stop =>
        {
            using var reply = await transport.SendAsync(GrafanaRequest.To(Route.Metrics), credential: null, stop).ConfigureAwait(false);
            return reply.IsSuccess ? DatabasePool.Parse(reply.Body) : null;
        },
        _ => null, cancel);

    public void Dispose() => transport.Dispose();

    private Task<PageAnswer> KnockAtAsync(GrafanaRequest request, CancellationToken cancel) =>
        WithinTimeoutAsync(stop => transport.KnockAsync(request, stop), late => new PageAnswer(0, null, "", late), cancel);

    private async Task<T> WithinTimeoutAsync<T>(Func<CancellationToken, Task<T>> ask, Func<string, T> late, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        using var deadline = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
        try
        {
            return await ask(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return late($"{transport.BaseAddress} did not answer within {options.Timeout.TotalSeconds:0.###} s.");
        }
    }

    // 503 with Grafana's own body: it runs, its database does not (docs/grafana.md §8). 503 with another body is a gateway that finds no
    // Grafana.
    private HealthLook Judge(GrafanaRequest request, GrafanaReply reply)
    {
        if (reply.Status is 200 or 503 && AnswerJson.Health(reply.Body) is { } health)
        {
            var version = health.Version.Length > 0 ? health.Version : null;
            return reply.Status == 200 && health.DatabaseOk
                ? new HealthLook(default, HealthVerdict.Up, version, "")
                : new HealthLook(default, HealthVerdict.DatabaseFailing, version, GrafanaHealth.DatabaseAway);
        }

        return NotAnswering(reply.IsSuccess
            ? AnswerClassifier.NotUnderstood(request, transport.BaseAddress).Detail
            : AnswerClassifier.Of(request, reply, transport.BaseAddress).Detail);
    }

    private static HealthLook NotAnswering(string detail) => new(default, HealthVerdict.NotAnswering, null, detail);

    // Only what Grafana itself answers leaves a line: its redirect to its own login page (recorded: "/login?redirectTo=…"), or its page. A
    // proxy that asks for a login of its own, or does not know the address, lets nothing through to Grafana.
    private AnonymousProbeAnswer Judge(PageAnswer pageAnswer) => pageAnswer switch
    {
        { Status: 0 } => new(ProbeAnswer.None, 0, pageAnswer.Failure),
        { Status: >= 500 } => new(ProbeAnswer.None, pageAnswer.Status, $"Grafana answers {pageAnswer.Status} to the test request."),
        { Status: >= 300 and < 400, Location: { } location } when IsOwnLogin(location) => new(ProbeAnswer.LoginPage, pageAnswer.Status, ""),
        _ when IsPage(pageAnswer) => new(ProbeAnswer.Page, pageAnswer.Status, ""),
        _ => new(ProbeAnswer.Elsewhere, pageAnswer.Status,
            $"Something in front of Grafana at {transport.BaseAddress} answered the test request with {pageAnswer.Status}: it does not "
            + "show whether the log is seen."),
    };

    private static bool IsPage(PageAnswer pageAnswer) =>
        pageAnswer.Status == 200 && pageAnswer.Page.Contains("grafana", StringComparison.OrdinalIgnoreCase);

    // root_url may name another host than the one that we ask; then Grafana's own parameter tells.
    private bool IsOwnLogin(Uri location) => location.AbsolutePath.EndsWith(Route.LoginPage.Path, StringComparison.Ordinal)
        && (location.Query.Contains("redirectTo=", StringComparison.Ordinal) || location.Host == transport.BaseAddress.Host);
}
