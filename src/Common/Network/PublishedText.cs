using System.Net.Security;
using System.Text;

namespace Athena.Common.Network;

/// <summary>Reads what somebody publishes at an address: short, without a login, and not where a redirect leads.</summary>
public sealed class PublishedText : IDisposable
{
    private const int Longest = 256 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient http;
    private readonly TimeProvider time;

    public PublishedText(TimeProvider time)
    {
        this.time = time;
        http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectCallback = new Connector(time).ConnectAsync,
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = CertificateCheck.Policy },
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = Longest,
        };
    }

    /// <summary>Text and status; a status of 0 with a sentence where there was no answer. Throws nothing but for its token.</summary>
    public async Task<(int Status, string Text)> ReadAsync(Uri address, CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(Patience, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        try
        {
            using var response = await http.GetAsync(address, stop.Token).ConfigureAwait(false);
            var bytes = await response.Content.ReadAsByteArrayAsync(stop.Token).ConfigureAwait(false);
            return ((int)response.StatusCode, Encoding.UTF8.GetString(bytes));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return (0, $"no answer within {Patience.TotalSeconds:0} s");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return (0, e.Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();
}
