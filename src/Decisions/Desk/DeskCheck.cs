using System.Security.Cryptography;
using Athena.Common.Checks;
using Athena.Common.Daemon.Control;
using Athena.Common.Daemon.Decisions;

namespace Athena.Decisions.Desk;

/// <summary>The part of <c>check</c> that asks the daemon, as if somebody had opened a link that never was.</summary>
internal static class DeskCheck
{
    private const int TokenBytes = 32;

    public static async Task RunAsync(string path, CheckReport report, TimeProvider time, CancellationToken cancel)
    {
        const string begin = "Set DECISION_URL in /etc/default/grafana-auto-disable; then: sudo systemctl restart grafana-auto-disable";
        var nobodys = Convert.ToBase64String(RandomNumberGenerator.GetBytes(TokenBytes)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        var request = new ControlRequest(DecisionDesk.Describe, new Dictionary<string, string> { [DecisionDesk.Token] = nobodys });
        try
        {
            var reply = await ControlClient.SendAsync(path, request, DeskClient.Patience, time, cancel).ConfigureAwait(false);
            if (reply is null) report.Fail($"Nobody answers at {path}", begin);
            else if (DecisionDesk.ReadPage(reply) is { Status: DecisionStatus.Closed })
                report.Ok($"grafana-auto-disable answers at {path}");
            else report.Fail($"What answers at {path} is not grafana-auto-disable of this version", "Install both in one version.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or TimeoutException)
        {
            report.Fail($"{path} cannot be asked: {e.Message}", begin);
        }
    }
}
