using System.Security.Cryptography;
using Athena.Common.Checks;
using Athena.Common.Daemon.Control;
using Athena.Common.Daemon.Decisions;
using Athena.Common.Daemon.Units;

namespace Athena.Decisions.Desk;

/// <summary>The part of <c>check</c> that asks the daemon, as if somebody had opened a link that never was.</summary>
internal static class DeskCheck
{
    private const int TokenBytes = 32;

    /// <param name="units">Where nobody wants the page to be there, it is only noted that nobody answers it; null is not known.</param>
    public static async Task RunAsync(string path, PageUnits? units, CheckReport report, TimeProvider time, CancellationToken cancel)
    {
        var fault = await FaultAsync(path, units, time, cancel).ConfigureAwait(false);
        if (fault is not var (what, remedy)) report.Ok($"grafana-auto-disable answers at {path}");
        else if (units is not { IsInUse: false }) report.Fail(what, remedy);
        else report.Note($"{what}; its socket is not enabled either, so nobody decides from a mail", remedy);
    }

    /// <summary>Null where the daemon of this version answers; else what is so, and what to do.</summary>
    public static async Task<(string What, string Remedy)?> FaultAsync(
        string path, PageUnits? units, TimeProvider time, CancellationToken cancel)
    {
        var nobodys = Convert.ToBase64String(RandomNumberGenerator.GetBytes(TokenBytes)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        var request = new ControlRequest(DecisionDesk.Describe, new Dictionary<string, string> { [DecisionDesk.Token] = nobodys });
        try
        {
            var reply = await ControlClient.SendAsync(path, request, DeskClient.Patience, time, cancel).ConfigureAwait(false);
            return reply is null ? Silence(path, units?.Daemon)
                : DecisionDesk.ReadPage(reply) is { Status: DecisionStatus.Closed } ? null
                : ($"What answers at {path} is not grafana-auto-disable of this version", "Install both in one version.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or TimeoutException)
        {
            return (
                $"{path} cannot be asked: {e.Message.TrimEnd('.')}",
                "What it says: journalctl -u grafana-auto-disable -n 20; to start it anew: sudo systemctl restart grafana-auto-disable");
        }
    }

    private static (string What, string Remedy) Silence(string path, UnitState? daemon)
    {
        const string Begin =
            "To have it: DECISION_URL in /etc/default/grafana-auto-disable, then: sudo systemctl restart grafana-auto-disable";
        return daemon switch
        {
            null => ($"Nobody answers at {path}", "Does grafana-auto-disable run? systemctl status grafana-auto-disable. If so: " + Begin),
            { Load: "not-found" } => (
                $"grafana-auto-disable is not installed here, and nobody answers at {path}", "sudo apt install grafana-auto-disable"),
            { IsRunning: true } => (
                $"grafana-auto-disable runs, and nobody answers at {path}: deciding from a mail is off, or was when it started", Begin),
            _ => (
                $"grafana-auto-disable does not run, and so nobody answers at {path}",
                "To start it: sudo systemctl start grafana-auto-disable; why it does not run: journalctl -u grafana-auto-disable -n 20"),
        };
    }
}
