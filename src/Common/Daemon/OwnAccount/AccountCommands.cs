using System.CommandLine;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Time;

namespace Athena.Common.Daemon.OwnAccount;

/// <summary>Adds <c>account create</c> and <c>account repair</c> to a daemon's command line.</summary>
internal static class AccountCommands
{
    /// <param name="make">Makes a command whose faults become exit codes.</param>
    public static Command Make<TSettings>(
        Func<string, string, Func<WorkerContext<TSettings>, ParseResult, CancellationToken, Task<int>>, Command> make)
    {
        var user = new Option<string?>("--user", "-u") { Description = "Login of a server admin in Grafana; without it you are asked." };
        var passwordFile = new Option<string?>("--password-file")
        {
            Description = "A file whose first line is that admin's password, - for standard input; without it you are asked.",
        };
        var replace = new Option<bool>("--replace") { Description = "Make another account although the settings name one." };
        var pause = new Option<string?>("--pause") { Hidden = true }
            .Must(text => Duration.TryParse(text, out _, out var fault) ? null : fault);
        var inSetup = new Option<bool>("--in-setup") { Hidden = true };
        AccountOptions Options(ParseResult parse) => new(
            parse.GetValue(user), parse.GetValue(passwordFile), parse.GetValue(replace),
            parse.GetValue(pause) is { } text && Duration.TryParse(text, out var length, out _) ? length : AccountMaker.BetweenLooks,
            parse.GetValue(inSetup));

        var create = make(
            "create",
            "Makes the daemons' account in Grafana with all rights that they need, sees that nothing locks it, and writes it into "
            + "/etc/default/athena-workers.",
            (context, parse, cancel) => new AccountCommand<TSettings>(context, Options(parse)).CreateAsync(cancel));
        var repair = make(
            "repair", "Gives the daemons' account the rights that it lacks, as after a new organisation was made.",
            (context, parse, cancel) => new AccountCommand<TSettings>(context, Options(parse)).RepairAsync(cancel));
        create.Options.Add(replace);
        var account = new Command("account", "The daemons' own account in Grafana.");
        foreach (var command in (Command[])[create, repair])
        {
            command.Options.Add(user);
            command.Options.Add(passwordFile);
            command.Options.Add(pause);
            command.Options.Add(inSetup);
            account.Subcommands.Add(command);
        }

        return account;
    }
}

/// <summary>What a person gave to <c>account create</c> or <c>account repair</c>.</summary>
/// <param name="User">Login of a server admin; null asks.</param>
/// <param name="PasswordFile">A file whose first line is the password; <c>-</c> is standard input; null asks.</param>
/// <param name="Replace">Make an account although the settings name one.</param>
/// <param name="Pause">Between the two looks whether it is still enabled.</param>
/// <param name="IsInSetup">What is to be done next is said by <c>athena-workers setup</c>.</param>
internal sealed record AccountOptions(string? User, string? PasswordFile, bool Replace, TimeSpan Pause, bool IsInSetup);
