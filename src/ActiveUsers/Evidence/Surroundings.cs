using Athena.Common.Grafana.Api.Listener;
using Athena.Common.Grafana.Copies;

namespace Athena.ActiveUsers.Evidence;

/// <summary>Who else works on this Grafana, whoever listens in its place, and what it shows. Null is not known, empty is nobody.</summary>
internal sealed class Surroundings(CopyLook copies, Func<ListenerState> listener, DataSourceWatch? dataSources)
{
    public string? Copy(CancellationToken cancel) => copies.Look(cancel)?.Warning(Identity.Worker.Daemon) ?? "";

    public string? DataSources() => dataSources?.Look?.Failing;

    public string? Listener() => listener() switch
    {
        { Kind: ListenerKind.Unknown } => null,
        { Kind: ListenerKind.Believed or ListenerKind.Refused } state => state.Sentence,
        _ => "",
    };
}
