using Athena.Common.Daemon.CommandLine;
using Athena.Common.Settings;
using Athena.Common.State.Backups;
using Athena.Common.Tests.Files;

// The tests are run by their host. Started as a program this is a daemon that can do nothing, but what each daemon can: read a journal for
// itself, and give itself up when root starts it.
if (args is [Intruder.Command, var victim]) return Intruder.Run(int.Parse(victim, System.Globalization.CultureInfo.InvariantCulture));

var program = new WorkerProgram<string>(new WorkerIdentity("grafana-test", "test", "Tests what a daemon is."), _ => "")
{
    Compose = (_, _) => { },
    Once = (_, _, _) => Task.FromResult(ExitCode.Fault),
    Check = (_, _, _, _) => Task.CompletedTask,
    Memory = new BackupSource<string>(new BackupContents([], ["outbox"]), (_, _, _, _) => Task.CompletedTask),
};
program.Add(HoldCommand.Name, "Stands still where a command of root works in the state directory.", HoldCommand.RunAsync);
return await program.InvokeAsync(args).ConfigureAwait(false);
