using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Athena.Common.Network;

/// <summary>Reads what somebody publishes at an address: short, without a login, and not where a redirect leads.</summary>
public sealed class PublishedText : IDisposable
{
    private const int Longest = 256 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient http;
    private readonly TimeProvider time;

    /// <param name="time">For how long it is waited.</param>
    /// <param name="socketPath">A unix socket at which all addresses are; null: where their names lead.</param>
    public PublishedText(TimeProvider time, string? socketPath = null)
    {
        this.time = time;
        http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = socketPath is null,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectCallback = socketPath is null
                ? new Connector(time).ConnectAsync
                : (_, cancel) => ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancel),
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = CertificateCheck.Policy },
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = Longest,
        };

        // Some networks refuse whoever does not say what they are.
        http.DefaultRequestHeaders.UserAgent.ParseAdd("Mozilla/5.0 (compatible; athena-workers)");
    }

    /// <summary>Text and status; a status of 0 with a sentence where there was no answer. Throws nothing but for its token.</summary>
    public async Task<(int Status, string Text)> ReadAsync(Uri address, CancellationToken cancel)
    {
        var page = await FetchAsync(address, cancel).ConfigureAwait(false);
        return (page.Status, page.Status == 0 ? page.Fault : page.Text);
    }

    /// <summary>All of what came. Throws nothing but for its token.</summary>
    public async Task<PublishedPage> FetchAsync(Uri address, CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(Patience, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        try
        {
            using var response = await http.GetAsync(address, stop.Token).ConfigureAwait(false);
            return new PublishedPage(
                (int)response.StatusCode,
                response.Headers.Concat(response.Content.Headers).ToDictionary(
                    header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase),
                await response.Content.ReadAsByteArrayAsync(stop.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return PublishedPage.None($"no answer within {Patience.TotalSeconds:0} s");
        }
        catch (InvalidDataException e)
        {
            return PublishedPage.None($"it is compressed so that nobody can read it: {e.Message}");
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            return PublishedPage.None(e.InnerException?.Message ?? e.Message, isDistrusted: true);
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.NameResolutionError)
        {
            return PublishedPage.None($"the name {address.Host} cannot be resolved: check it and the name server");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return PublishedPage.None(e.Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private static async ValueTask<Stream> ConnectAsync(EndPoint end, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(end, cancel).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>What came from an address.</summary>
/// <param name="Status">Of HTTP; 0 where nothing came.</param>
/// <param name="Headers">By name, in whatever case; several of one name are one, parted by a comma and a space.</param>
/// <param name="Body">As it was before it was compressed on the way.</param>
public sealed record PublishedPage(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>Why nothing came, in a few words; empty where something did.</summary>
    public string Fault { get; init; } = "";

    /// <summary>It was reached, and its certificate is none that this machine takes.</summary>
    public bool IsDistrusted { get; init; }

    /// <summary>The body, which is UTF-8.</summary>
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>Empty where there is no such header.</summary>
    public string Header(string name) => Headers.GetValueOrDefault(name, "");

    internal static PublishedPage None(string fault, bool isDistrusted = false) =>
        new(0, new Dictionary<string, string>(), []) { Fault = fault, IsDistrusted = isDistrusted };
}
