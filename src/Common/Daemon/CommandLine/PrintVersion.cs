using System.CommandLine;
using System.CommandLine.Invocation;
using Athena.Common.Settings;

namespace Athena.Common.Daemon.CommandLine;

/// <summary><c>--version</c>: the program, its version, and that of .NET in it.</summary>
internal sealed class PrintVersion(WorkerIdentity identity) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine($"{identity.Daemon} {WorkerIdentity.Version} ({WorkerIdentity.Runtime})");
        return ExitCode.Ok;
    }
}
