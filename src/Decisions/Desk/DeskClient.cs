using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using Athena.Common.Daemon.Control;
using Athena.Common.Daemon.Decisions;
using Athena.Common.Telemetry;
using Athena.Decisions.Telemetry;
using Microsoft.Extensions.Logging;

namespace Athena.Decisions.Desk;

/// <summary>
/// Asks grafana-auto-disable, which guards a Grafana meanwhile: a few questions at a time, and none for long. Thread-safe.
/// </summary>
/// <param name="path">The daemon's socket.</param>
internal sealed class DeskClient(string path, ILogger<DeskClient> logger, TimeProvider time) : IDisposable
{
    /// <summary>Questions at the same time; those that come meanwhile wait for their turn.</summary>
    public const int MostAtOnce = 8;

    /// <summary>How long one answer may take, and how long its turn may be waited for.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(10);

    private const int MostWaiting = 100;

    private readonly ConcurrencyLimiter turns = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = MostAtOnce,
        QueueLimit = MostWaiting,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    private int isSilent;

    /// <summary>What stands behind a link; null when the daemon does not say.</summary>
    public async Task<DecisionPage?> DescribeAsync(LinkToken token, IReadOnlyDictionary<string, string> proof, CancellationToken cancel) =>
        DecisionDesk.ReadPage(await AskAsync(DecisionDesk.Describe, token, proof, cancel).ConfigureAwait(false));

    /// <summary>Decides; null when the daemon does not say, which may be before or after it did.</summary>
    /// <param name="given">What came with the page's form, and the proxy's word.</param>
    public async Task<DecisionAnswer?> DecideAsync(LinkToken token, IReadOnlyDictionary<string, string> given, CancellationToken cancel) =>
        DecisionDesk.ReadAnswer(await AskAsync(DecisionDesk.Decide, token, given, cancel).ConfigureAwait(false));

    public void Dispose() => turns.Dispose();

    private async Task<ControlReply?> AskAsync(
        string verb, LinkToken token, IReadOnlyDictionary<string, string> given, CancellationToken cancel)
    {
        using var turn = await TurnAsync(cancel).ConfigureAwait(false);
        if (turn is not { IsAcquired: true }) return null;
        var request = new ControlRequest(verb, new Dictionary<string, string>(given) { [DecisionDesk.Token] = token.Text });
        try
        {
            var reply = await ControlClient.SendAsync(path, request, Patience, time, cancel).ConfigureAwait(false);
            Note(reply is null ? $"nobody answers at {path}" : null);
            return reply;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or TimeoutException)
        {
            Note(e.Message);
            return null;
        }
    }

    /// <summary>Null when none came up in time.</summary>
    private async Task<RateLimitLease?> TurnAsync(CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            return await turns.AcquireAsync(cancellationToken: both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Logs when it becomes silent, and when it answers again.</summary>
    /// <param name="fault">Null when it answered.</param>
    private void Note(string? fault)
    {
        var was = Interlocked.Exchange(ref isSilent, fault is null ? 0 : 1);
        if (fault is not null && was == 0)
            logger.Event(DecisionsEvents.DeskSilent, $"grafana-auto-disable does not answer: {fault.TrimEnd('.')}. Links do not work.");
        else if (fault is null && was == 1)
            logger.Event(DecisionsEvents.DeskAnswers, "grafana-auto-disable answers again. Links work.");
    }
}

/// <summary>The last part of a link: 256 random bits. Whoever has it can open the page, so it stands in no log.</summary>
internal readonly record struct LinkToken
{
    private const int Length = 43;

    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private LinkToken(string text) => Text = text;

    /// <summary>As it stands in the address; every sign of it can stand there as it is.</summary>
    public string Text { get; }

    /// <summary>Its SHA-256 in hexadecimal, by which it is known again and which opens nothing.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(Text)));

    /// <summary>Names it in the log: the first six letters of its hash.</summary>
    public string Name => Hash[..6];

    /// <summary>Null when it is none, and so nobody need be asked.</summary>
    public static LinkToken? Of(ReadOnlySpan<char> text) =>
        text.Length == Length && !text.ContainsAnyExcept(Alphabet) ? new LinkToken(text.ToString()) : null;

    /// <summary>Not the token: whoever prints one by mistake prints nothing.</summary>
    public override string ToString() => Name;
}
