using System.CommandLine;
using Athena.Common.Daemon.CommandLine;

namespace Athena.Workers.Setup;

/// <summary>What can be said on the command line instead of being asked.</summary>
/// <param name="Values">KEY=VALUE.</param>
/// <param name="Secrets">KEY=FILE; the first line of the file is the value, <c>-</c> is standard input.</param>
/// <param name="Admin">The login of a server admin in Grafana, for the daemons' account.</param>
/// <param name="AdminPasswordFile">Its first line is the admin's password.</param>
internal sealed record SetupOptions(
    IReadOnlyList<string> Values, IReadOnlyList<string> Secrets, string? Admin, string? AdminPasswordFile)
{
    /// <summary>Shows what would be written, and ends.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Asks nothing, whoever sits there, and writes.</summary>
    public bool Yes { get; init; }

    /// <summary>Sends a mail and a message, too, where <c>check</c> can.</summary>
    public bool SendsTest { get; init; }

    /// <summary>Puts in force without a question what its check finds well.</summary>
    public bool Activates { get; init; }

    /// <summary>Who is asked.</summary>
    /// <param name="terminal">Who sits there.</param>
    public Terminal Person(Terminal terminal) => Yes ? new Terminal(null) : terminal;

    /// <summary>The command, with its options.</summary>
    public static Command Command(Func<SetupOptions, TextWriter, CancellationToken, Task<int>> act)
    {
        var values = new Option<string[]>("--set")
        {
            Description = "An answer instead of the question; may be repeated.",
            HelpName = "KEY=VALUE",
        };
        var secrets = new Option<string[]>("--secret")
        {
            Description = "The same for a password or token: the first line of the file, of standard input where FILE is -.",
            HelpName = "KEY=FILE",
        };
        var admin = new Option<string?>("--admin")
        {
            Description = "Who makes the daemons' account: a server admin's login in Grafana.",
            HelpName = "LOGIN",
        };
        var adminPassword = new Option<string?>("--admin-password-file")
        {
            Description = "The admin's password: the first line of this file.",
            HelpName = "FILE",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what would be written, and end." };
        var yes = new Option<bool>("--yes") { Description = "Ask nothing and write, for scripts: also at a terminal." };
        var sendTest = new Option<bool>("--send-test") { Description = "Send a test mail and a test message, too." };
        var activate = new Option<bool>("--activate") { Description = "Put in force without asking what is found well." };
        var command = new Command("setup",
            "Asks for what a fresh host needs, writes it, makes the daemons' account in Grafana, tests all of it and offers to put it in "
            + "force. A setting that is there stays as it is.");
        foreach (var option in (Option[])[values, secrets, admin, adminPassword, dryRun, yes, sendTest, activate])
            command.Options.Add(option);
        command.SetAction((parse, cancel) => act(
            new SetupOptions(
                parse.GetValue(values) ?? [], parse.GetValue(secrets) ?? [], parse.GetValue(admin), parse.GetValue(adminPassword))
            {
                IsDryRun = parse.GetValue(dryRun),
                Yes = parse.GetValue(yes),
                SendsTest = parse.GetValue(sendTest),
                Activates = parse.GetValue(activate),
            },
            parse.InvocationConfiguration.Output, cancel));
        return command;
    }
}
