using Athena.AutoDisable.Notify;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Notify.Delivery;
using Microsoft.Extensions.Hosting;

namespace Athena.AutoDisable.Deciding;

/// <summary>
/// Deciding in the chat: keeps its messages as they should be, and waits for what is pressed below them. No port and no webhook: the daemon
/// asks. What stands in its way is told by mail after some minutes, and never in the way of a lock.
/// </summary>
internal sealed class ChatDesk : BackgroundService
{
    private static readonly TimeSpan LookPause = TimeSpan.FromSeconds(2);

    /// <summary>With so many waiting, the list of them is not gone through as often.</summary>
    private const int Many = 1000;
    private static readonly TimeSpan LookPauseOfMany = TimeSpan.FromSeconds(30);

    /// <summary>A server that does not let wait is not asked without end.</summary>
    private static readonly TimeSpan AskPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FailedPause = TimeSpan.FromSeconds(10);

    private readonly CardDeck deck;
    private readonly CardPresses presses;
    private readonly ITelegramCards chat;
    private readonly ChatRecorder recorder;
    private readonly TimeProvider time;
    private readonly ChannelSilence silence;
    private readonly SemaphoreSlim one = new(1);
    private volatile SilentChannel? deaf;

    public ChatDesk(
        CardDeck deck, CardPresses presses, ITelegramCards chat, ChatRecorder recorder, ChatDecisionNotices notices, IOutbox outbox,
        TimeProvider time)
    {
        (this.deck, this.presses, this.chat, this.recorder, this.time) = (deck, presses, chat, recorder, time);
        silence = new ChannelSilence(
            _ => true, began => outbox.Put(notices.Broken(began)), over => outbox.Put(notices.Well(over)), time);
    }

    /// <summary>For <c>status</c>: what stands in the way, or how many messages there are.</summary>
    public string Sentence =>
        (deck.Refused ?? deaf) is { } trouble ? $"nobody can decide in the chat: {trouble.Problem}"
        : deck.Waiting is (var all, var shown) && all > 0 ? $"{shown} of {all} that wait can be decided in the chat"
        : "nobody waits for a decision";

    /// <inheritdoc/>
    public override void Dispose()
    {
        one.Dispose();
        (chat as IDisposable)?.Dispose();
        base.Dispose();
    }

    /// <summary>Brings the messages to what the gate says, once.</summary>
    public async Task RefreshAsync(CancellationToken cancel)
    {
        await one.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            await deck.RefreshAsync(cancel).ConfigureAwait(false);
        }
        finally
        {
            one.Release();
        }

        silence.Look(deck.Refused ?? deaf);
    }

    /// <summary>Waits for what is pressed, once, and deals with it.</summary>
    /// <returns>How long to wait before the next time.</returns>
    public async Task<TimeSpan> HearAsync(CancellationToken cancel)
    {
        var asked = time.GetTimestamp();
        var heard = await chat.NextAsync(deck.Offset, cancel).ConfigureAwait(false);
        if (heard.Problem is { } problem)
        {
            deaf = new SilentChannel(deaf?.Since ?? time.GetUtcNow(), deck.Waiting.Shown, problem.Detail);
            recorder.Deaf(problem.Detail);
            return problem.RetryAfter is { } wanted && wanted > FailedPause && wanted < LookPauseOfMany ? wanted : FailedPause;
        }

        deaf = null;
        recorder.Deaf(null);
        if (heard.Presses.Count > 0)
        {
            await one.WaitAsync(cancel).ConfigureAwait(false);
            try
            {
                foreach (var press in heard.Presses) await presses.TakeAsync(press, cancel).ConfigureAwait(false);
            }
            finally
            {
                one.Release();
            }
        }

        deck.Done(heard.Offset);
        if (heard.Presses.Count > 0) await RefreshAsync(cancel).ConfigureAwait(false);
        return heard.Presses.Count > 0 || time.GetElapsedTime(asked) >= AskPause ? TimeSpan.Zero : AskPause;
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        RepeatAsync(
            async cancel =>
            {
                await RefreshAsync(cancel).ConfigureAwait(false);
                return deck.Waiting.All > Many ? LookPauseOfMany : LookPause;
            },
            stoppingToken),
        RepeatAsync(HearAsync, stoppingToken));

    private async Task RepeatAsync(Func<CancellationToken, Task<TimeSpan>> work, CancellationToken stop)
    {
        await Task.Yield();
        while (!stop.IsCancellationRequested)
        {
            TimeSpan pause;
            try
            {
                pause = await work(stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // A fault here must not end the daemon, for then nobody would be locked. Its words may hold the token.
                recorder.Deaf($"a fault of this program, please report it: {e.GetType().Name}");
                pause = LookPauseOfMany;
            }

            await Task.Delay(pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
