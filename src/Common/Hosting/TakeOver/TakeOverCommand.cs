using System.Globalization;

namespace Athena.Common.Hosting.TakeOver;

/// <summary><c>take-over</c>: looks at everything, asks what must be asked, and only then changes guards.</summary>
internal sealed class TakeOverCommand<TSettings>(WorkerContext<TSettings> context, Succession<TSettings> succession)
{
    /// <summary>When the old guard's last good run is longer ago, who came since is worth a question.</summary>
    private static readonly TimeSpan LongAgo = TimeSpan.FromMinutes(10);

    private readonly string daemon = context.Identity.Daemon;

    public async Task<int> RunAsync(ChangeOptions options, CancellationToken cancel)
    {
        using var ground = ChangeGround<TSettings>.TryEnter(context, succession, "take-over");
        if (ground is null) return ExitCode.Fault;
        var report = ground.Report;
        var open = ground.Book.Open;
        var old = open?.Old ?? OldUnits.Find(daemon, ground.Files, ground.Systemd.Show);
        if (open is null && await RefusalAsync(ground, old, cancel).ConfigureAwait(false) is { } end) return end;

        var lastGoodRun = (old.Exist ? await OldGuardTime.FindLatestAsync(daemon, ground.Systemd, context.Time, cancel).ConfigureAwait(false) : null) ?? open?.LastGoodRun;
        report.Say(Header(open, old, lastGoodRun));
        var record = open ?? new ChangeRecord(
            daemon, context.Time.GetUtcNow(), CommandUser.Name, old, lastGoodRun, ground.Book.NewFolder(context.Time.GetLocalNow()),
            ground.Files.Exists($"/etc/systemd/system/multi-user.target.wants/{ground.Ours}"), ground.Systemd.Show(ground.Ours) is { IsPackaged: true, IsActive: true });
        var errand = ground.Errand(old);
        var review = ground.Review(old);
        var isChanging = false;
        try
        {
            var adoption = await PrepareAsync(ground, errand, old, lastGoodRun, options, cancel).ConfigureAwait(false);
            if (options.IsDryRun) return Plan(report, record);
            isChanging = true;
            if (review is not null) await review.NoteAsync(ground.HasState, cancel).ConfigureAwait(false);
            await ground.Change(record).TakeOverAsync(
                token => AdoptAsync(errand, adoption, report, token), token => review?.BeginAsync(token) ?? Task.CompletedTask, cancel).ConfigureAwait(false);
            ground.Settings.Settle();
        }
        catch (Exception e) when (e is ChangeFailedException or OperationCanceledException or IOException or UnauthorizedAccessException)
        {
            return await GiveUpAsync(ground, errand, record, e, isChanging, open is not null, options.IsDryRun).ConfigureAwait(false);
        }

        // Its last round came after ours had begun: whoever was let in meanwhile is a stranger to it.
        if (review is not null) await review.EndAsync(Terminal.Of(context.Out, context.IsJson), options.Yes, onlyOurs: true, cancel).ConfigureAwait(false);
        report.Ok(old.Exist
            ? $"{daemon} has taken over. To go back: sudo {daemon} hand-back"
            : $"{daemon} guards from now on. How it is: sudo {daemon} status");
        return report.End(ExitCode.Ok);
    }

    /// <summary>The exit code where nothing can or need be done.</summary>
    private async Task<int?> RefusalAsync(ChangeGround<TSettings> ground, OldUnits old, CancellationToken cancel)
    {
        var state = ground.Systemd.Show(ground.Ours);
        if (state.Load == "masked")
        {
            ground.Report.Fail($"{ground.Ours} is masked: somebody wants that it never starts", $"If that is over: sudo systemctl unmask {ground.Ours}");
            return ground.Report.End(ExitCode.Fault);
        }

        if (old.Exist) return null;
        var record = new ChangeRecord(daemon, default, "", old, null, "", false, false);
        if (!await ground.Relief(record).OursGuardsAsync(cancel).ConfigureAwait(false)) return null;
        ground.Report.Ok($"{daemon} guards already, and starts at boot. Nothing to do. How it is: sudo {daemon} status");
        return ground.Report.End(ExitCode.Ok);
    }

    private async Task<Adoption> PrepareAsync(
        ChangeGround<TSettings> ground, Errand errand, OldUnits old, DateTimeOffset? lastGoodRun, ChangeOptions options, CancellationToken cancel)
    {
        var report = ground.Report;
        var terminal = Terminal.Of(context.Out, context.IsJson);
        SettingsReview.Run(context.Reader, daemon, report);
        var dropIns = old.StayingDropIns.Where(ground.Files.Exists).Select(ground.Files.Read).ToList();
        var mail = new MailOffering(context.Reader, dropIns, $"/etc/default/{daemon}", report);
        if (mail.Run(ground.Settings.Text, terminal, options) is { } settings)
            ground.Settings.Replace(settings);

        if (!await errand.CheckAsync(report, mail.Offered, cancel).ConfigureAwait(false))
            throw new ChangeFailedException("check has found what does not work.", $"Put that right (sudoedit /etc/default/{daemon}), then repeat: sudo {daemon} take-over");
        var before = options.Before ?? (options.All || lastGoodRun is null ? null : OldGuardTime.Argument(lastGoodRun.Value));
        var adoption = new Adoption(before, options.All, old.Exist, CommandUser.Name, IsPreview: false);
        if (mail.Offered.Count > 0) return adoption; // A dry run ends here: without those settings nothing else can be tried.
        if (!await errand.TryAsync(succession.Trial, report, cancel).ConfigureAwait(false))
            throw new ChangeFailedException("It could not do its work.", $"Put that right, then repeat: sudo {daemon} take-over");

        // Ours has taken over already and only what follows is to be done.
        if (ground.Systemd.Show(ground.Ours) is { IsPackaged: true, IsRunning: true }) return adoption;
        return await ConfirmAsync(errand, adoption, lastGoodRun, terminal, options, report, cancel).ConfigureAwait(false);
    }

    /// <summary>Shows what would be adopted; asks for a time where none is known, and once more where many may have come since.</summary>
    private async Task<Adoption> ConfirmAsync(
        Errand errand, Adoption adoption, DateTimeOffset? lastGoodRun, Terminal terminal, ChangeOptions options, ChangeReport report, CancellationToken cancel)
    {
        var preview = await PreviewAsync(errand, adoption, cancel).ConfigureAwait(false);
        if (preview.NeedsTime)
        {
            report.Say(preview.Text);
            var answer = terminal.Ask("Until when did somebody look at who signs up? Who came since is new and is locked. A time such as 2026-11-20T18:00, or all:")
                ?? throw new ChangeFailedException(
                    "Until when somebody looked at who signs up is not known, and nobody is there to be asked.",
                    $"sudo {daemon} take-over --before TIME (who came since is new and is locked), or --all (everybody who is there may stay)");
            adoption = answer is "all" ? adoption with { All = true } : adoption with { Before = answer };
            preview = await PreviewAsync(errand, adoption, cancel).ConfigureAwait(false);
        }

        if (preview.Text.Length > 0) report.Ok(preview.Text);
        var isKnown = options.Before is not null || !(context.Time.GetUtcNow() - lastGoodRun > LongAgo);
        if (preview.Strangers == 0 || isKnown || options.Yes || options.IsDryRun) return adoption;
        return terminal.Confirm("Go on?")
            ? adoption
            : throw new ChangeFailedException(
                "The old guard's last good run is long ago, and accounts that were made since would be locked.",
                $"If that is right: sudo {daemon} take-over --yes; else name the time: --before TIME, or --all");
    }

    private static async Task<AdoptionReply> PreviewAsync(Errand errand, Adoption adoption, CancellationToken cancel)
    {
        var preview = await errand.AdoptAsync(adoption with { IsPreview = true }, cancel).ConfigureAwait(false);
        return preview.Problem is { } problem ? throw new ChangeFailedException(problem) : preview;
    }

    private static async Task AdoptAsync(Errand errand, Adoption adoption, ChangeReport report, CancellationToken cancel)
    {
        var reply = await errand.AdoptAsync(adoption, cancel).ConfigureAwait(false);
        if (reply.Problem is { } problem) throw new ChangeFailedException(problem);
        if (reply.NeedsTime) throw new ChangeFailedException(reply.Text);
        await errand.NoteAsync("taken-over", adoption.HasOldGuard ? "this daemon takes over from the timer of before" : "this daemon takes over", adoption.By, report).ConfigureAwait(false);
    }

    /// <summary>A step did not succeed. What was changed in this run is put back already; what an earlier one left behind is put back here.</summary>
    private async Task<int> GiveUpAsync(ChangeGround<TSettings> ground, Errand errand, ChangeRecord record, Exception e, bool wasChanging, bool wasInterrupted, bool isDryRun)
    {
        var report = ground.Report;
        if (isDryRun)
        {
            // Not even what an earlier process left behind is put back.
            report.Fail($"{(e is OperationCanceledException ? "Stopped on request." : e.Message)} Nothing was changed.", (e as ChangeFailedException)?.Next);
            return report.End(context.Reader.Problems.Count > 0 ? ExitCode.Configuration : ExitCode.Fault);
        }

        if (!wasChanging && wasInterrupted)
        {
            try
            {
                await ground.Change(record).PutBackAsync(e).ConfigureAwait(false);
            }
            catch (ChangeFailedException worse)
            {
                (e, wasChanging) = (worse, true);
            }
        }

        if (ground.Settings.TakeBack()) report.Ok($"/etc/default/{daemon} is as it was");
        if (wasChanging && ground.HasState && ground.Systemd.Show(ground.Ours) is { IsPackaged: false } or { IsRunning: false })
            await errand.NoteAsync("put-back", "a take-over was put back", CommandUser.Name, report).ConfigureAwait(false);
        var consequence = wasChanging ? "" : wasInterrupted ? " The change that had been begun is put back." : record.Old.WasActive ? $" Nothing was changed, {record.Old.Entry(daemon)} guards as before." : " Nothing was changed.";
        report.Fail((e is OperationCanceledException ? "Stopped on request." : e.Message) + consequence, (e as ChangeFailedException)?.Next);
        return report.End(context.Reader.Problems.Count > 0 && !wasChanging ? ExitCode.Configuration : ExitCode.Fault);
    }

    private string Header(ChangeRecord? open, OldUnits old, DateTimeOffset? lastGoodRun)
    {
        if (open is not null) return $"A change of guards that {open.By} began at {open.BeganAt:yyyy-MM-dd HH:mm:ss} UTC has not come to its end; it goes on here.";
        if (!old.Exist) return $"There is no unit of before: {daemon} is set up as on a fresh host.";
        var entry = old.Entry(daemon);
        return old.WasActive
            ? $"{entry} in {Path.GetDirectoryName(old.Files[0])} guards now; {(lastGoodRun is { } at ? string.Create(CultureInfo.InvariantCulture, $"its last good run began at {at:yyyy-MM-dd HH:mm:ss} UTC") : "when it last ran well is not known")}. It goes on until ours guards."
            : $"{entry} in {Path.GetDirectoryName(old.Files[0])} is not active: nobody guards now.";
    }

    private int Plan(ChangeReport report, ChangeRecord record)
    {
        if (record.Old.WasActive) report.Ok($"Would let the old guard go on as {StandIn.Name(daemon)}");
        foreach (var path in record.Old.Files) report.Ok($"Would move {path} to {record.KeptIn}");
        foreach (var path in record.Old.StayingDropIns) report.Ok($"Would leave {path}, which then holds for ours");
        report.Ok($"Would start {daemon}.service, wait until it guards, and have it start at boot");
        if (record.Old.WasActive) report.Ok($"Would then remove {StandIn.Name(daemon)}");
        report.Say("Nothing was changed.");
        return report.End(ExitCode.Ok);
    }
}
