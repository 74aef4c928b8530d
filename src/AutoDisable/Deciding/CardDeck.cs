using Athena.AutoDisable.State;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.State;

namespace Athena.AutoDisable.Deciding;

/// <summary>
/// The messages in the chat, one for each account that waits as far as there is room: brought again and again to what the gate says, so
/// that nothing is lost by a crash, a chat that is away, or a decision that was made elsewhere. For one caller at a time.
/// </summary>
internal sealed class CardDeck(IStateStore<ChatDecisionState> store, CardBoard board, ITelegramCards chat, TimeProvider time)
{
    /// <summary>Accounts with a message of their own; a flood must not make a chat unreadable.</summary>
    public const int Most = 10;

    /// <summary>New messages of one look: a chat takes twenty a minute, and others are written there, too.</summary>
    private const int MostPosted = 1;
    private static readonly TimeSpan OthersPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private readonly ChatDecisionState state = store.Load() switch
    {
        StateLoad<ChatDecisionState>.Loaded loaded => loaded.Value,
        StateLoad<ChatDecisionState>.LoadedPrevious previous => previous.Value,
        _ => new ChatDecisionState(), // Damaged: the old messages are over, and new ones are written.
    };

    private readonly Dictionary<string, Asked> asked = [];
    private readonly Dictionary<string, CardView> views = [];
    private DateTimeOffset? notBefore;
    private DateTimeOffset? othersShownAt;
    private volatile SilentChannel? refused;
    private int all;
    private int withMessage;

    /// <summary>What was pressed below this number has been dealt with.</summary>
    public long Offset => state.Offset;

    /// <summary>Accounts that wait, and how many of them have a message, as of the last look. From any thread.</summary>
    public (int All, int Shown) Waiting => (Volatile.Read(ref all), Volatile.Read(ref withMessage));

    /// <summary>Since when, and why, the chat does not take what it is to show; null while it does. From any thread.</summary>
    public SilentChannel? Refused => refused;

    /// <summary>The disk refuses: null when it does not.</summary>
    public string? SaveProblem { get; private set; }

    /// <summary>A message by the handle of its buttons, with what it says; null for one that is over.</summary>
    public (DecisionCard Card, CardView View)? Find(string handle) =>
        state.Cards.Find(one => one.Handle == handle) is { } card && views.TryGetValue(handle, out var view) ? (card, view) : null;

    /// <summary>What somebody is asked below a message; null when nobody is, or no longer.</summary>
    public Asked? AskedBelow(string card) =>
        asked.TryGetValue(card, out var one) && !one.IsOver(time.GetUtcNow()) ? one : null;

    /// <summary>The question to which a button belongs.</summary>
    public Asked? Question(string handle) => asked.Values.FirstOrDefault(one => one.Handle == handle);

    public void Ask(Asked question) => asked[question.Card] = question;

    public void EndQuestion(Asked question) => asked.Remove(question.Card);

    /// <summary>What was pressed below this number has been dealt with, also after a crash.</summary>
    public void Done(long offset)
    {
        if (offset == state.Offset) return;
        state.Offset = offset;
        Save();
    }

    /// <summary>
    /// A button was pressed that asks nothing any more. The message is shown anew; one that is forgotten says that it is over.
    /// </summary>
    public async Task ShowAnewAsync(long message, CancellationToken cancel)
    {
        if (state.Cards.Find(one => one.Message == message) is { } card) Replace(card, card with { Shown = null });
        else await chat.ChangeAsync(message, CardLayout.Replaced, cancel).ConfigureAwait(false);
    }

    /// <summary>Brings the chat to what the gate says.</summary>
    public async Task RefreshAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        foreach (var over in asked.Values.Where(one => one.IsOver(now)).ToList()) asked.Remove(over.Card);
        var look = await board.LookAsync(state.Cards, Most).ConfigureAwait(false);
        foreach (var (card, view) in state.Cards.Zip(look.Known)) views[card.Handle] = view;
        foreach (var view in look.Next)
        {
            // Written down first, so that a crash puts the same buttons there again.
            var card = new DecisionCard(view.Account, view.Matter, CardLayout.NewHandle()) { Who = view.Who };
            state.Cards.Add(card);
            views[card.Handle] = view;
        }

        if (look.Next.Count > 0) Save();
        Volatile.Write(ref all, look.Waiting);
        Volatile.Write(ref withMessage, views.Values.Count(view => view.Stage == CardStage.Waits));
        if (notBefore is { } pause && pause > now && pause - now <= LongestPause) return;
        var posted = 0;
        foreach (var card in state.Cards.ToList())
        {
            if (card.Message is null && views[card.Handle].Stage == CardStage.Waits && posted++ >= MostPosted) continue;
            if (!await ShowAsync(card, views[card.Handle], cancel).ConfigureAwait(false)) return;
        }

        if (await ShowOthersAsync(look.Others, now, cancel).ConfigureAwait(false)) refused = null;
    }

    /// <summary>False when the chat takes nothing at the moment.</summary>
    private async Task<bool> ShowAsync(DecisionCard card, CardView view, CancellationToken cancel)
    {
        var shown = CardLayout.Of(view, card.Handle, AskedBelow(card.Handle));
        var hash = CardLayout.HashOf(shown);
        if (card.Message is not { } message)
        {
            if (view.Stage != CardStage.Waits) return Forget(card); // Decided before it was told here.
            var (number, result) = await chat.PostAsync(shown, cancel).ConfigureAwait(false);
            if (number is null) return Refuse(result);
            Replace(card, card with { Message = number, Shown = hash });
        }
        else if (hash != card.Shown)
        {
            var result = await chat.ChangeAsync(message, shown, cancel).ConfigureAwait(false);
            if (result.IsFinal && view.Stage == CardStage.Waits)
                Replace(card, card with { Message = null, Shown = null }); // Somebody deleted it: a new one is written.
            else if (result.Verdict == DeliveryVerdict.Accepted) Replace(card, card with { Shown = hash });
            else if (!result.IsFinal) return Refuse(result);
        }

        return view.Stage != CardStage.Over || Forget(card);
    }

    /// <inheritdoc cref="ShowAsync"/>
    private async Task<bool> ShowOthersAsync(int count, DateTimeOffset now, CancellationToken cancel)
    {
        if (state.Others is null && count == 0) return true;
        if (othersShownAt is { } at && now - at < OthersPause && now >= at) return true;
        var card = CardLayout.Others(count);
        var hash = CardLayout.HashOf(card);
        if (state.Others?.Shown == hash) return true;
        othersShownAt = now;
        if (state.Others is not { Message: { } message })
        {
            var (number, posted) = await chat.PostAsync(card, cancel).ConfigureAwait(false);
            if (number is null) return Refuse(posted);
            state.Others = new DecisionCard("", now, "") { Message = number, Shown = hash };
        }
        else
        {
            var changed = await chat.ChangeAsync(message, card, cancel).ConfigureAwait(false);
            if (changed is { Verdict: not DeliveryVerdict.Accepted, IsFinal: false }) return Refuse(changed);
            state.Others = count == 0 || changed.IsFinal ? null : state.Others with { Shown = hash };
        }

        Save();
        return true;
    }

    private bool Refuse(DeliveryResult result)
    {
        var now = time.GetUtcNow();
        var pause = result.RetryAfter is { } wanted && wanted > LeastPause ? wanted : LeastPause;
        notBefore = now + (pause < LongestPause ? pause : LongestPause);
        refused = new SilentChannel(refused?.Since ?? now, withMessage, result.Detail);
        return false;
    }

    private bool Forget(DecisionCard card)
    {
        state.Cards.RemoveAll(one => one.Handle == card.Handle);
        views.Remove(card.Handle);
        asked.Remove(card.Handle);
        Save();
        return true;
    }

    private void Replace(DecisionCard card, DecisionCard by)
    {
        state.Cards[state.Cards.FindIndex(one => one.Handle == card.Handle)] = by;
        Save();
    }

    private void Save() => SaveProblem = store.TryAppend(state, out var problem) ? null : problem;
}
