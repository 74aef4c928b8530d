using Athena.AutoDisable.CommandLine;
using Athena.AutoDisable.Enforcement;
using Athena.AutoDisable.Notify.Mails;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Watching;
using Athena.Common.Grafana.Database;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.Notify.Documents;
using Athena.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace Athena.AutoDisable.Tests.Simulation;

/// <summary>One life of the daemon, from what is on disk until it is killed: the real gate on simulated edges.</summary>
internal sealed class SimulatedDaemon
{
    public static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(15);

    private readonly SimulatedGrafana grafana;
    private readonly SimulatedDisk disk;
    private readonly ManualTime time;
    private readonly AutoDisableParts gate;
    private readonly LogWatch watch;
    private long offset;
    private readonly Func<bool>? isSlow;
    private ListReading? reading;
    private LogBatch? waiting;
    private bool hasCaughtUp;
    private DateTimeOffset nextLook;
    private DateTimeOffset nextAsking;

    public SimulatedDaemon(
        SimulatedGrafana grafana, SimulatedDisk disk, ManualTime time, AutoDisableOptions? options = null, Func<bool>? isSlow = null)
    {
        this.grafana = grafana;
        this.disk = disk;
        this.time = time;
        this.isSlow = isSlow;
        disk.HasChat = true;
        var mail = new MailOptions(
            ["one@example.org", "two@example.org"],
            new Uri("http://127.0.0.1:3000"),
            new Brand("Athena", "Digital-On Tech", null, null),
            TimeZoneInfo.Utc)
        { DrillTo = ["drill@example.org"] };
        gate = AutoDisableParts.Build(
            disk.Load(),
            grafana,
            grafana.Table,
            disk,
            disk,
            disk,
            new LetterWriter(mail),
            options ?? new AutoDisableOptions("http://127.0.0.1:3000", DrillTo: mail.DrillTo),
            time,
            NullLoggerFactory.Instance,
            database: grafana.Table as IBornLocked);
        watch = new LogWatch(gate.Memory.IsKnownId, gate.Memory.IsKeptOut, () => gate.Gate.OurLogId, gate.Recorder, clock: gate.Clock);
        offset = gate.Memory.State.Log?.Offset ?? grafana.Log.Count; // Without a position a log is read from its end.
        nextLook = time.GetUtcNow();
        AskForTheTime();
    }

    public Reconciler Gate => gate.Gate;

    public Commands Commands => gate.Commands;

    public AccountBook Book => gate.Memory.Book;

    /// <summary>One round of the daemon's loop.</summary>
    public async Task TickAsync(bool logIsReadable, bool mailIsUp)
    {
        if (time.GetUtcNow() >= nextAsking) AskForTheTime();
        var batch = logIsReadable ? ReadLog() : new LogBatch([], null, null, "permission denied");
        if (hasCaughtUp && waiting is null && isSlow?.Invoke() == true)
        {
            waiting = batch; // The gate is still at work for others: it asks who that is, and takes it in the next round.
            await Gate.AskAheadAsync(batch, CancellationToken.None);
            return;
        }

        hasCaughtUp |= logIsReadable;
        batch = waiting?.Then(batch) ?? batch;
        waiting = null;
        await Gate.HandleAsync(batch, CancellationToken.None);

        if (grafana.Rows is not null) await VisitDatabaseAsync(grafana.Rows);
        var list = reading;
        reading = null;
        if (list is null && (time.GetUtcNow() >= nextLook || Gate.IsLookWanted))
        {
            nextLook = time.GetUtcNow() + PollInterval;
            list = await Gate.ReadListAsync(CancellationToken.None);
            if (isSlow?.Invoke() == true) (reading, list) = (list, null); // Whatever happens until the next round is not in it.
        }

        if (list is not null) await Gate.UseListAsync(list, CancellationToken.None);
        await Gate.WorkAsync(CancellationToken.None);
        await Gate.DrillIfDueAsync(CancellationToken.None);
        if (mailIsUp) disk.Deliver(time.GetUtcNow());
        disk.Chat.Deliver();
    }

    private async Task VisitDatabaseAsync(GrafanaRows rows)
    {
        if (rows.Heard() is { Count: > 0 } ids) await Gate.HandleAsync([.. ids.Select(id => new BornSeen(id))], CancellationToken.None);
        if (await Gate.BornLockedDueAsync() is not { } read) return;
        var released = await Gate.UseBornLockedAsync(await read(CancellationToken.None));
        if (released.Count > 0) await gate.BornLocked.ReleaseAsync(released, CancellationToken.None);
    }

    private void AskForTheTime()
    {
        nextAsking = time.GetUtcNow() + (gate.Clock.Heard.IsCompleted ? TimeSpan.FromMinutes(10) : TimeSpan.FromMinutes(1));
        grafana.Probe(gate.Clock.Ask());
    }

    private LogBatch ReadLog()
    {
        var lost = false;
        for (; offset < grafana.Log.Count; offset++)
        {
            if (grafana.Log[(int)offset] is { } line) watch.OnLine(line);
            else lost = true;
        }

        var gap = lost ? new LogContinuity(false, null, null, "lines were lost") : null;
        return new LogBatch(watch.TakeEvents(), new LogPosition("file:grafana.log", "1:1", offset, "", null), gap, null);
    }
}
