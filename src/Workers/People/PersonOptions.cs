using System.CommandLine;
using Athena.Common.Daemon.CommandLine;

namespace Athena.Workers.People;

/// <summary>What is to be done about somebody; without any of it, what is kept is counted.</summary>
/// <param name="Who">As a daemon's <c>person</c> takes it.</param>
/// <param name="Export">Where all of it goes as JSON, <c>-</c> for standard output; null for nowhere.</param>
/// <param name="Erases">Takes login, address and name out of all of it.</param>
internal sealed record PersonOptions(string Who, string? Export, bool Erases)
{
    public bool IsDryRun { get; init; }

    /// <summary>Erases without a question.</summary>
    public bool Yes { get; init; }

    /// <summary>The command, with its options.</summary>
    public static Command Command(Func<PersonOptions, InvocationConfiguration, CancellationToken, Task<int>> act)
    {
        var who = new Argument<string>("who")
        {
            Description = "uid:…, id:…, login:…, email:…, or a word that fits one account only.",
        };
        var export = new Option<string?>("--export") { Description = "All of it as JSON into this new file; - for standard output." };
        var erase = new Option<bool>("--erase")
        {
            Description = "Take login, e-mail address and name out of all of it, while the daemons are stopped; shows it and asks.",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what would be erased, and do nothing." };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask." };
        var command = new Command("person", "Shows what all of them keep of somebody, hands it over, or erases who it is.");
        command.Arguments.Add(who);
        foreach (var option in (Option[])[export, erase, dryRun, yes]) command.Options.Add(option);
        command.Excludes(export, erase);
        foreach (var option in (Option[])[dryRun, yes]) command.Needs(option, erase);
        ArgumentRules.ForbidEmpty(command);
        command.SetAction((parse, cancel) => act(
            new PersonOptions(parse.GetRequiredValue(who), parse.GetValue(export), parse.GetValue(erase))
            {
                IsDryRun = parse.GetValue(dryRun),
                Yes = parse.GetValue(yes),
            },
            parse.InvocationConfiguration, cancel));
        return command;
    }
}
