namespace Athena.Decisions.Web;

/// <summary>Whose word about who somebody is goes on to the daemon.</summary>
internal enum ProxyIdentity
{
    /// <summary>Nobody's: headers that say so are dropped.</summary>
    None,

    /// <summary>Cloudflare Access, whose signature the daemon verifies: it may come by any way.</summary>
    Access,

    /// <summary>oauth2-proxy, whose header is not signed: who may connect to the socket is believed.</summary>
    OAuth2Proxy,
}

internal static class ProxyIdentities
{
    /// <summary>True where the word is believed because of the way by which it came.</summary>
    public static bool NeedsUnixSocket(this ProxyIdentity identity) => identity == ProxyIdentity.OAuth2Proxy;
}
