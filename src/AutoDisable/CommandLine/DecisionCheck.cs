using Athena.AutoDisable.Deciding;
using Athena.AutoDisable.State;
using Athena.Common.Checks;
using Athena.Common.Daemon.Decisions;
using Athena.Common.Notify.Channels.Telegram;

namespace Athena.AutoDisable.CommandLine;

/// <summary>The part of <c>check</c> about decisions from a mail.</summary>
/// <param name="isRunning">Whether the daemon runs.</param>
/// <param name="listens">Where the page is on this host; null: systemd is asked.</param>
internal sealed class DecisionCheck(
    CheckReport report, DecisionOptions options, TimeProvider time, bool isRunning, string? listens = null)
{
    public async Task RunAsync(string stateDirectory, CancellationToken cancel)
    {
        if (options.Url.Scheme != Uri.UriSchemeHttps && !options.Url.IsLoopback)
            report.Warn("DECISION_URL is http: whoever is on the way can take a link out of it", "Serve the page of decisions by https.");
        CheckPins(stateDirectory);
        await CheckPageAsync(cancel).ConfigureAwait(false);
    }

    private void CheckPins(string stateDirectory)
    {
        if (options.Proof != ApprovalProof.Pin) return;
        var book = new DecisionBook(DecisionBookState.In(stateDirectory), time);
        var without = options.MailTo.Where(address => !book.HasPin(address)).ToList();
        if (without.Count == 0) report.Ok($"Decisions from a mail: {string.Join(", ", options.MailTo)} approve with their PIN");
        foreach (var address in without)
            report.Warn(
                $"{address} has no PIN, so their mails have a link to reject and none to approve",
                $"sudo grafana-auto-disable {DecisionPinCommand.Name} set {address}");
    }

    /// <summary>Until the daemon runs nothing hangs on the page: what is missing then keeps nobody from guarding.</summary>
    private async Task CheckPageAsync(CancellationToken cancel)
    {
        var signsIn = options.Proof is not ApprovalProof.Pin;
        foreach (var found in await PublicPageCheck.RunAsync(options.Page, signsIn, time, listens, cancel).ConfigureAwait(false))
            report.Take(found.Outcome == CheckOutcome.Failed && !isRunning ? found with { Outcome = CheckOutcome.Warning } : found);
    }
}

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
