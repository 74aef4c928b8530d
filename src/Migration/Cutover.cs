using Athena.Common.Daemon.Units;

namespace Athena.Migration;

/// <summary>
/// The change of guards itself. Three can guard: the old units, a stand-in (the old units under another name), and ours. Each method takes
/// one of them into service or out of it, only from where another one guards, now and at the next boot; each may be repeated after it was
/// cut off anywhere, by a kill or by a power cut.
/// </summary>
/// <param name="say">Is told of each step that was taken.</param>
internal sealed class Cutover(
    MigrationTarget nature, MigrationRecord record, IServiceManager systemd, IUnitFiles files, Action<string> say, TimeProvider time)
{
    private const string TimersFolder = "/etc/systemd/system/timers.target.wants";

    /// <summary>How long a run of the old guard may take before it counts as one that does not end.</summary>
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(1);

    /// <summary>How long our daemon may take for its first complete look.</summary>
    private static readonly TimeSpan LongestFirstLook = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(250);

    /// <summary>The old script may refuse to run twice at once; then it runs a moment later.</summary>
    private const int Attempts = 5;

    private readonly string daemon = nature.Daemon;

    private string Ours => daemon + ".service";

    private string OursAtBoot => $"{Systemctl.BootFolder}/{Ours}";

    private string Entry => record.Old.Entry(daemon);

    private string StandInEntry => TemporaryUnit.Name(daemon) + Path.GetExtension(Entry);

    private string StandInService => TemporaryUnit.Name(daemon) + ".service";

    private string Stamp => $"/var/lib/systemd/timers/stamp-{Entry}";

    private string FailureUnit => $"athena-workers-failed@{daemon}.service";

    /// <summary>Our unit is in force, runs, and has done its first work.</summary>
    public async Task<bool> OursGuardsAsync(CancellationToken cancel) =>
        systemd.Show(Ours) is { IsPackaged: true, IsActive: true } && files.Exists(OursAtBoot)
            && await nature.WhyNotYet(cancel).ConfigureAwait(false) is null;

    /// <summary>The old units are all in place, and as active as they were.</summary>
    public bool OldGuards =>
        record.Old.Files.All(files.Exists) && record.Old.Links.All(link => files.Exists(link.Path))
        && systemd.Show(Ours) is { IsPackaged: false } && (!record.Old.WasActive || systemd.Show(Entry) is { IsActive: true });

    /// <summary>Our unit is in force and has a process.</summary>
    public bool OursRuns => systemd.Show(Ours) is { IsPackaged: true, IsRunning: true };

    /// <summary>
    /// The old guard under another name: in service beside whatever guards now, and at boot. Nothing to do where none guarded.
    /// </summary>
    public async Task EmploySubstituteAsync(CancellationToken cancel)
    {
        if (!record.Old.WasActive && !record.Old.IsEnabled) return;
        foreach (var path in record.Old.Files)
        {
            var copy = TemporaryUnit.PathOf(path, daemon);
            var source = files.Exists(path) ? path : record.Kept(path);
            // A relative link cannot be followed from where it is kept; the copy is there already then.
            if (source != path && files.LinkTarget(source) is not null && files.Exists(copy)) continue;
            var isDropIn = path.Contains(".d/", StringComparison.Ordinal);
            var unit = isDropIn ? Path.GetFileName(Path.GetDirectoryName(path)!)[..^2] : Path.GetFileName(path);
            files.Write(copy, TemporaryUnit.Text(files.Read(source), unit, daemon, isDropIn));
        }

        // Of these nothing is kept: whoever removed one since meant the old guard as well.
        foreach (var path in record.Old.StayingDropIns.Where(path => path.Contains(Ours, StringComparison.Ordinal) && files.Exists(path)))
            files.Write(TemporaryUnit.PathOf(path, daemon), TemporaryUnit.Text(files.Read(path), Ours, daemon, isDropIn: true));

        systemd.Reload();
        if (record.Old.WasActive)
        {
            if (nature.MayRunAnyTime && Entry.EndsWith(".timer", StringComparison.Ordinal))
                await RunWellAsync(StandInService, cancel).ConfigureAwait(false);
            await StartGuardAsync(StandInEntry, StandInService, cancel).ConfigureAwait(false);
        }

        var links = record.Old.Links.Count > 0
            ? record.Old.Links.Select(link => TemporaryUnit.PathOf(link.Path, daemon))
            : [DefaultLink(StandInEntry).Path];
        foreach (var link in links) files.Link(link, $"/etc/systemd/system/{Path.GetFileName(link)}");
        systemd.Reload();
        say(record.Old.WasActive
            ? $"The old timer goes on as {StandInEntry}, until ours has proved itself"
            : $"The old timer, which did not run, would start at boot as {StandInEntry}, until ours has proved itself");
    }

    /// <summary>The old units: stopped, kept, and out of the way of ours. The stand-in guards.</summary>
    public async Task ReleaseOldAsync(CancellationToken cancel)
    {
        if (record.Old.Files.Count == 0) return;
        foreach (var path in record.Old.Files.Where(files.Exists)) files.Copy(path, record.Kept(path));

        var timer = systemd.Show(daemon + ".timer");
        if (timer is { IsPackaged: false, Load: not "not-found" }) await systemd.StopAsync(timer.Name, cancel).ConfigureAwait(false);
        var service = systemd.Show(Ours);
        if (service is { IsPackaged: false, Load: not "not-found" })
        {
            // What the script has begun it may end, if that is soon.
            if (Entry != Ours) await UntilIdleAsync(Ours, cancel).ConfigureAwait(false);
            await systemd.StopAsync(Ours, cancel).ConfigureAwait(false);
        }

        foreach (var link in record.Old.Links) files.Remove(link.Path);
        foreach (var path in record.Old.Files) files.Remove(path);
        systemd.Reload();
        if (systemd.Show(Ours) is { IsPackaged: false } other)
            throw new MigrationFailedException(
                $"{Ours} is still not ours: {other.Path ?? other.Load} is in force.", "Move that unit away, then repeat.");
        say($"The old units are kept in {record.KeptIn}");
    }

    /// <summary>Ours: started, seen to do its work, and started at boot from now on.</summary>
    public async Task EmployOursAsync(CancellationToken cancel)
    {
        var began = time.GetUtcNow();
        systemd.GiveLogGroup();
        systemd.ResetFailed(Ours);

        // Nobody needs a mail that says that nobody guards, for the stand-in does.
        systemd.SetMasked(FailureUnit, true);
        if (await systemd.StartAsync(Ours, cancel).ConfigureAwait(false) is { } problem)
            throw new MigrationFailedException($"{Ours} does not start: {problem.TrimEnd('.')}.{Said(began)}",
                $"Put that right; sudo {daemon} check tests each thing that it needs. Then repeat.");

        string? why;
        while ((why = await nature.WhyNotYet(cancel).ConfigureAwait(false)) is not null)
        {
            if (!systemd.Show(Ours).IsRunning || time.GetUtcNow() - began > LongestFirstLook)
                throw new MigrationFailedException($"{Ours} has started, but {why.TrimEnd('.')}.{Said(began)}",
                    $"Put that right; sudo {daemon} check tests each thing that it needs. Then repeat.");
            await Task.Delay(Glance, time, cancel).ConfigureAwait(false);
        }

        files.Link(OursAtBoot, $"/lib/systemd/system/{Ours}");
        systemd.Reload();
        systemd.SetMasked(FailureUnit, false);
        say($"{Ours} is in force and does its work; it starts at boot from now on");
    }

    /// <summary>The stand-in: gone. Another one guards by now, and that is made sure of.</summary>
    /// <param name="beforeLastRound">It runs once more, after this; null when it does not.</param>
    /// <param name="cancel">Leaves it where it is.</param>
    public async Task DismissSubstituteAsync(Func<CancellationToken, Task>? beforeLastRound, CancellationToken cancel)
    {
        // Perhaps an earlier process came no further.
        systemd.SetMasked(FailureUnit, false);
        var parts = SubstituteFiles();
        if (parts.Count == 0) return;

        var guard = systemd.Show(Entry);
        var oursGuards = systemd.Show(Ours) is { IsPackaged: true, IsActive: true };
        if (record.Old.WasActive && !oursGuards && !(guard.IsActive && !guard.IsPackaged))
            throw new MigrationFailedException($"Neither {Ours} nor {Entry} runs: {StandInEntry} goes on.");

        // Times that Grafana gives may be off by a zone (docs/grafana.md §5): whoever was taken for one of long ago is met once more.
        if (beforeLastRound is not null && nature.MayRunAnyTime && record.Old.WasActive)
        {
            await beforeLastRound(cancel).ConfigureAwait(false);
            if (await TryRunAsync(StandInService, cancel).ConfigureAwait(false) is { } problem)
                say($"The old timer's last round did not end well: {problem}");
        }

        await systemd.StopAsync(TemporaryUnit.Name(daemon) + ".timer", cancel).ConfigureAwait(false);
        if (Entry != Ours) await UntilIdleAsync(StandInService, cancel).ConfigureAwait(false);
        await systemd.StopAsync(StandInService, cancel).ConfigureAwait(false);
        foreach (var path in parts) files.Remove(path);
        files.Remove($"/var/lib/systemd/timers/stamp-{TemporaryUnit.Name(daemon)}.timer");
        systemd.Reload();
        systemd.ResetFailed(StandInService);
        say($"{StandInEntry} is gone");
    }

    /// <summary>
    /// The old units, byte for byte where they were; ours stopped first, because both have one name. The stand-in guards.
    /// </summary>
    public async Task ReinstateOldAsync(CancellationToken cancel)
    {
        systemd.SetMasked(FailureUnit, false);
        if (!record.WasOursActive || record.Old.Files.Count > 0)
        {
            if (systemd.Show(Ours) is { IsPackaged: true }) await systemd.StopAsync(Ours, cancel).ConfigureAwait(false);
            systemd.ResetFailed(Ours);
        }

        if (!record.WasOursEnabled || record.Old.Files.Count > 0)
        {
            if (files.LinkTarget(OursAtBoot) is { } target && target.Contains("/lib/systemd/system/", StringComparison.Ordinal))
                files.Remove(OursAtBoot);
        }

        // Ours alone: with that the old unit would have a group more than it had.
        if (record.Old.Files.Count > 0) files.Remove($"{OldUnits.Folders[0]}/{Ours}.d/{OldUnits.OurDropIn}");
        foreach (var path in record.Old.Files.Where(path => files.Exists(record.Kept(path)) && !files.Exists(path)))
            files.Copy(record.Kept(path), path);
        foreach (var link in record.Old.Links.Where(link => files.LinkTarget(link.Path) != link.Target)) files.Link(link.Path, link.Target);
        systemd.Reload();
        if (record.Old.WasActive)
        {
            systemd.ResetFailed(Ours);

            // By this file a timer with Persistent= knows when it ran last, and makes up for it at once (systemd.timer(5)): ours has told
            // of that.
            if (!nature.MayRunAnyTime && files.Exists(Stamp)) files.Write(Stamp, "");
            await StartGuardAsync(Entry, Ours, cancel).ConfigureAwait(false);
            if (nature.MayRunAnyTime && Entry != Ours && await TryRunAsync(Ours, cancel).ConfigureAwait(false) is { } problem)
                say($"{Entry} is active, but a run of it did not end well: {problem}");
        }

        if (record.Old.Files.Count > 0)
            say(record.Old.WasActive ? $"{Entry} is at work again, as it was" : $"{Entry} is as it was: not active");
    }

    /// <summary>As on a machine where somebody never enabled it.</summary>
    public static UnitLink DefaultLink(string entry) =>
        new(
            $"{(entry.EndsWith(".timer", StringComparison.Ordinal) ? TimersFolder : Systemctl.BootFolder)}/{entry}",
            $"/etc/systemd/system/{entry}");

    private List<string> SubstituteFiles()
    {
        // Links first: what is cut off here must not leave one that leads nowhere.
        var parts = record.Old.Links.Select(link => link.Path).Append(DefaultLink(Entry).Path).Concat(record.Old.Files)
            .Concat(record.Old.StayingDropIns);
        return [.. parts.Select(path => TemporaryUnit.PathOf(path, daemon)).Where(files.Exists).Distinct()];
    }

    private async Task StartGuardAsync(string entry, string service, CancellationToken cancel)
    {
        if (await systemd.StartAsync(entry, cancel).ConfigureAwait(false) is { } problem)
            throw new MigrationFailedException($"{entry} does not start: {problem}");

        // Such a timer counts from a run of its service and waits for one (OnUnitActiveSec=, systemd.timer(5)).
        if (entry != service && systemd.Show(entry).IsSpent) await RunWellAsync(service, cancel).ConfigureAwait(false);
        if (!systemd.Show(entry).IsActive && !systemd.Show(entry).IsRunning)
            throw new MigrationFailedException($"{entry} was started and is not active.", $"Look: systemctl status {entry}");
    }

    private async Task RunWellAsync(string service, CancellationToken cancel)
    {
        if (await TryRunAsync(service, cancel).ConfigureAwait(false) is { } problem)
            throw new MigrationFailedException($"The old timer does not run well: {problem}", $"Look: journalctl -u {service} -n 20");
    }

    /// <summary>One run: null when it ended well, or still goes on after a long time and so is one that does not end.</summary>
    private async Task<string?> TryRunAsync(string service, CancellationToken cancel)
    {
        string? problem = null;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (attempt > 0) await Task.Delay(TimeSpan.FromSeconds(1), time, cancel).ConfigureAwait(false);

            // With that systemd also forgets how often it was started of late, which is limited (StartLimitBurst=, systemd.unit(5)).
            systemd.ResetFailed(service);
            problem = await systemd.StartAsync(service, cancel).ConfigureAwait(false);
            if (!await UntilIdleAsync(service, cancel).ConfigureAwait(false)) return null;
            var state = systemd.Show(service);
            if (problem is null && state is { Result: "success", ExitStatus: 0 }) return null;
            problem ??= $"{service} ended with {state.Result}, exit code {state.ExitStatus}";
        }

        return problem;
    }

    /// <summary>False when it still runs after a long time.</summary>
    private async Task<bool> UntilIdleAsync(string service, CancellationToken cancel)
    {
        var began = time.GetUtcNow();
        while (systemd.Show(service).IsRunning)
        {
            if (time.GetUtcNow() - began > LongestRun) return false;
            await Task.Delay(Glance, time, cancel).ConfigureAwait(false);
        }

        return true;
    }

    private string Said(DateTimeOffset since)
    {
        var lines = systemd.Said(Ours, since).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return lines.Length == 0 ? "" : $" It said: {string.Join(" / ", lines.TakeLast(4)).TrimEnd('.')}.";
    }
}
