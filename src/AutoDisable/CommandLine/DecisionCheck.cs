using Athena.AutoDisable.Deciding;
using Athena.AutoDisable.State;
using Athena.Common.Checks;
using Athena.Common.Daemon.Decisions;

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
