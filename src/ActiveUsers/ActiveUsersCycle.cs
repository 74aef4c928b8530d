using Athena.ActiveUsers.Evidence;
using Athena.ActiveUsers.History;
using Athena.ActiveUsers.Notify;
using Athena.ActiveUsers.Policy;
using Athena.ActiveUsers.Pulses;
using Athena.ActiveUsers.State;
using Athena.ActiveUsers.Telemetry;
using Athena.Common.Grafana.Monitoring;
using Athena.Common.Grafana.Probes;
using Athena.Common.Time;

namespace Athena.ActiveUsers;

/// <summary>
/// One round of the daemon's work: read, decide, act, remember. A window is read when it has ended; nothing of it is kept in memory, so a
/// restart loses nothing, and what was missed while the daemon was down is read then: for the totals all of it, for the chat the newest.
/// </summary>
internal sealed class ActiveUsersCycle(
    ActiveUsersSources sources,
    AlertNotifier alerts,
    ChatOutbox chat,
    ActiveUsersMemory memory,
    TotalsBook? totals,
    EventRecorder eventRecorder,
    ActiveUsersOptions options,
    TimeProvider time,
    KpiNotifier? kpis = null)
{
    /// <summary>What lies further back is not read after an outage of the daemon; its totals are missing.</summary>
    public static readonly TimeSpan LongestReturn = TimeSpan.FromDays(2);

    private const int NamedDashboards = 3;

    private readonly AlignedSchedule schedule = new(options.Wording.Every, options.Wording.Zone);
    private DateTimeOffset nextGlance;
    private string? toldSaveProblem;

    private ActiveUsersState State => memory.State;

    /// <summary>The end of the window that runs, or of the next one to be read.</summary>
    public DateTimeOffset NextEnd => schedule.Next(State.HandledTo ?? time.GetUtcNow()).To;

    /// <summary>When the next step has something to do, as far as it is known now.</summary>
    public DateTimeOffset NextAt
    {
        get
        {
            var window = State.HandledTo is { } handled ? schedule.Next(handled).To + options.Settle : time.GetUtcNow();
            var next = window < nextGlance ? window : nextGlance;
            return chat.NextDue is { } retry && retry < next ? retry : next;
        }
    }

    /// <summary>To be called once, before the first step.</summary>
    public void Begin()
    {
        chat.Recover();
        alerts.Recover();
        alerts.Show();
        if (options.IsAnonymous != State.SaidAnonymous)
        {
            State.SaidAnonymous = options.IsAnonymous;
            if (options.IsAnonymous) eventRecorder.NoAccount();
        }

        // Nobody asked before now: the first pulse is that of the window that runs.
        State.HandledTo ??= schedule.Next(time.GetUtcNow()).From;
        memory.Save();
    }

    /// <summary>
    /// Somebody else told the chat until now: the next pulse is that of the window that runs, and what waited since we were stopped is old.
    /// </summary>
    public void BeginAnew()
    {
        State.HandledTo = schedule.Next(time.GetUtcNow()).From;
        (State.Before, State.Pulse, State.Unsent, State.Unsure, State.Early) = (null, null, null, null, null);
        (State.NotBefore, State.Trouble, State.TroubleSince, State.TroubleMailed) = (null, null, null, null);
        State.Messages.Clear();
        memory.Save();
    }

    /// <summary>Does what is due; at most one window, so that the loop comes round.</summary>
    public async Task StepAsync(CancellationToken cancel)
    {
        var isChanged = alerts.EndSilenceIfDue() | alerts.WatchChat();
        if (Deadline.IsDue(nextGlance, time.GetUtcNow(), HealthTick.Interval))
        {
            nextGlance = time.GetUtcNow() + HealthTick.Interval;
            await sources.Directory.RefreshAsync(cancel).ConfigureAwait(false);
            isChanged |= await sources.Health.ProbeIfDueAsync(cancel).ConfigureAwait(false);
            var facts = await sources.Health.LookAsync(cancel).ConfigureAwait(false);
            // Perhaps there is room again: the all-clear shall not wait for the next window.
            if (memory.SaveProblem is not null) memory.Save();
            isChanged |= alerts.Take(
                facts with
                {
                    IsMemoryWritten = memory.SaveProblem is null,
                    MemoryDetail = memory.SaveProblem ?? "",
                    OtherCopy = sources.Surroundings?.Copy(cancel),
                    DataSources = sources.Surroundings?.DataSources(),
                    Backups = sources.Surroundings?.Backups(),
                    Listener = sources.Surroundings?.Listener(),
                });
            if (sources.Figures is { } figures) await figures.LookAsync(cancel).ConfigureAwait(false);
            totals?.TrimIfDue();
            isChanged |= kpis?.Step() == true;
            if (sources.Access is { } access)
                isChanged |= await access.StepAsync(sources.Directory.TitlesAsync, cancel).ConfigureAwait(false);
        }

        if (isChanged) memory.Save();
        alerts.Show();
        if (DueWindow() is { } window) await HandleAsync(window, cancel).ConfigureAwait(false);
        await chat.DeliverDueAsync(cancel).ConfigureAwait(false);
        TellOfSaving();
    }

    /// <summary>The oldest window that has ended and was not read; null when there is none.</summary>
    private Window? DueWindow()
    {
        var now = time.GetUtcNow();
        var handled = State.HandledTo!.Value;
        if (schedule.Next(now) is var running && handled > running.To)
        {
            // The clock was ahead and has been put right: what was handled then is still to come, and nobody must be kept in silence until
            // it has.
            eventRecorder.ClockSetBack(handled, running.From);
            State.HandledTo = handled = running.From;
            State.ForgetAfter(running.From);
        }

        if (now - handled > LongestReturn)
        {
            var resumed = schedule.Next(now - LongestReturn).From;
            Pass(new Window(handled, resumed));
            State.HandledTo = handled = resumed;
        }

        var window = schedule.Next(handled);
        if (window.To + options.Settle > now) return null;

        // After PULSE_EVERY was changed the first window may be a part of one.
        return window.From < handled ? window with { From = handled } : window;
    }

    private async Task HandleAsync(Window window, CancellationToken cancel)
    {
        var isNewest = schedule.Next(window.To).To + options.Settle > time.GetUtcNow();
        var read = sources.Reader.Read(window, State.Probes, cancel);
        var roster = await sources.Directory.UserDirectoryAsync(
            read.Activity.Users.Select(row => row.Id), isNewest ? window.To : null, cancel).ConfigureAwait(false);
        if (roster.IsNews && roster.Problems.Count > 0) eventRecorder.UserDirectory(roster.Problems);
        var judged = sources.Reader.Judge(read, roster.UserDirectory, State.Probes);
        if (isNewest) await sources.Health.RefreshAsync(cancel).ConfigureAwait(false);
        var pulse = Pulse.Of(judged, roster.UserDirectory, sources.Health.Look, State.Before);
        var (checks, up) = isNewest ? sources.Health.TakeChecks() : default;
        var facts = new CoverageFacts(
            judged.Coverage, judged.Activity, roster.UserDirectory, sources.Directory.Settings,
            new HashSet<long>())
        { Probes = State.Probes };
        var locks = CoverageJudgement.RouterLoggingOf(facts) == RouterLogging.Off
            ? ((long, long)?)null
            : LockRecord.Of(judged.Activity);
        var (outages, ended) = State.Outages.Read(judged.Activity);
        State.Outages = outages;
        if (totals?.Append(WindowTotals.Of(pulse, locks, checks, up) with { Down = ended }) is { } problem) eventRecorder.Trouble(problem);
        sources.Access?.Keep(pulse, judged.Activity.Access);
        eventRecorder.Read(pulse);

        // Whatever still waits is older than this window: people want to know how it is, not how it was.
        chat.Supersede();
        if (isNewest && !WasPerhapsTold(window) && !State.Told.Contains(window.To)) await PutAsync(pulse, cancel).ConfigureAwait(false);
        else Pass(window);
        State.HandledTo = window.To;
        State.Before = pulse.Coverage.LinesRead > 0 || pulse.Coverage.IsComplete
            ? pulse.Figures with { IsInPart = !pulse.Coverage.IsComplete, WasDown = up < checks }
            : null;
        memory.Save();
    }

    /// <summary>
    /// It ended before the memory was restored from a backup: a pulse is never sent twice, so this one is not sent again.
    /// </summary>
    private bool WasPerhapsTold(Window window) => State.Restored is { } restored && window.To <= restored.At;

    private void Pass(Window window)
    {
        if (State.Told.Contains(window.To)) State.TellOfEarly(window);
        else if (WasPerhapsTold(window)) State.Doubt(window);
        else State.Miss(window);
    }

    private async Task PutAsync(Pulse pulse, CancellationToken cancel)
    {
        var window = pulse.Coverage.Window;
        var titles = await sources.Directory.TitlesAsync(pulse.Dashboards.Take(NamedDashboards).Select(share => share.Key), cancel)
            .ConfigureAwait(false);
        var text = PulseText.Of(
            pulse.WithTitles(titles), State.Unsent, State.Unsure, State.Silence, options.Wording, State.Early,
            AlertText.BesideHealth(State.Alerts.Open));
        State.Pulse = new PendingMessage(
            $"pulse/{UtcStamp.Write(window.To)}", MessageKind.Pulse, text,
            window, IsSilent: false);
    }

    private void TellOfSaving()
    {
        if (memory.SaveProblem == toldSaveProblem) return;
        toldSaveProblem = memory.SaveProblem;
        if (toldSaveProblem is not null) eventRecorder.Trouble(toldSaveProblem);
    }
}

/// <summary>Where a round of work looks.</summary>
/// <param name="Surroundings">Who else works on this Grafana, and whoever listens in its place; null where nobody asks.</param>
internal sealed record ActiveUsersSources(GrafanaDirectory Directory, WindowReader Reader, HealthTick Health, Surroundings? Surroundings)
{
    /// <summary>What Grafana counts of itself; null where nobody asks.</summary>
    public ServerFigures? Figures { get; init; }

    /// <summary>Where it is kept who did what; null where it is not.</summary>
    public AccessKeeper? Access { get; init; }
}
