using Athena.Common.Hosting;

// The tests are run by their host. Started as a program this is a daemon that can do nothing, but what each daemon can: read a journal for itself.
var program = new WorkerProgram<string>(new WorkerIdentity("grafana-test", "test", "Tests what a daemon is."), _ => "")
{
    Compose = (_, _) => { },
    Once = (_, _, _) => Task.FromResult(ExitCode.Fault),
    Check = (_, _, _, _) => Task.CompletedTask,
};
return await program.InvokeAsync(args).ConfigureAwait(false);
