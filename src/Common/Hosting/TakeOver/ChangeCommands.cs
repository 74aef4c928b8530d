using System.CommandLine;

namespace Athena.Common.Hosting.TakeOver;

/// <summary>Adds <c>take-over</c> and <c>hand-back</c> to a daemon's command line.</summary>
internal static class ChangeCommands
{
    public static void AddTo<TSettings>(WorkerProgram<TSettings> program, Succession<TSettings> succession)
    {
        var yes = new Option<bool>("--yes", "-y") { Description = "Answer every question with yes." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Look at everything and say what would be done, but change nothing." };
        var before = new Option<string?>("--before") { Description = "Until when somebody looked at who signs up: who came since is new (2026-11-20, 2026-11-20T18:00:00+02:00)." }
            .IsTime("2026-11-20 or 2026-11-20T18:00:00+02:00");
        var all = new Option<bool>("--all") { Description = "Everybody who is there now may stay." };
        var takeOver = program.Add("take-over",
            "Sets the daemon up for good: checks everything, starts it, waits until it guards, and only then takes an old timer of its name out of service. What fails puts everything back.",
            (context, parse, cancel) => new TakeOverCommand<TSettings>(context, succession).RunAsync(
                new ChangeOptions(parse.GetValue(before), parse.GetValue(all), parse.GetValue(yes), parse.GetValue(dryRun)), cancel), ActsAs.Caller);
        takeOver.Options.Add(dryRun);
        takeOver.Options.Add(yes);
        if (succession.OldGuardMayRunAnyTime)
        {
            takeOver.Options.Add(before);
            takeOver.Options.Add(all);
            takeOver.Excludes(before, all);
        }

        var enableAgain = new Option<bool>("--enable-again") { Description = "Whom the old guard disables although they were let in since, enable again without asking." };
        var allTheSame = succession.BackAllTheSame is { } option ? new Option<bool>(option.Name) { Description = option.Description } : null;
        var handBack = program.Add("hand-back",
            "Brings back the timer that take-over replaced, and stops the daemon only when that guards. State, settings and audit stay.",
            (context, parse, cancel) => new HandBackCommand<TSettings>(context, succession).RunAsync(parse.GetValue(dryRun), parse.GetValue(enableAgain), allTheSame is not null && parse.GetValue(allTheSame), cancel), ActsAs.Caller);
        handBack.Options.Add(dryRun);
        if (succession.LetIn is not null) handBack.Options.Add(enableAgain);
        if (allTheSame is not null) handBack.Options.Add(allTheSame);
        AdoptCommand.AddTo(program, succession);
    }
}
