using Athena.Common.Settings;

namespace Athena.Workers;

/// <summary>A daemon that this program can be.</summary>
/// <param name="Identity">Who it is.</param>
/// <param name="RunAsync">Its command line: arguments, standard output and standard error, each the process's own where it is null.</param>
internal sealed record DaemonProgram(WorkerIdentity Identity, Func<string[], TextWriter?, TextWriter?, Task<int>> RunAsync)
{
    /// <summary>Of its link, its unit and its settings.</summary>
    public string Name => Identity.Daemon;

    public string Summary => Identity.Summary;
}
