using System.Globalization;
using Athena.Common.Daemon;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Units;
using Athena.Common.Settings;

namespace Athena.Migration;

/// <summary><c>activate</c>: looks at everything, asks what must be asked, and only then changes guards.</summary>
internal sealed class ActivateCommand<TSettings>(WorkerContext<TSettings> context, MigrationPlan<TSettings> migrationPlan)
{
    /// <summary>When the old guard's last good run is longer ago, who came since is worth a question.</summary>
    private static readonly TimeSpan LongAgo = TimeSpan.FromMinutes(10);

    /// <summary>Where no old guard looked at who signs up, a person says until when somebody did.</summary>
    private const string WhoMayStay =
        "Which of them may stay?\n"
        + "  all     everybody who is enabled works on, and nobody is asked about them: where somebody knows each of them\n"
        + "  a time  such as 2026-11-20T18:00: who was made before works on; who was made later is locked at once, and the admins are "
        + "asked by mail\n"
        + "Server admins work on and who is disabled stays disabled, whatever the answer; until it nothing is changed.\n"
        + "all, or a time:";

    private readonly string daemon = context.Identity.Daemon;

    public async Task<int> RunAsync(MigrationOptions options, CancellationToken cancel)
    {
        using var ground = MigrationContext<TSettings>.TryEnter(context, migrationPlan, "activate");
        if (ground is null) return ExitCode.Fault;
        var report = ground.Report;
        var open = ground.Book.Open;
        var old = open?.Old ?? OldUnits.Find(daemon, ground.Files, ground.Systemd.Show);
        if (open is null && await RefusalAsync(ground, old, cancel).ConfigureAwait(false) is { } end) return end;

        var lastGoodRun = (old.Exist
            ? await OldGuardTime.FindLatestAsync(daemon, ground.Systemd, context.Time, cancel).ConfigureAwait(false)
            : null) ?? open?.LastGoodRun;
        report.Say(Header(open, old, lastGoodRun));
        var record = open ?? new MigrationRecord(
            daemon, context.Time.GetUtcNow(), CommandUser.Name, old, lastGoodRun, ground.Book.NewFolder(context.Time.GetLocalNow()),
            ground.Files.Exists($"{Systemctl.BootFolder}/{ground.Ours}"),
            ground.Systemd.Show(ground.Ours) is { IsPackaged: true, IsActive: true });
        var unitRunner = ground.Errand(old);
        var review = ground.Review(old);
        var isChanging = false;
        try
        {
            var adoption = await PrepareAsync(ground, unitRunner, old, lastGoodRun, options, cancel).ConfigureAwait(false);
            if (options.IsDryRun) return Plan(report, record);
            isChanging = true;
            if (review is not null) await review.NoteAsync(ground.HasState, cancel).ConfigureAwait(false);
            await ground.Change(record).TakeOverAsync(
                token => AdoptAsync(unitRunner, adoption, report, token), token => review?.BeginAsync(token) ?? Task.CompletedTask, cancel)
                    .ConfigureAwait(false);
            ground.Settings.Settle();
        }
        catch (Exception e) when (e is MigrationFailedException or OperationCanceledException or IOException or UnauthorizedAccessException)
        {
            return await GiveUpAsync(ground, unitRunner, record, e, isChanging, open is not null, options.IsDryRun).ConfigureAwait(false);
        }

        // Its last round came after ours had begun: whoever was let in meanwhile is a stranger to it.
        if (review is not null)
            await review.EndAsync(Terminal.Of(context.Out, context.IsJson), options.Yes, onlyOurs: true, cancel).ConfigureAwait(false);
        report.Ok(old.Exist
            ? $"{daemon} has taken over. To go back: sudo {daemon} revert"
            : $"{daemon} is in force from now on. How it is: sudo {daemon} status");
        return report.End(ExitCode.Ok);
    }

    /// <summary>The exit code where nothing can or need be done.</summary>
    private async Task<int?> RefusalAsync(MigrationContext<TSettings> ground, OldUnits old, CancellationToken cancel)
    {
        var state = ground.Systemd.Show(ground.Ours);
        if (state.Load == "masked")
        {
            ground.Report.Fail(
                $"{ground.Ours} is masked: somebody wants that it never starts", $"If that is over: sudo systemctl unmask {ground.Ours}");
            return ground.Report.End(ExitCode.Fault);
        }

        if (old.Exist) return null;
        var record = new MigrationRecord(daemon, default, "", old, null, "", false, false);
        if (!await ground.Relief(record).OursGuardsAsync(cancel).ConfigureAwait(false)) return null;
        ground.Report.Ok($"{daemon} is in force already, and starts at boot. Nothing to do. How it is: sudo {daemon} status");
        return ground.Report.End(ExitCode.Ok);
    }

    private async Task<Adoption> PrepareAsync(
        MigrationContext<TSettings> ground, UnitRunner unitRunner, OldUnits old, DateTimeOffset? lastGoodRun, MigrationOptions options,
        CancellationToken cancel)
    {
        var report = ground.Report;
        var terminal = Terminal.Of(context.Out, context.IsJson);
        SettingsReview.Run(context.Reader, daemon, report);
        var dropIns = old.StayingDropIns.Where(ground.Files.Exists).Select(ground.Files.Read).ToList();
        var mail = new MailOffering(context.Reader, dropIns, $"/etc/default/{daemon}", report);
        if (mail.Run(ground.Settings.Text, terminal, options) is { } settings)
            ground.Settings.Replace(settings);

        var found = await unitRunner.CheckAsync(report, mail.Offered, options.IsInSetup, cancel).ConfigureAwait(false);
        if (found != ExitCode.Ok)
            throw new MigrationFailedException("check has found what does not work.",
                SettingsCheck.IsNothingSet(context.Reader)
                    ? $"To be asked for what it needs, and have it started: {SettingsCheck.Setup}"
                    : $"Put that right, each line above says how, then repeat: sudo {daemon} activate")
            { ExitCode = found };
        var before = options.Before ?? (options.All || lastGoodRun is null ? null : OldGuardTime.Argument(lastGoodRun.Value));
        var adoption = new Adoption(before, options.All, old.Exist, CommandUser.Name, IsPreview: false);
        if (mail.Offered.Count > 0) return adoption; // A dry run ends here: without those settings nothing else can be tried.
        if (!await unitRunner.TryAsync(migrationPlan.Trial, report, cancel).ConfigureAwait(false))
            throw new MigrationFailedException("It could not do its work.", $"Put that right, then repeat: sudo {daemon} activate");

        // Ours has taken over already and only what follows is to be done.
        if (ground.Systemd.Show(ground.Ours) is { IsPackaged: true, IsRunning: true }) return adoption;
        return await ConfirmAsync(unitRunner, adoption, lastGoodRun, terminal, options, report, cancel).ConfigureAwait(false);
    }

    /// <summary>Shows what would be adopted; asks for a time where none is known, and once more where many may have come since.</summary>
    private async Task<Adoption> ConfirmAsync(
        UnitRunner unitRunner, Adoption adoption, DateTimeOffset? lastGoodRun, Terminal terminal, MigrationOptions options,
        ChangeReport report, CancellationToken cancel)
    {
        var preview = await PreviewAsync(unitRunner, adoption, cancel).ConfigureAwait(false);
        if (preview.NeedsTime)
        {
            report.Say(preview.Text);
            (adoption, preview) = await AskWhoMayStayAsync(unitRunner, adoption, terminal, report, cancel).ConfigureAwait(false);
        }

        if (preview.Text.Length > 0) report.Ok(preview.Text);
        var isKnown = options.Before is not null || !(context.Time.GetUtcNow() - lastGoodRun > LongAgo);
        if (preview.Strangers == 0 || isKnown || options.Yes || options.IsDryRun) return adoption;
        return terminal.Confirm("Go on?")
            ? adoption
            : throw new MigrationFailedException(
                "The old timer's last good run is long ago, and accounts that were made since would be locked.",
                $"If that is right: sudo {daemon} activate --yes; else name the time: --before TIME, or --all");
    }

    private async Task<(Adoption Adoption, AdoptionReply Preview)> AskWhoMayStayAsync(
        UnitRunner unitRunner, Adoption adoption, Terminal terminal, ChangeReport report, CancellationToken cancel)
    {
        for (var left = Terminal.Tries; terminal.IsThere && left > 0; left--)
        {
            var answer = terminal.Ask(WhoMayStay);
            if (answer is null) continue;
            var chosen = answer.Equals("all", StringComparison.OrdinalIgnoreCase)
                ? adoption with { All = true }
                : adoption with { Before = answer };
            var preview = await unitRunner.AdoptAsync(chosen with { IsPreview = true }, cancel).ConfigureAwait(false);
            if (preview.Problem is not { } problem) return (chosen, preview);
            report.Say(problem);
        }

        throw new MigrationFailedException(
            "Which of the accounts that are there may stay is not known.",
            $"sudo {daemon} activate --all (everybody who is there may stay), or --before TIME (who was made later is new and is locked)");
    }

    private static async Task<AdoptionReply> PreviewAsync(UnitRunner unitRunner, Adoption adoption, CancellationToken cancel)
    {
        var preview = await unitRunner.AdoptAsync(adoption with { IsPreview = true }, cancel).ConfigureAwait(false);
        return preview.Problem is { } problem ? throw new MigrationFailedException(problem) : preview;
    }

    private static async Task AdoptAsync(UnitRunner unitRunner, Adoption adoption, ChangeReport report, CancellationToken cancel)
    {
        var reply = await unitRunner.AdoptAsync(adoption, cancel).ConfigureAwait(false);
        if (reply.Problem is { } problem) throw new MigrationFailedException(problem);
        if (reply.NeedsTime) throw new MigrationFailedException(reply.Text);
        await unitRunner.NoteAsync(
            "taken-over",
            adoption.HasOldGuard ? "this daemon takes over from the timer of before" : "this daemon takes over",
            adoption.By,
            report).ConfigureAwait(false);
    }

    /// <summary>
    /// A step did not succeed. What was changed in this run is put back already; what an earlier one left behind is put back here.
    /// </summary>
    private async Task<int> GiveUpAsync(
        MigrationContext<TSettings> ground,
        UnitRunner unitRunner,
        MigrationRecord record,
        Exception e,
        bool wasChanging,
        bool wasInterrupted,
        bool isDryRun)
    {
        var report = ground.Report;
        if (isDryRun)
        {
            // Not even what an earlier process left behind is put back.
            report.Fail(
                $"{(e is OperationCanceledException ? "Stopped on request." : e.Message)} Nothing was changed.",
                (e as MigrationFailedException)?.Next);
            return report.End(CodeOf(e));
        }

        if (!wasChanging && wasInterrupted)
        {
            try
            {
                await ground.Change(record).PutBackAsync(e).ConfigureAwait(false);
            }
            catch (MigrationFailedException worse)
            {
                (e, wasChanging) = (worse, true);
            }
        }

        if (ground.Settings.TakeBack()) report.Ok($"/etc/default/{daemon} is as it was");
        if (wasChanging && ground.HasState && ground.Systemd.Show(ground.Ours) is { IsPackaged: false } or { IsRunning: false })
            await unitRunner.NoteAsync("put-back", "an activation was put back", CommandUser.Name, report).ConfigureAwait(false);
        var consequence = wasChanging
            ? ""
            : wasInterrupted
                ? " The change that had been begun is put back."
                : record.Old.WasActive ? $" Nothing was changed, {record.Old.Entry(daemon)} goes on as before." : " Nothing was changed.";
        report.Fail(
            (e is OperationCanceledException ? "Stopped on request." : e.Message) + consequence, (e as MigrationFailedException)?.Next);
        return report.End(wasChanging && e is not OperationCanceledException ? ExitCode.Fault : CodeOf(e));
    }

    private int CodeOf(Exception e) =>
        e is OperationCanceledException ? StopSignals.ExitCode
            : context.Reader.Problems.Count > 0 ? ExitCode.Configuration : (e as MigrationFailedException)?.ExitCode ?? ExitCode.Fault;

    private string Header(MigrationRecord? open, OldUnits old, DateTimeOffset? lastGoodRun)
    {
        if (open is not null)
            return $"A change that {open.By} began at {ZoneSetting.Shown(context.Source, open.BeganAt)} has not come to its "
                + "end; it goes on here.";
        if (!old.Exist) return $"There is no unit of before: {daemon} is set up as on a fresh host.";
        var entry = old.Entry(daemon);
        var ran = lastGoodRun is { } at
            ? $"its last good run began at {ZoneSetting.Shown(context.Source, at)}"
            : "when it last ran well is not known";
        return old.WasActive
            ? $"{entry} in {Path.GetDirectoryName(old.Files[0])} is at work now; {ran}. It goes on until ours is."
            : $"{entry} in {Path.GetDirectoryName(old.Files[0])} is not active: nothing is at work now.";
    }

    private int Plan(ChangeReport report, MigrationRecord record)
    {
        if (record.Old.WasActive) report.Ok($"Would let the old timer go on as {TemporaryUnit.Name(daemon)}");
        foreach (var path in record.Old.Files) report.Ok($"Would move {path} to {record.KeptIn}");
        foreach (var path in record.Old.StayingDropIns) report.Ok($"Would leave {path}, which then holds for ours");
        report.Ok($"Would start {daemon}.service, wait until it is at work, and have it start at boot");
        if (record.Old.WasActive) report.Ok($"Would then remove {TemporaryUnit.Name(daemon)}");
        report.Say("Nothing was changed.");
        return report.End(ExitCode.Ok);
    }
}

/// <summary>Until when the old guard looked, for certain: the begin of its last run that ended well.</summary>
internal static class OldGuardTime
{
    /// <summary>A run is often under way just now; it ends soon.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    /// <summary>Times of accounts carry whole seconds, and a script asks a moment after it has begun.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    /// <summary>Under its own name or as the stand-in of a change that was cut off, which may have guarded for days.</summary>
    /// <inheritdoc cref="FindAsync"/>
    public static async Task<DateTimeOffset?> FindLatestAsync(
        string daemon, IServiceManager systemd, TimeProvider time, CancellationToken cancel)
    {
        var own = await FindAsync(daemon + ".service", systemd, time, cancel).ConfigureAwait(false);
        var standIn = await FindAsync(TemporaryUnit.Name(daemon) + ".service", systemd, time, cancel).ConfigureAwait(false);
        return standIn > own || own is null ? standIn : own;
    }

    /// <summary>Null when neither systemd nor the journal knows.</summary>
    public static async Task<DateTimeOffset?> FindAsync(
        string service, IServiceManager systemd, TimeProvider time, CancellationToken cancel)
    {
        var began = time.GetUtcNow();
        while (true)
        {
            var state = systemd.Show(service);
            if (state.IsPackaged) return null;
            if (!state.IsRunning && state.HasRunWell) return state.Began;
            if (!state.IsRunning || time.GetUtcNow() - began > Patience) return systemd.LastGoodRunInJournal(service);
            await Task.Delay(Glance, time, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>As the daemon's <c>--before</c> takes it.</summary>
    public static string Argument(DateTimeOffset lastGoodRun) =>
        (lastGoodRun - Margin).ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);
}

/// <summary>What of a settings file, perhaps one that a script used before, the daemon understands, and what not.</summary>
internal static class SettingsReview
{
    private const string Folder = "/etc/default/";

    public static void Run(SettingsReader reader, string daemon, ChangeReport report)
    {
        foreach (var path in (string[])[Folder + daemon, Folder + WorkerIdentity.Platform])
        {
            var understood = reader.Registered.Where(s =>
                s.Given is { Text.Length: > 0 } given && given.Origin.StartsWith(path + ":", StringComparison.Ordinal))
                    .Select(s => s.Key).ToList();
            if (understood.Count > 0) report.Ok($"{path}: {understood.Count} understood: {string.Join(", ", understood)}");
        }

        foreach (var (path, finding) in reader.Source.Findings) report.Warn($"{path} line {finding.Line}: {finding.What}", finding.Remedy);
        foreach (var unknown in reader.Unknown) report.Warn($"Not understood: {unknown}", "Correct or remove it.");
    }
}
