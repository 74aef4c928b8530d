using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Athena.Common.Network;

/// <summary>
/// The second version of Alertmanager's API, as much of it as is needed to ring somebody (<c>api/v2/openapi.yaml</c> of its source).
/// Whoever may post there can say or end anything, so what it is shown is a secret and leaves this type by the network alone.
/// </summary>
public sealed class AlertmanagerApi : IDisposable
{
    private const int LongestAnswer = 256 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly AlertmanagerAddress address;
    private readonly CertificateCheck certificates;
    private readonly HttpClient http;
    private readonly TimeProvider time;

    /// <param name="address">Where, and with what.</param>
    /// <param name="time">For how long it is waited.</param>
    public AlertmanagerApi(AlertmanagerAddress address, TimeProvider time)
    {
        (this.address, this.time) = (address, time);
        certificates = new CertificateCheck(
            address.CaFile is { } file ? CertificateCheck.TryReadAuthorities(file, out _) : null);
        http = OutsideClient.Make(
            time, certificates, connectPatience: null, isOnThisMachine: address.Url.IsLoopback, idle: TimeSpan.FromSeconds(1));
        http.MaxResponseContentBufferSize = LongestAnswer;
    }

    /// <summary>Gives it alerts. Throws nothing but for its token.</summary>
    /// <param name="alerts">A JSON list of <c>postableAlert</c>.</param>
    public Task<AlertmanagerReply> PostAsync(ReadOnlyMemory<byte> alerts, CancellationToken cancel)
    {
        var content = new ReadOnlyMemoryContent(alerts);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return SendAsync(HttpMethod.Post, "alerts", content, cancel);
    }

    /// <summary>Asks how it is; changes nothing. Throws nothing but for its token.</summary>
    public Task<AlertmanagerReply> StatusAsync(CancellationToken cancel) => SendAsync(HttpMethod.Get, "status", null, cancel);

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private async Task<AlertmanagerReply> SendAsync(HttpMethod method, string what, HttpContent? content, CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(Patience, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        try
        {
            using var request = new HttpRequestMessage(method, new Uri($"{address.Url.AbsoluteUri.TrimEnd('/')}/api/v2/{what}"))
            {
                Content = content,
            };
            request.Headers.Authorization = Shown;
            using var response = await http.SendAsync(request, stop.Token).ConfigureAwait(false);
            return new AlertmanagerReply(
                ProblemOf(response.StatusCode), response.Headers.Date,
                await response.Content.ReadAsStringAsync(stop.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new AlertmanagerReply($"no answer from {address.Place} within {Patience.TotalSeconds:0} s");
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            // Nothing that happens here may end the daemon, and the runtime's words may quote what was sent.
            return new AlertmanagerReply(certificates.Problem is { } refused
                ? $"the certificate of {address.Place} is not good: {refused}; see ALERTMANAGER_CA_FILE"
                : OutsideClient.Explain(e, address.Url.Host, address.Place, "ALERTMANAGER_URL"));
        }
    }

    private AuthenticationHeaderValue? Shown =>
        address.Token is { } token ? new AuthenticationHeaderValue("Bearer", token)
        : address.User is { } user
            ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{address.Password}")))
        : null;

    private string? ProblemOf(HttpStatusCode status)
    {
        if ((int)status is >= 200 and < 300) return null;
        var remedy = status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
                ": see ALERTMANAGER_USER and ALERTMANAGER_PASSWORD, or ALERTMANAGER_TOKEN",
            HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed =>
                ": is ALERTMANAGER_URL what Alertmanager has as its --web.external-url?",
            _ => "",
        };
        return $"{address.Place} answers HTTP {(int)status}{remedy}";
    }
}
