using Athena.Common.Daemon.Units;

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
