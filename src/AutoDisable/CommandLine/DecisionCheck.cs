using System.Buffers.Text;
using System.Security.Cryptography;
using Athena.AutoDisable.Deciding;
using Athena.AutoDisable.State;
using Athena.Common.Checks;
using Athena.Common.Daemon.Decisions;
using Athena.Common.Network;

namespace Athena.AutoDisable.CommandLine;

/// <summary>The part of <c>check</c> about decisions from a mail.</summary>
internal sealed class DecisionCheck(CheckReport report, DecisionOptions options, TimeProvider time)
{
    private readonly string place = options.Url.AbsoluteUri.TrimEnd('/');

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

    /// <summary>A link that nobody has: the page says so, and nothing on the way may change what it says.</summary>
    private async Task CheckPageAsync(CancellationToken cancel)
    {
        using var published = new PublishedText(time);
        var page = options.Page(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));
        var (status, text) = await published.ReadAsync(page, cancel).ConfigureAwait(false);
        if (status == 404 && text.Contains(DecisionPage.Closed.Title, StringComparison.Ordinal))
        {
            if (text.Contains("<script", StringComparison.OrdinalIgnoreCase))
                report.Warn(
                    $"The page of decisions at {place} has a script in it, which it has not when it leaves this host",
                    "A proxy on the way rewrites pages; switch that off for its path. The page's policy keeps the script from running.");
            else report.Ok($"The page of decisions answers at {place}");
            return;
        }

        report.Fail(
            status == 0
                ? $"The page of decisions at {place} cannot be reached from here: {text}"
                : $"At {place} something else than the page of decisions answers (HTTP {status})",
            "Is athena-workers-decisions installed and its socket enabled (systemctl status athena-workers-decisions.socket), and does the "
            + "proxy pass /athena/decide/ on to it? See /usr/share/doc/athena-workers/decisions.md");
    }
}
