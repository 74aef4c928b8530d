using System.Net.Sockets;
using System.Security.Authentication;
using Athena.Common.Grafana.Api.Listener;

namespace Athena.Common.Grafana.Api;

/// <summary>Turns a failed connection into a sentence that says which host and what to check.</summary>
internal static class NetworkFault
{
    /// <summary>How the sentence begins where nothing listens, or nothing can be reached.</summary>
    public const string Unconnected = "No connection to ";

    public static (string Sentence, bool Temporary) Explain(Exception fault, Uri address)
    {
        var place = address.GetLeftPart(UriPartial.Authority);
        if (Find<ListenerException>(fault) is { } listener)
            return (listener.Message, true);
        var authentication = Find<AuthenticationException>(fault);
        if (authentication is not null || fault is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError })
        {
            return ($"No trusted TLS connection to {place}: {(authentication ?? fault).Message} " +
                    "Check the certificate's name, its end of validity, and GRAFANA_CA_FILE if it was issued by your own authority.",
                    false);
        }

        if (fault is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError })
            return ($"The name {address.Host} cannot be resolved: check GRAFANA_URL and the name server.", true);
        if (fault is HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError })
            return ($"The proxy did not let us through to {place}: check HTTPS_PROXY and NO_PROXY.", true);
        if (Find<SocketException>(fault) is { } socket)
            return (
                $"{Unconnected}{place} ({socket.SocketErrorCode}): is grafana-server running there, and is the port right in "
                + "GRAFANA_URL?",
                true);
        if (fault is HttpRequestException
            {
                HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded
            })
            return ($"What answers at {place} does not speak HTTP as we know it: check the port and http or https in GRAFANA_URL.", false);
        return ($"The connection to {place} broke before the answer was complete.", true);
    }

    /// <summary>True when there was a connection, so that the server may have acted on the request.</summary>
    public static bool MayHaveArrived(Exception fault) => fault is not HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
    };

    private static T? Find<T>(Exception? fault)
        where T : Exception
    {
        for (; fault is not null; fault = fault.InnerException)
        {
            if (fault is T found)
                return found;
        }

        return null;
    }
}
