using Athena.AutoDisable.Notify;
using Athena.AutoDisable.Policy;
using Athena.AutoDisable.State;
using Athena.Common.Notify.Channels.Telegram;

namespace Athena.AutoDisable.Deciding;

/// <summary>
/// What the gate says of those accounts about which a message stands in the chat, and about whom one should. Safe from any thread.
/// </summary>
internal sealed class CardBoard(
    SerialExecutor lane, AutoDisableMemory memory, ILetterWriter writer, AutoDisableOptions options, TimeProvider time)
{
    /// <param name="known">The messages that there are.</param>
    /// <param name="most">How many accounts may wait in messages of their own; of critical ones three times as many.</param>
    public Task<BoardLook> LookAsync(IReadOnlyList<DecisionCard> known, int most) =>
        lane.RunAsync(() => Task.FromResult(Look(known, most)));

    private BoardLook Look(IReadOnlyList<DecisionCard> known, int most)
    {
        var views = known.Select(card => Of(card)).ToList();
        var shown = views.Where(view => view.Stage == CardStage.Waits).Select(view => view.Account).ToHashSet();
        var waiting = memory.Book.All.Where(account => DecisionRules.IsOpenToLinks(account) && IsReady(account.Case!)).ToList();

        // An import is asked about as a whole.
        var next = waiting.Where(account => !account.Case!.IsImported && !shown.Contains(account.Ref))
            .OrderByDescending(account => IsCritical(account.Case!)).ThenBy(account => account.Case!.OpenedAt).Take(3 * most)
            .Where((account, place) => shown.Count + place < (IsCritical(account.Case!) ? 3 * most : most))
            .Select(Waiting).ToList();
        return new BoardLook(views, next, waiting.Count - shown.Count - next.Count, waiting.Count);
    }

    private CardView Of(DecisionCard card)
    {
        var account = memory.Book.FindByRef(card.Account);
        if (account is { Case.OpenedAt: var opened } && opened == card.Matter && DecisionRules.IsOpenToLinks(account))
            return Waiting(account);
        var text = writer.WriteCardOfEnd(account, card.Who);
        return account is { Decision: { } made } && DecisionRules.WhyNotUndo(account, options.UndoFor, time.GetUtcNow()) is null
            ? new CardView(card.Account, card.Matter, CardStage.MayUndo, text, card.Who) { DecidedAt = made.At }
            : new CardView(card.Account, card.Matter, CardStage.Over, text, card.Who);
    }

    private CardView Waiting(Account account)
    {
        var (text, who) = writer.WriteCard(account);
        return new CardView(account.Ref, account.Case!.OpenedAt, CardStage.Waits, text, who)
        {
            MayApprove = DecisionRules.MayApproveByLink(account.Case, options),
        };
    }

    /// <summary>It is known what they did, as it is when the mail goes out.</summary>
    private static bool IsReady(LockCase open) => open is { LockedAt: not null, ExposedAt: not null };

    private static bool IsCritical(LockCase open) => open.Exposure is { IsCritical: true };
}

/// <param name="Known">One for each message that there is, in that order.</param>
/// <param name="Next">Accounts that should have one.</param>
/// <param name="Others">How many wait besides.</param>
/// <param name="Waiting">How many wait in all.</param>
internal sealed record BoardLook(IReadOnlyList<CardView> Known, IReadOnlyList<CardView> Next, int Others, int Waiting);

/// <summary>What one message is to say.</summary>
/// <param name="Account">The account's reference.</param>
/// <param name="Matter">When its case was opened.</param>
/// <param name="Stage">What can be decided.</param>
/// <param name="Text">Without buttons.</param>
/// <param name="Who">As the chat may name them.</param>
internal sealed record CardView(string Account, DateTimeOffset Matter, CardStage Stage, TelegramText Text, string Who)
{
    /// <summary>A button may let them in, with whatever else is asked for.</summary>
    public bool MayApprove { get; init; }

    /// <summary>With <see cref="CardStage.MayUndo"/>: which decision.</summary>
    public DateTimeOffset DecidedAt { get; init; }
}

internal enum CardStage
{
    /// <summary>For a decision.</summary>
    Waits,

    /// <summary>It is decided, and can be taken back.</summary>
    MayUndo,

    /// <summary>Nothing can be decided here any more.</summary>
    Over,
}
