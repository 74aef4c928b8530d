using Athena.Common.Daemon.Units;
using Athena.Common.Settings;

namespace Athena.Workers;

/// <summary>The daemons of this machine, to be asked one by one.</summary>
internal interface IDaemons
{
    /// <summary>The names of those that are installed.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>Runs a command of one of them to its end.</summary>
    /// <exception cref="IOException">It could not be started, or did not end in time.</exception>
    Task<Tool.Result> AskAsync(string daemon, IReadOnlyList<string> arguments, CancellationToken cancel);

    /// <summary>Runs a command of one of them before the eyes of whoever types: it may ask.</summary>
    /// <returns>Its exit code.</returns>
    Task<int> RunHereAsync(string daemon, IReadOnlyList<string> arguments, CancellationToken cancel);
}

/// <summary>A daemon that this program can be.</summary>
/// <param name="Identity">Who it is.</param>
/// <param name="RunAsync">Its command line: arguments, standard output and standard error, each the process's own where it is null.</param>
internal sealed record DaemonProgram(WorkerIdentity Identity, Func<string[], TextWriter?, TextWriter?, Task<int>> RunAsync)
{
    /// <summary>Of its link, its unit and its settings.</summary>
    public string Name => Identity.Daemon;

    public string Summary => Identity.Summary;
}

/// <summary>The daemons, of which one is asked with an option that only it has.</summary>
/// <param name="daemons">All of them.</param>
/// <param name="which">The one.</param>
/// <param name="option">As it stands on its command line.</param>
internal sealed class DaemonsWithOption(IDaemons daemons, string which, string option) : IDaemons
{
    public IReadOnlyList<string> Names => daemons.Names;

    public Task<Tool.Result> AskAsync(string daemon, IReadOnlyList<string> arguments, CancellationToken cancel) =>
        daemons.AskAsync(daemon, With(daemon, arguments), cancel);

    public Task<int> RunHereAsync(string daemon, IReadOnlyList<string> arguments, CancellationToken cancel) =>
        daemons.RunHereAsync(daemon, With(daemon, arguments), cancel);

    private IReadOnlyList<string> With(string daemon, IReadOnlyList<string> arguments) =>
        daemon == which ? [.. arguments, option] : arguments;
}
