using System.Globalization;
using Athena.AutoDisable.State;
using Athena.Common.Daemon.Control;
using Athena.Common.Daemon.Decisions;
using Athena.Common.Notify.Channels.Telegram;

namespace Athena.AutoDisable.Deciding;

/// <summary>
/// What follows when somebody presses a button in the chat. The first press decides nothing: it asks once more, and for an approval by the
/// PIN of whoever pressed. Who they are Telegram says, and the chat must still have them. For one caller at a time.
/// </summary>
/// <param name="ask">The gate, which has the last word.</param>
internal sealed class CardPresses(
    CardDeck deck,
    ITelegramCards chat,
    DecisionBook book,
    ChatDecisionOptions options,
    ChatRecorder recorder,
    Func<DecisionLink, string, IReadOnlyDictionary<string, string>, CancellationToken, Task<ControlReply>> ask,
    TimeProvider time)
{
    private const int LongestPin = 32;

    /// <summary>Deals with one press; the message is changed by the next refresh.</summary>
    public async Task TakeAsync(TelegramPress press, CancellationToken cancel)
    {
        var (words, isAlert) = await AnswerAsync(press, cancel).ConfigureAwait(false);
        await chat.TellAsync(press, words, isAlert, cancel).ConfigureAwait(false);
    }

    private async Task<(string Words, bool IsAlert)> AnswerAsync(TelegramPress press, CancellationToken cancel)
    {
        if (!press.IsOurs)
        {
            recorder.Refused(press, "not in the chat of the settings");
            return ("Not allowed: this decides only in its own chat, below the message that was written there.", true);
        }

        if (!options.People.TryGetValue(press.User, out var address))
        {
            recorder.Refused(press, "not among those who may");
            return ($"Not allowed. Your Telegram id is {press.User}, and the admins are told that you tried.", true);
        }

        if (CardLayout.Read(press.Data) is not var (handle, word)) return ("That is no button of this program.", false);
        if (deck.Question(handle) is { } question) return await GoOnAsync(question, press, address, word, cancel).ConfigureAwait(false);
        if (deck.Find(handle) is not var (card, view) || card.Message != press.Message)
        {
            await deck.ShowAnewAsync(press.Message, cancel).ConfigureAwait(false);
            return ("That button is over. See what the message, or a newer one, shows now.", false);
        }

        return await BeginAsync(card, view, press, address, word, cancel).ConfigureAwait(false);
    }

    /// <summary>The first press.</summary>
    private async Task<(string Words, bool IsAlert)> BeginAsync(
        DecisionCard card, CardView view, TelegramPress press, string? address, string word, CancellationToken cancel)
    {
        DecisionChoice? choice = (word, view.Stage) switch
        {
            (CardLayout.Approve, CardStage.Waits) when view.MayApprove => DecisionChoice.Approve,
            (CardLayout.Reject, CardStage.Waits) => DecisionChoice.Reject,
            (CardLayout.Undo, CardStage.MayUndo) => DecisionChoice.Undo,
            _ => null,
        };
        if (choice is not { } wanted) return ("That cannot be decided here now.", false);
        if (deck.AskedBelow(card.Handle) is { } other && other.User != press.User)
            return ($"{other.Name} is at it. If nothing comes of it within two minutes, the buttons are back.", true);
        if (wanted == DecisionChoice.Approve && WhyNoPin(address) is { } why) return (why, true);
        if (await WhyNotMemberAsync(press, cancel).ConfigureAwait(false) is { } away) return (away, true);
        var matter = wanted == DecisionChoice.Undo ? view.DecidedAt : card.Matter;
        deck.Ask(new Asked(card.Handle, wanted, matter, press.User, press.Name, CardLayout.NewHandle(), time.GetUtcNow()));

        // Who it is they hear from us as well: with the bot's token somebody could make the message name another.
        return (
            wanted == DecisionChoice.Approve ? $"To let {card.Who} in, type your PIN, then OK." : $"{card.Who}: do you mean it?", false);
    }

    /// <summary>The answer to what the first press asked.</summary>
    private async Task<(string Words, bool IsAlert)> GoOnAsync(
        Asked question, TelegramPress press, string? address, string word, CancellationToken cancel)
    {
        if (question.User != press.User) return ($"This asks {question.Name}.", true);
        if (question.IsOver(time.GetUtcNow()) || deck.Find(question.Card) is not var (card, _))
        {
            deck.EndQuestion(question);
            return ("Two minutes are over. Begin again.", true);
        }

        if (word == CardLayout.No)
        {
            deck.EndQuestion(question);
            return ("Nothing was decided.", false);
        }

        if (question.Choice == DecisionChoice.Approve && word != CardLayout.Yes) return (Type(question, word), false);
        if (word != CardLayout.Yes) return ("That is no button of this program.", false);
        if (await WhyNotMemberAsync(press, cancel).ConfigureAwait(false) is { } away) return (away, true);
        var link = new DecisionLink(
            "", question.Choice, card.Account, question.Matter, address ?? press.User.ToString(CultureInfo.InvariantCulture),
            DateTimeOffset.MaxValue);
        if (question.Choice == DecisionChoice.Approve)
        {
            deck.Ask(question with { Digits = "" });
            if (question.Digits.Length == 0) return ("Type your PIN first.", false);
            if (WhyNoPin(address) is { } none) return (none, true);
            if (await Task.Run(() => book.WhyNot(link, question.Digits), cancel).ConfigureAwait(false) is { } wrong)
            {
                recorder.Refused(press, "a PIN was not right");
                return (wrong, true);
            }
        }

        var how = question.Choice == DecisionChoice.Approve ? "Telegram, PIN" : "Telegram";
        var by = address is null ? $"Telegram id {link.Address} (button)" : $"{address} ({how})";
        var reply = await ask(link, DecisionRequests.Decide, new Dictionary<string, string> { ["by"] = by }, cancel).ConfigureAwait(false);
        if (DecisionDesk.ReadAnswer(reply) is not { } answer)
            return ("The daemon could not do it. Decide in Grafana, or try again in a minute.", true);
        deck.EndQuestion(question);
        return answer.Outcome == DecisionOutcome.Done ? ($"{answer.Title}: {card.Who}.", false) : ($"{answer.Title}. {answer.Text}", true);
    }

    private string Type(Asked question, string word)
    {
        var digits = word switch
        {
            CardLayout.Back => question.Digits.Length > 0 ? question.Digits[..^1] : "",
            [>= '0' and <= '9'] when question.Digits.Length < LongestPin => question.Digits + word,
            _ => question.Digits,
        };
        deck.Ask(question with { Digits = digits });
        return digits.Length == 0 ? "Nothing typed." : new string('•', digits.Length);
    }

    private string? WhyNoPin(string? address) => address switch
    {
        null => "Your Telegram id has no address in DECISION_TELEGRAM_USER_IDS, so there is no PIN to ask for: you can reject, or approve "
            + "in Grafana.",
        _ when !book.HasPin(address) => $"No PIN is set. On the Grafana host: sudo grafana-auto-disable decision-pin set {address}",
        _ => null,
    };

    private async Task<string?> WhyNotMemberAsync(TelegramPress press, CancellationToken cancel)
    {
        switch (await chat.IsMemberAsync(press.User, cancel).ConfigureAwait(false))
        {
            case true:
                return null;
            case false:
                recorder.Refused(press, "not in the chat any more");
                return "Not allowed: you are not in this chat any more.";
            default:
                return "It could not be found out whether you are in this chat. Try again in a minute.";
        }
    }
}
