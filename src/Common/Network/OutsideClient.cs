using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Athena.Common.Network;

/// <summary>
/// Makes clients for addresses outside that hold a secret, or are sent something that is nobody else's: they follow no redirect, keep no
/// cookie, and tell nobody in this process whom they ask.
/// </summary>
internal static class OutsideClient
{
    /// <summary>What is left of an answer that nobody reads, so that the connection can be used again.</summary>
    private const int MostDrained = 64 * 1024;

    /// <param name="time">The clock.</param>
    /// <param name="certificates">Judges the other side's; null for the system's judgement.</param>
    /// <param name="connectPatience">How long a connection may take; null for as long as the caller waits.</param>
    /// <param name="isOnThisMachine">No proxy leads there.</param>
    /// <param name="idle">How long a connection is kept.</param>
    /// <param name="own">Our own certificate with its key, shown to whoever asks for it; null shows none.</param>
    /// <returns>Has no time-out of its own.</returns>
    public static HttpClient Make(
        TimeProvider time, CertificateCheck? certificates, TimeSpan? connectPatience, bool isOnThisMachine, TimeSpan idle,
        X509Certificate2? own = null)
    {
        var handler = new SocketsHttpHandler
        {
            // A redirect would carry the secret to whoever it names.
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !isOnThisMachine,

            // Without this the runtime makes an Activity of each request, and any listener could read the address.
            ActivityHeadersPropagator = null,
            ConnectTimeout = connectPatience ?? Timeout.InfiniteTimeSpan,
            ConnectCallback = new Connector(time).ConnectAsync,
            MaxResponseDrainSize = MostDrained,
            PooledConnectionIdleTimeout = idle,
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = CertificateCheck.Policy },
        };
        if (own is not null) handler.SslOptions.ClientCertificates = [own];
        if (certificates is not null) handler.SslOptions.RemoteCertificateValidationCallback = certificates.IsGood;
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Why there is no connection, in words of our own: the runtime's may quote the address, and a secret in it.</summary>
    /// <param name="host">Whose name may not have been found.</param>
    /// <param name="place">How it is called.</param>
    /// <param name="setting">Where the address stands.</param>
    public static string Explain(Exception fault, string host, string place, string setting)
    {
        var error = (fault as HttpRequestException ?? fault.InnerException as HttpRequestException)?.HttpRequestError;
        return error == HttpRequestError.NameResolutionError
            ? $"the name {host} cannot be resolved: check {setting} and the name server"
            : $"no connection to {place} ({error ?? HttpRequestError.Unknown})";
    }
}
