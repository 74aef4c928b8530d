using Athena.Bench.Stage;

namespace Athena.Bench.Measurements;

/// <summary>What the three daemons occupy on one machine.</summary>
internal static class Together
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(40);

    public static async Task MeasureAsync(string programs, int users, Report report)
    {
        await using var site = await Site.StartAsync(users).ConfigureAwait(false);
        await using var gate = await Daemon.StartAsync(Path.Combine(programs, "grafana-auto-disable"), site, "file:" + site.LogFile)
            .ConfigureAwait(false);
        await using var compliance = Daemon.StartSister(Path.Combine(programs, "grafana-compliance"), site);
        await using var pulse = Daemon.StartSister(Path.Combine(programs, "grafana-active-users"), site);
        await Task.Delay(Settling).ConfigureAwait(false);

        int[] all = [gate.ProcessId, compliance.ProcessId, pulse.ProcessId];
        report.Section(
            "The three daemons on one machine",
            $"All three at work on one Grafana, {Settling.TotalSeconds:0} s after their start: resident memory of each (VmRSS), and their "
            + "proportional share together (Pss of smaps_rollup), in which a page that they share is counted once.");
        report.Add("grafana-auto-disable", ProcessFigures.Mebibytes(gate.ProcessId, "VmRSS"), "MiB", 40);
        report.Add("grafana-compliance", ProcessFigures.Mebibytes(compliance.ProcessId, "VmRSS"), "MiB", 40);
        report.Add("grafana-active-users", ProcessFigures.Mebibytes(pulse.ProcessId, "VmRSS"), "MiB", 40);
        report.Add("together, shared pages once", all.Sum(ProcessFigures.Proportional), "MiB", 65);
    }
}
