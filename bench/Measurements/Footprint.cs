using Athena.Bench.Stage;

namespace Athena.Bench.Measurements;

/// <summary>What the daemon occupies after its work, and what it uses while nothing happens.</summary>
internal static class Footprint
{
    private static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(1);

    /// <summary>Mails and closings are still under way when the last account is disabled.</summary>
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(20);

    /// <param name="hasTarget">The targets are those of following a file; the journal's library and its being asked come on top.</param>
    public static async Task MeasureAsync(string title, int processId, bool hasTarget, Report report)
    {
        report.Section(
            title,
            "Resident memory as the kernel counts it (proc_pid_status(5)), pages of shared libraries included, at the end of the "
            + "sign-ups; then the CPU time of one minute in which nobody comes and the complete list is read every 15 s.");
        report.Add("resident (VmRSS)", ProcessFigures.Mebibytes(processId, "VmRSS"), "MiB", hasTarget ? 40 : null);
        report.Add("of that: own memory (RssAnon)", ProcessFigures.Mebibytes(processId, "RssAnon"), "MiB");
        report.Add("of that: pages of files (RssFile)", ProcessFigures.Mebibytes(processId, "RssFile"), "MiB");

        await Task.Delay(Calm).ConfigureAwait(false);
        var before = ProcessFigures.CpuTimes(processId);
        await Task.Delay(IdleTime).ConfigureAwait(false);
        report.Add("CPU time in an idle minute", ProcessFigures.CpuSecondsSince(processId, before), "s", hasTarget ? 0.2 : null);
        report.Add("resident after that minute", ProcessFigures.Mebibytes(processId, "VmRSS"), "MiB", hasTarget ? 40 : null);
    }
}
