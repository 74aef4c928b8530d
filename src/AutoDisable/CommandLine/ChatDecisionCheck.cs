using Athena.AutoDisable.Deciding;
using Athena.AutoDisable.State;
using Athena.Common.Checks;
using Athena.Common.Notify.Channels.Telegram;

namespace Athena.AutoDisable.CommandLine;

/// <summary>
/// The part of <c>check</c> about buttons in the chat. Does not ask for what is pressed: the running daemon does, and would be cut off.
/// </summary>
internal sealed class ChatDecisionCheck(CheckReport report, ChatDecisionOptions options, ITelegramCards chat, TimeProvider time)
{
    public async Task RunAsync(string stateDirectory, CancellationToken cancel)
    {
        if (await chat.WhyDeafAsync(cancel).ConfigureAwait(false) is { } why)
            report.Fail($"Buttons in the chat do nothing: {why}", "See decisions.md in /usr/share/doc/athena-workers.");
        var book = new DecisionBook(DecisionBookState.In(stateDirectory), time);
        foreach (var (user, address) in options.People)
        {
            var who = address is null ? $"Telegram id {user}" : $"Telegram id {user} ({address})";
            switch (await chat.IsMemberAsync(user, cancel).ConfigureAwait(false))
            {
                case true when address is null:
                    report.Ok($"{who} rejects by buttons in the chat");
                    break;
                case true when book.HasPin(address):
                    report.Ok($"{who} decides by buttons in the chat, with their PIN");
                    break;
                case true:
                    report.Warn($"{who} has no PIN, so they can reject in the chat and not approve",
                        $"sudo grafana-auto-disable {DecisionPinCommand.Name} set {address}");
                    break;
                case false:
                    report.Warn($"{who} is not in the chat, so they decide nothing there",
                        "Add them to the chat, or take the id out of DECISION_TELEGRAM_USER_IDS.");
                    break;
                default:
                    report.Warn($"It could not be found out whether {who} is in the chat", "See what is said of Telegram above.");
                    break;
            }
        }
    }
}
