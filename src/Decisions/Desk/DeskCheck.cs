using System.Security.Cryptography;
using Athena.Common.Checks;
using Athena.Common.Daemon.Control;
using Athena.Common.Daemon.Decisions;

namespace Athena.Decisions.Desk;

/// <summary>The part of <c>check</c> that asks the daemon, as if somebody had opened a link that never was.</summary>
internal static class DeskCheck
{
    private const int TokenBytes = 32;

    private const string Begin =
        "Set DECISION_URL in /etc/default/grafana-auto-disable; then: sudo systemctl restart grafana-auto-disable";

    /// <param name="isInUse">Whether somebody wants the page to be there; else it is only noted that nobody answers it.</param>
    public static async Task RunAsync(string path, bool isInUse, CheckReport report, TimeProvider time, CancellationToken cancel)
    {
        var fault = await FaultAsync(path, time, cancel).ConfigureAwait(false);
        if (fault is not var (what, remedy)) report.Ok($"grafana-auto-disable answers at {path}");
        else if (isInUse) report.Fail(what, remedy);
        else report.Note($"{what}; its socket is not enabled either, so nobody decides from a mail", remedy);
    }

    /// <summary>Null where the daemon of this version answers; else what is so, and what to do.</summary>
    public static async Task<(string What, string Remedy)?> FaultAsync(string path, TimeProvider time, CancellationToken cancel)
    {
        var nobodys = Convert.ToBase64String(RandomNumberGenerator.GetBytes(TokenBytes)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        var request = new ControlRequest(DecisionDesk.Describe, new Dictionary<string, string> { [DecisionDesk.Token] = nobodys });
        try
        {
            var reply = await ControlClient.SendAsync(path, request, DeskClient.Patience, time, cancel).ConfigureAwait(false);
            return reply is null ? ($"Nobody answers at {path}", Begin)
                : DecisionDesk.ReadPage(reply) is { Status: DecisionStatus.Closed } ? null
                : ($"What answers at {path} is not grafana-auto-disable of this version", "Install both in one version.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or TimeoutException)
        {
            return ($"{path} cannot be asked: {e.Message}", Begin);
        }
    }
}
