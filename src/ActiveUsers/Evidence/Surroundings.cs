using Athena.Common.Grafana.Api.Listener;
using Athena.Common.Grafana.Copies;

namespace Athena.ActiveUsers.Evidence;

/// <summary>
/// Who else works on this Grafana, whoever listens in its place, what it shows, and what could be put back. Null is not known, empty is
/// nobody and nothing.
/// </summary>
internal sealed class Surroundings(CopyLook copies, Func<ListenerState> listener, DataSourceWatch? dataSources, BackupWatch? backups)
{
    public string? Copy(CancellationToken cancel) => copies.Look(cancel)?.Warning(Identity.Worker.Daemon) ?? "";

    /// <summary>Where none is watched any more, nothing is wrong with one: what was told is over.</summary>
    public string? DataSources() => dataSources is null ? "" : dataSources.Look?.Failing;

    /// <inheritdoc cref="DataSources"/>
    public string? Backups() => backups is null ? "" : backups.Problem;

    public string? Listener() => listener() switch
    {
        { Kind: ListenerKind.Unknown } => null,
        { Kind: ListenerKind.Believed or ListenerKind.Refused } state => state.Sentence,
        _ => "",
    };
}
