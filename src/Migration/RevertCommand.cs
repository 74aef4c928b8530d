using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Units;
using Athena.Common.Settings;

namespace Athena.Migration;

/// <summary><c>revert</c>: the guard that activate replaced guards again.</summary>
internal sealed class RevertCommand<TSettings>(WorkerContext<TSettings> context, MigrationPlan<TSettings> migrationPlan)
{
    private readonly string daemon = context.Identity.Daemon;

    /// <param name="enablesAgain">Whom the other guard disables although they were let in is enabled again without a question.</param>
    /// <param name="allTheSame">What the daemon says against it is known.</param>
    public async Task<int> RunAsync(bool isDryRun, bool enablesAgain, bool allTheSame, CancellationToken cancel)
    {
        using var ground = MigrationContext<TSettings>.TryEnter(context, migrationPlan, "revert");
        if (ground is null) return ExitCode.Fault;
        var report = ground.Report;
        if (!allTheSame && migrationPlan.WhyNotBack?.Invoke(context) is { } obstacle)
        {
            report.Fail(
                obstacle, $"Nothing was changed. To hand back all the same: sudo {daemon} revert {migrationPlan.BackAllTheSame?.Name}");
            return report.End(ExitCode.Fault);
        }

        if ((ground.Book.Open ?? ground.Book.Last) is not { } kept) return NothingKept(ground);

        // Who asks for the old guard wants it to guard, whatever it did when it was replaced.
        var entry = kept.Old.Entry(daemon);
        var record = kept.Old.Exist
            ? kept with
            {
                Old = kept.Old with { WasActive = true, Links = kept.Old.Links.Count > 0 ? kept.Old.Links : [Cutover.DefaultLink(entry)] },
            }
            : kept;
        report.Say(record.Old.Exist
            ? $"{entry} of before {record.BeganAt:yyyy-MM-dd} is kept in {record.KeptIn}. {daemon} goes on until it is at work."
            : $"An activation that {record.By} began at {ZoneSetting.Shown(context.Source, record.BeganAt)} has not come to its end; it "
                + "is undone.");
        var review = ground.Review(record.Old);
        if (review is not null) await review.BeginAsync(cancel).ConfigureAwait(false);
        if (isDryRun) return Plan(report, record, entry);
        try
        {
            await ground.Change(record).HandBackAsync(cancel).ConfigureAwait(false);
        }
        catch (MigrationFailedException e)
        {
            report.Fail(e.Message, e.Next);
            return report.End(ExitCode.Fault);
        }

        if (review is not null)
            await review.EndAsync(Terminal.Of(context.Out, context.IsJson), enablesAgain, onlyOurs: false, cancel).ConfigureAwait(false);
        ground.Settings.TakeBack();
        await ground.Errand(record.Old)
            .NoteAsync(
                "handed-back",
                record.Old.Exist ? $"{entry} of before is at work again" : "an activation that had been begun is undone",
                CommandUser.Name,
                report)
            .ConfigureAwait(false);
        report.Ok(
            $"{(record.Old.Exist ? $"{entry} is at work; {daemon} is stopped and does not start at boot" : $"{daemon} is stopped")}. Its "
            + $"state, settings and audit are kept. To change again: sudo {daemon} activate");
        return report.End(ExitCode.Ok);
    }

    private int NothingKept(MigrationContext<TSettings> ground)
    {
        var old = OldUnits.Find(daemon, ground.Files, ground.Systemd.Show);
        if (old.Exist && old.WasActive)
        {
            ground.Report.Ok($"{old.Entry(daemon)} is at work already. Nothing to do.");
            return ground.Report.End(ExitCode.Ok);
        }

        ground.Report.Fail(
            $"No unit of before is kept in {MigrationStore.Folder}/replaced, so there is nothing to hand back to; {daemon} is left "
            + "as it is",
            $"To stop it all the same: sudo systemctl disable --now {daemon} (then {migrationPlan.Consequence})");
        return ground.Report.End(ExitCode.Fault);
    }

    private int Plan(ChangeReport report, MigrationRecord record, string entry)
    {
        foreach (var path in record.Old.Files) report.Ok($"Would put {path} back");
        if (record.Old.Exist) report.Ok($"Would start {entry}, also at boot");
        report.Ok($"Would stop {daemon}.service, and no more start it at boot");
        report.Say("Nothing was changed.");
        return report.End(ExitCode.Ok);
    }
}
