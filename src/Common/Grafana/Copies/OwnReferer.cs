namespace Athena.Common.Grafana.Copies;

/// <summary>
/// How our requests name themselves in Grafana's log: <c>GRAFANA_URL/athena-workers/DAEMON/INSTALLATION</c>. Anybody may send such a
/// referer: it means something only in a line of our own account. Pure.
/// </summary>
public static class OwnReferer
{
    private static ReadOnlySpan<byte> Platform => "/athena-workers/"u8;

    /// <summary>
    /// The installation that a referer names; empty where it names none, as in version 0.1.0. False when it is not that of
    /// <paramref name="component"/>. The spelling of the host does not matter: daemons name the same Grafana in different ways.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> referer, ReadOnlySpan<byte> component, out ReadOnlySpan<byte> installation)
    {
        installation = default;
        var at = referer.LastIndexOf(Platform);
        if (at < 0) return false;
        var own = referer[(at + Platform.Length)..];
        if (!own.StartsWith(component)) return false;
        own = own[component.Length..];
        if (own.IsEmpty) return true;
        if (own[0] != (byte)'/') return false;
        installation = own[1..];
        return !installation.ContainsAny("/?#"u8);
    }
}
