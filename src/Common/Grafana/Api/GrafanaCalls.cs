using System.Buffers;
using Athena.Common.Grafana.Api.SignIn;
using Polly;

namespace Athena.Common.Grafana.Api;

/// <summary>Carries a call through signing in, the limit of simultaneous requests, the deadline and the retries.</summary>
internal sealed class GrafanaCalls(
    GrafanaTransport transport,
    Credentials credentials,
    ResiliencePipeline<RequestAttempt> retries,
    TimeProvider time,
    TimeSpan timeout) : IAsyncDisposable
{
    // Refused, renewed, refused, opened, refused: after that there is nothing left to try.
    private const int MostRefusals = 3;

    private readonly SemaphoreSlim places = new(GrafanaTransport.MaxConcurrent);

    public Credentials Credentials => credentials;

    /// <summary>A call that is one request.</summary>
    public Task<GrafanaAnswer<T>> RunAsync<T>(GrafanaRequest request, Func<ReadOnlySequence<byte>, T?> read, CancellationToken cancel)
        where T : class =>
        RunAsync<T>(request.Purpose, stop => AttemptAsync(request, reply => read(reply.Body), stop), cancel);

    /// <summary>A call whose every try may take several requests.</summary>
    public async Task<GrafanaAnswer<T>> RunAsync<T>(
        string purpose, Func<CancellationToken, Task<RequestAttempt>> attempt, CancellationToken cancel)
        where T : class
    {
        cancel.ThrowIfCancellationRequested();
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
        RequestAttempt? last = null;
        try
        {
            var final = await retries.ExecuteAsync(async stop => last = await attempt(stop).ConfigureAwait(false), either.Token)
                .ConfigureAwait(false);
            return final.Answer<T>();
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // What the last complete try said is worth more than that there was no time for another.
            last ??= new RequestAttempt(GrafanaOutcome.Unavailable, null,
                $"Could not {purpose}: {transport.BaseAddress} did not answer within {timeout.TotalSeconds:0.###} s.");
            return last.Answer<T>();
        }
    }

    /// <summary>One request, with whatever signing in it takes.</summary>
    /// <param name="read">The value in a successful reply, or a <see cref="Misfit"/>; null when its body is not what was asked for.</param>
    public Task<RequestAttempt> AttemptAsync(GrafanaRequest request, Func<GrafanaReply, object?> read, CancellationToken cancel) =>
        AttemptAsync(request, read, () => null, cancel);

    /// <summary>The same for an answer that is read while it arrives.</summary>
    /// <param name="begin">Makes the reader of one answer.</param>
    public Task<RequestAttempt> AttemptAsync(GrafanaRequest request, Func<IAnswerReader> begin, CancellationToken cancel) =>
        AttemptAsync(request, reply => reply.Reader?.Result, begin, cancel);

    private async Task<RequestAttempt> AttemptAsync(
        GrafanaRequest request, Func<GrafanaReply, object?> read, Func<IAnswerReader?> begin, CancellationToken cancel)
    {
        for (var refusals = 1; ; refusals++)
        {
            var way = await credentials.EnterAsync(cancel).ConfigureAwait(false);
            if (way.Credential is not { } credential)
                return NoWayIn(request, way);

            using var reply = await SendAsync(request, credential, begin(), cancel).ConfigureAwait(false);
            if (reply.Status != 401)
            {
                if (reply.Failure is null)
                    credentials.Accepted();
                return Judge(request, reply, read);
            }

            way = await credentials.RecoverAsync(credential, refusals, reply, cancel).ConfigureAwait(false);
            if (way.Credential is null)
                return NoWayIn(request, way);
            if (refusals > MostRefusals)
                return AnswerClassifier.Of(request, reply, transport.BaseAddress);
        }
    }

    /// <summary>One request without a credential.</summary>
    public async Task<RequestAttempt> AttemptAnonymouslyAsync(
        GrafanaRequest request, Func<GrafanaReply, object?> read, CancellationToken cancel)
    {
        using var reply = await transport.SendAsync(request, credential: null, cancel).ConfigureAwait(false);
        return Judge(request, reply, read);
    }

    public async ValueTask DisposeAsync()
    {
        await credentials.EndAsync().ConfigureAwait(false);
        transport.Dispose();
        places.Dispose();
    }

    private async Task<GrafanaReply> SendAsync(
        GrafanaRequest request, Credential credential, IAnswerReader? reader, CancellationToken cancel)
    {
        try
        {
            await places.WaitAsync(cancel).ConfigureAwait(false);
            try
            {
                return await transport.SendAsync(request, credential, reader, cancel).ConfigureAwait(false);
            }
            finally
            {
                places.Release();
            }
        }
        finally
        {
            credentials.Leave();
        }
    }

    private RequestAttempt Judge(GrafanaRequest request, GrafanaReply reply, Func<GrafanaReply, object?> read)
    {
        if (!reply.IsSuccess && !request.Route.IsDoneBy(reply.Status))
            return AnswerClassifier.Of(request, reply, transport.BaseAddress);
        return read(reply) switch
        {
            null => AnswerClassifier.NotUnderstood(request, transport.BaseAddress),
            Misfit misfit => AnswerClassifier.NotUnderstood(request, transport.BaseAddress, misfit),
            var value => RequestAttempt.Done(value),
        };
    }

    private static RequestAttempt NoWayIn(GrafanaRequest request, SignInResult way) =>
        new(way.Outcome, null, $"Could not {request.Purpose}. {way.Detail}", MayRetry: way.Temporary);
}
