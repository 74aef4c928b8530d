using System.Buffers;
using System.IO.Pipelines;

namespace Athena.Common.Grafana.Api;

/// <summary>
/// Takes an answer while it arrives: one that anybody can make long is never held as a whole, nor refused for its length. One use.
/// </summary>
internal interface IAnswerReader
{
    /// <summary>
    /// What was read, a <see cref="Misfit"/>, or null when it is not what was asked for. To be asked when all has been taken.
    /// </summary>
    object? Result { get; }

    /// <summary>Takes what it can.</summary>
    /// <param name="arrived">What has arrived and was not taken yet.</param>
    /// <param name="isLast">Nothing comes behind it.</param>
    /// <returns>Up to where it was taken; the rest is given again, with more. Null: enough has been seen, nothing more is wanted.</returns>
    SequencePosition? Take(ReadOnlySequence<byte> arrived, bool isLast);
}

/// <summary>What came back: an HTTP answer with its whole body, or the sentence that says why there is none.</summary>
internal sealed class GrafanaReply : IDisposable
{
    private readonly PipeReader? source;
    private readonly bool mayHaveArrived;

    /// <param name="source">Whose bytes the body is made of; completed with the reply.</param>
    public GrafanaReply(int status, PipeReader source, ReadOnlySequence<byte> body)
    {
        Status = status;
        this.source = source;
        Body = body;
    }

    private GrafanaReply(string failure, bool temporary, bool mayHaveArrived)
    {
        Failure = failure;
        Temporary = temporary;
        this.mayHaveArrived = mayHaveArrived;
    }

    /// <summary>No answer at all.</summary>
    /// <param name="temporary">The same request may well succeed a moment later.</param>
    /// <param name="mayHaveArrived">Grafana may have acted on it nevertheless.</param>
    public static GrafanaReply Failed(string sentence, bool temporary, bool mayHaveArrived = true) =>
        new(sentence, temporary, mayHaveArrived);

    /// <summary>HTTP status; 0 when there was no answer.</summary>
    public int Status { get; }

    /// <summary>Why there is no answer; null when there is one.</summary>
    public string? Failure { get; }

    public bool Temporary { get; }

    /// <summary>False when Grafana certainly never saw the request: no connection, or a gateway that found no Grafana behind it.</summary>
    public bool MayHaveArrived => Failure is null ? Status is not (429 or 502 or 503) : mayHaveArrived;

    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>Until it is disposed.</summary>
    public ReadOnlySequence<byte> Body { get; private set; }

    /// <summary>Who read the body while it arrived; null when <see cref="Body"/> holds it.</summary>
    public IAnswerReader? Reader { get; init; }

    /// <summary>Grafana's <c>message</c>, masked and capped; empty when the body is not Grafana's.</summary>
    public string Message { get; init; } = "";

    /// <summary>Grafana's <c>messageId</c>, such as <c>password-auth.failed</c>; empty where it gives none.</summary>
    public string MessageId { get; init; } = "";

    /// <summary>How our account gets a permission that it lacks: a sentence with the command.</summary>
    public string RightsAdvice { get; init; } = "";

    /// <summary>How long the server asks us to stay away; null when it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The <c>Date</c> header; a proxy may have written it. Null without one.</summary>
    public DateTimeOffset? Date { get; init; }

    public IReadOnlyList<string> SetCookies { get; init; } = [];

    public void Dispose()
    {
        Body = default;
        source?.Complete();
    }
}
