using Athena.Common.Daemon.Units;

namespace Athena.Workers;

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
