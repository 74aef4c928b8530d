using Athena.AutoDisable.Watching;
using Athena.Common.Hosting;
using Athena.Common.Logs;

namespace Athena.AutoDisable.CommandLine;

/// <summary><c>once</c>: one pass as the old timer made it, for trials and for a host without the daemon.</summary>
internal static class OnceCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task<int> RunAsync(WorkerContext<AutoDisableSettings> context, CancellationToken cancel)
    {
        await using var site = GateSite.Open(context);
        await site.LoadGateAsync(cancel).ConfigureAwait(false);
        var gate = site.Gate.Gate;
        using var log = context.Settings.Log.Follow(context.Time);
        var watch = new LogWatch(site.Gate.Memory.IsKnownId, site.Gate.Memory.IsKeptOut, () => gate.OurLogId, site.Gate.Recorder, site.Copies(), site.Gate.Clock);
        var continuity = log.Open(site.Gate.Memory.State.Log);
        if (!continuity.IsContinuous) await gate.HandleAsync(new LogBatch([], null, continuity, null), cancel).ConfigureAwait(false);
        await ReadLogAsync(gate, log, watch, cancel).ConfigureAwait(false);
        await gate.LookAsync(cancel).ConfigureAwait(false);

        var until = context.Time.GetUtcNow() + Patience;
        do
        {
            await ReadLogAsync(gate, log, watch, cancel).ConfigureAwait(false);
            await gate.WorkAsync(cancel).ConfigureAwait(false);
            if (gate is { IsLocking: false, IsExposing: false }) break; // Whoever was locked, the mail about him is written.
            await Task.Delay(TimeSpan.FromMilliseconds(250), context.Time, cancel).ConfigureAwait(false);
        }
        while (context.Time.GetUtcNow() < until);

        gate.Close();
        if (!context.Common.DryRun) await site.DeliverDueAsync(cancel).ConfigureAwait(false);
        return context.Print(new StatusReport(site, context.Settings.Log.Name, context.Common.DryRun, context.Time).Write());
    }

    private static async Task ReadLogAsync(Gate gate, ILogFollower log, LogWatch watch, CancellationToken cancel)
    {
        LogRead read;
        do
        {
            read = log.Read(watch.OnLine);
            await gate.HandleAsync(new LogBatch(watch.TakeEvents(), read.Position, read.Gap, read.Problem), cancel).ConfigureAwait(false);
        }
        while (read.Lines > 0);
    }
}
