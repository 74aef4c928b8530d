using Athena.AutoDisable.CommandLine;
using Athena.AutoDisable.Deciding;
using Athena.AutoDisable.Notify;
using Athena.AutoDisable.Notify.Chat;
using Athena.AutoDisable.State;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.Network;
using Athena.Common.Notify.Channels.Telegram;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Athena.AutoDisable;

/// <summary>Where somebody decides who is not at a shell: the socket of the web page, and the buttons in the chat.</summary>
/// <param name="ask">The gate, which has the last word.</param>
internal sealed class AutoDisableDesks(
    WorkerContext<AutoDisableSettings> context,
    AutoDisableSite site,
    Func<ControlRequest, CancellationToken, Task<ControlReply>> ask)
{
    /// <summary>Those that the settings name.</summary>
    public IEnumerable<BackgroundService> Open()
    {
        if (site.Decisions is not { } book) yield break;
        if (context.Settings.Decisions is { } links) yield return Page(links, book);
        if (context.Settings is { ChatDecisions: { } people, Chat.Telegram: { } telegram })
            yield return site.Buttons = Chat(people, telegram, book);
    }

    private DecisionSocket Page(DecisionOptions options, DecisionBook book)
    {
        var requests = new DecisionRequests(
            book, options, options.Access is { } team ? Access(team) : null, AskAsync, context.Zone.Zone, context.Settings.Gate.UndoFor,
            context.Time);
        return new DecisionSocket(
            options.Socket,
            () => new ControlSocket(
                options.Socket, requests.AnswerAsync, context.Logging.CreateLogger<ControlSocket>(), context.Time, isForGroup: true),
            context.Logging.CreateLogger<DecisionSocket>(),
            context.Time);
    }

    private ChatDesk Chat(ChatDecisionOptions people, TelegramSettings telegram, DecisionBook book)
    {
        var chat = new TelegramCards(telegram, context.Time, new MovedChat(site.EventRecorder));
        var deck = new CardDeck(ChatDecisionState.MakeIn(site.StateFolder), site.Gate.Board, chat, context.Time);
        var notices = new ChatDecisionNotices(context.Settings.Mail);
        var recorder = new ChatRecorder(
            site.Audit, site.Outbox, notices, context.Logging.CreateLogger<ChatRecorder>(), context.Time);
        return new ChatDesk(
            deck, new CardPresses(deck, chat, book, people, recorder, AskAsync, context.Time), chat, recorder, notices, site.Outbox,
            context.Time);
    }

    private Task<ControlReply> AskAsync(
        DecisionLink link, string command, IReadOnlyDictionary<string, string> more, CancellationToken cancel) =>
        ask(new ControlRequest(command, LinkDecisions.Arguments(link).Concat(more).ToDictionary()), cancel);

    private AccessAssertion Access(AccessOptions team)
    {
        var published = new PublishedText(context.Time);
        var keys = new Uri(team.Team, "/cdn-cgi/access/certs");
        return new AccessAssertion(
            team,
            async cancel => await published.ReadAsync(keys, cancel).ConfigureAwait(false) is (200, var text) ? text : null,
            context.Time);
    }
}
