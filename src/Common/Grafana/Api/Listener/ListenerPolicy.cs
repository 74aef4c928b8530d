using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Athena.Common.Network;

namespace Athena.Common.Grafana.Api.Listener;

/// <summary>
/// Which address of this machine is Grafana's, and whether whoever answered there may be believed. Pure. An echo in Grafana's log alone
/// proves that the question reached Grafana, not that the connection leads there: somebody may sit between. While Grafana listens at an
/// address nobody else can, so the address must be the one that Grafana's own log names.
/// </summary>
internal static class ListenerPolicy
{
    public const uint Root = 0;

    /// <summary>Where to connect.</summary>
    /// <param name="host">As GRAFANA_URL has it.</param>
    /// <param name="named">What the newest line "HTTP Server Listen" names; null when none was found.</param>
    /// <param name="table">Null when it cannot be read.</param>
    /// <returns>One address: a name is never tried in both families, because the other one is open to anybody.</returns>
    public static IPAddress Choose(string host, int port, IPEndPoint? named, SocketTable? table)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out var literal)) return literal;
        if (named is not null && named.Port == port && IPAddress.IsLoopback(named.Address)) return named.Address;
        if (named is not null && named.Port == port) return IPAddress.Loopback; // All addresses are Grafana's.

        // Nothing names it: the family in which somebody listens at all, IPv4 first, as Grafana does where it is told "localhost".
        var listeners = table?.ListenersAt(port).ToList() ?? [];
        var isSixOnly = listeners.Count > 0 && listeners.All(address => address.Equals(IPAddress.IPv6Loopback));
        return isSixOnly ? IPAddress.IPv6Loopback : IPAddress.Loopback;
    }

    /// <summary>
    /// Why an address cannot be Grafana's although the question appeared in its log; null when nothing speaks against it.
    /// </summary>
    /// <param name="dialled">Where the connection leads.</param>
    /// <param name="named">What the newest line "HTTP Server Listen" names; null when none was found.</param>
    /// <param name="peer">Who holds the other end; null when that cannot be told, <see cref="Root"/> also when the other end is not on this
    /// machine's table.</param>
    /// <param name="owner">The owner of Grafana's log file; null when that says nothing.</param>
    public static string? Objection(IPEndPoint dialled, IPEndPoint? named, uint? peer, uint? owner)
    {
        if (IsElsewhere(dialled, named))
            return $"Grafana's log says that it listens at {named}, so it is somebody else who listens at {dialled}";

        // Behind a proxy, or a published port of a container, Grafana names another port. Those are root's; whoever may do that may do
        // anything.
        if (named is not null && named.Port != dialled.Port && peer != Root)
            return $"Grafana's log says that it listens at {named}, and what listens at {dialled} does not belong to root, as a proxy of "
                + "this machine's would";

        return peer is { } one && owner is { } other && one != Root && other != Root && one != SocketTable.Overflow
            && other != SocketTable.Overflow && one != other
            ? $"what listens at {dialled} belongs to the user {one}, and Grafana's log to the user {other}"
            : null;
    }

    /// <summary>Grafana listens at this port of another address, so that anybody may listen at this one.</summary>
    public static bool IsElsewhere(IPEndPoint dialled, [NotNullWhen(true)] IPEndPoint? named) =>
        named is not null && named.Port == dialled.Port && !IsAll(named.Address) && !named.Address.Equals(dialled.Address);

    private static bool IsAll(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)
        || (address.AddressFamily == AddressFamily.InterNetworkV6 && address.IsIPv4MappedToIPv6
            && address.MapToIPv4().Equals(IPAddress.Any));
}
