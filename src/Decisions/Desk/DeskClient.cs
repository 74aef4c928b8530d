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
