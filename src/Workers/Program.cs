using Athena.ActiveUsers.CommandLine;
using Athena.AutoDisable.CommandLine;
using Athena.Common.Settings;
using Athena.Compliance.CommandLine;
using Athena.Workers;

return await Dispatch.RunAsync(OwnProgram.CalledBy, args).ConfigureAwait(false);

/// <summary>
/// Which of the daemons this process is: <c>grafana-compliance status</c> by a link, or <c>athena-workers grafana-compliance status</c>.
/// </summary>
internal static class Dispatch
{
    /// <summary>The daemons, in the order in which they are shown.</summary>
    public static IReadOnlyList<DaemonProgram> Daemons { get; } =
    [
        new(Athena.AutoDisable.Identity.Worker, (args, output, error) => AutoDisableProgram.Create().InvokeAsync(args, output, error)),
        new(Athena.Compliance.Identity.Worker, (args, output, error) => ComplianceProgram.Create().InvokeAsync(args, output, error)),
        new(Athena.ActiveUsers.Identity.Worker, (args, output, error) => ActiveUsersProgram.Create().InvokeAsync(args, output, error)),
    ];

    /// <param name="called">The name that the program was called by.</param>
    /// <param name="args">What stands behind it.</param>
    /// <param name="output">Standard output where it is null.</param>
    /// <param name="error">Standard error where it is null.</param>
    /// <returns>The exit code.</returns>
    public static Task<int> RunAsync(string called, string[] args, TextWriter? output = null, TextWriter? error = null)
    {
        if (Find(called) is { } daemon) return BeAsync(daemon, args, output, error);
        if (args is [var first, .. var rest] && Find(first) is { } named) return BeAsync(named, rest, output, error);
        return new WorkersProgram(Daemons).InvokeAsync(args, output, error);
    }

    private static DaemonProgram? Find(string name) => Daemons.FirstOrDefault(daemon => daemon.Name == name);

    private static Task<int> BeAsync(DaemonProgram daemon, string[] args, TextWriter? output, TextWriter? error)
    {
        OwnProgram.Become(daemon.Name);
        return daemon.RunAsync(args, output, error);
    }
}
