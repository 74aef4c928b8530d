using System.CommandLine;
using Athena.Common.Daemon.CommandLine;

namespace Athena.Migration;

/// <summary>Adds <c>activate</c> and <c>revert</c> to a daemon's command line.</summary>
public static class MigrationCommands
{
    public static void AddTo<TSettings>(WorkerProgram<TSettings> program, MigrationPlan<TSettings> migrationPlan)
    {
        var yes = new Option<bool>("--yes", "-y") { Description = "Answer every question with yes." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Look at everything and say what would be done, but change nothing." };
        var before = new Option<string?>("--before")
        {
            Description = "Until when somebody looked at who signs up: who came since is new (2026-11-20, 2026-11-20T18:00:00+02:00).",
        }
            .IsTime("2026-11-20 or 2026-11-20T18:00:00+02:00");
        var all = new Option<bool>("--all") { Description = "Everybody who is there now may stay." };
        var inSetup = new Option<bool>("--in-setup") { Hidden = true };
        var activate = program.Add("activate",
            "Sets the daemon up for good: checks everything, starts it, waits until it is at work, and only then takes an old timer of its "
            + "name out of service. What fails puts everything back.",
            (context, parse, cancel) => new ActivateCommand<TSettings>(context, migrationPlan).RunAsync(
                new MigrationOptions(parse.GetValue(before), parse.GetValue(all), parse.GetValue(yes), parse.GetValue(dryRun))
                {
                    IsInSetup = parse.GetValue(inSetup),
                }, cancel),
            ActsAs.Caller);
        program.WasCalled("take-over", activate);
        activate.Options.Add(dryRun);
        activate.Options.Add(yes);
        activate.Options.Add(inSetup);
        if (migrationPlan.OldGuardMayRunAnyTime)
        {
            activate.Options.Add(before);
            activate.Options.Add(all);
            activate.Excludes(before, all);
        }

        var enableAgain = new Option<bool>("--enable-again")
        {
            Description = "Whom the old timer disables although they were let in since, enable again without asking.",
        };
        var allTheSame = migrationPlan.BackAllTheSame is { } option
            ? new Option<bool>(option.Name) { Description = option.Description }
            : null;
        var revert = program.Add("revert",
            "Brings back the timer that activate replaced, and stops the daemon only when that is at work. State, settings and audit stay.",
            (context, parse, cancel) => new RevertCommand<TSettings>(context, migrationPlan)
                .RunAsync(
                    parse.GetValue(dryRun),
                    parse.GetValue(enableAgain),
                    allTheSame is not null && parse.GetValue(allTheSame),
                    cancel), ActsAs.Caller);
        program.WasCalled("hand-back", revert);
        revert.Options.Add(dryRun);
        if (migrationPlan.LetIn is not null) revert.Options.Add(enableAgain);
        if (allTheSame is not null) revert.Options.Add(allTheSame);
        AdoptCommand.AddTo(program, migrationPlan);
    }
}

/// <summary>What the user said on the command line.</summary>
/// <param name="Before">Until when the old guard looked.</param>
/// <param name="All">Everything that is there was seen.</param>
/// <param name="Yes">Every question is answered with yes.</param>
/// <param name="IsDryRun">Only say what would be done.</param>
internal sealed record MigrationOptions(string? Before, bool All, bool Yes, bool IsDryRun)
{
    /// <summary>The check was just shown to the same eyes: only what fails now is said.</summary>
    public bool IsInSetup { get; init; }
}
