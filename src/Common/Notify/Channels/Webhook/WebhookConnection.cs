using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Athena.Common.Network;
using Athena.Common.Settings;

namespace Athena.Common.Notify.Channels.Webhook;

/// <summary>
/// Posts. The address is a secret: whatever leaves this type, a sentence or an exception, was made here and names host and port alone. What
/// the other side writes in its answer is not read: a status says all that is needed.
/// </summary>
internal sealed class WebhookConnection : IDisposable
{
    /// <summary>Before an address is tried again that says of itself that it is gone.</summary>
    private static readonly TimeSpan GonePause = TimeSpan.FromDays(1);

    /// <summary>No more is waited than this, whatever the other side asks for.</summary>
    private static readonly TimeSpan LongestAsked = TimeSpan.FromDays(1);

    private readonly WebhookSettings settings;
    private readonly TimeProvider time;
    private readonly CertificateCheck certificates;
    private readonly HttpClient http;

    public WebhookConnection(WebhookSettings settings, TimeProvider time)
    {
        (this.settings, this.time) = (settings, time);
        certificates = new CertificateCheck(settings.CaFile is null ? null : CertificateCheck.TryReadAuthorities(settings.CaFile, out _));

        // Shorter than the whole: what there was no connection for has not arrived for sure.
        http = OutsideClient.Make(time, certificates, settings.Timeout / 2, settings.IsLoopback, TimeSpan.FromSeconds(30));
    }

    /// <summary>Throws nothing but <see cref="OperationCanceledException"/>, when <paramref name="cancel"/> was.</summary>
    /// <param name="id">The same at each attempt.</param>
    /// <param name="body">The same at each attempt.</param>
    /// <param name="cancel">Ends it; whether it arrived is then unknown.</param>
    public async Task<DeliveryResult> PostAsync(string id, byte[] body, CancellationToken cancel)
    {
        DateTimeOffset now = time.GetUtcNow();
        using HttpRequestMessage request = new(HttpMethod.Post, settings.Url)
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
            Headers =
            {
                { "webhook-id", id },
                { "webhook-timestamp", WebhookSignature.Timestamp(now) },
                { "webhook-signature", WebhookSignature.Of(settings.Secrets, id, now, body) },
            },
        };
        return await AskAsync(request, Read, cancel).ConfigureAwait(false);
    }

    /// <summary>Whether somebody answers there who speaks HTTP and has a good certificate. The address's secret part is not told.</summary>
    /// <returns>Why not; null when it is so.</returns>
    public async Task<string?> LookAsync(CancellationToken cancel)
    {
        using HttpRequestMessage request = new(HttpMethod.Head, new Uri(settings.Url, "/"));
        var result = await AskAsync(request, _ => new(DeliveryVerdict.Accepted, ""), cancel).ConfigureAwait(false);
        return result.Verdict == DeliveryVerdict.Accepted ? null : result.Detail;
    }

    public void Dispose() => http.Dispose();

    private async Task<DeliveryResult> AskAsync(
        HttpRequestMessage request, Func<HttpResponseMessage, DeliveryResult> read, CancellationToken cancel)
    {
        request.Headers.UserAgent.ParseAdd($"{WorkerIdentity.Platform}/{WorkerIdentity.ShortVersion}");
        using CancellationTokenSource late = new(settings.Timeout, time);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        try
        {
            using HttpResponseMessage answer =
                await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token).ConfigureAwait(false);
            return read(answer);
        }
        catch (OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            return late.IsCancellationRequested
                ? new(DeliveryVerdict.Transient, $"no answer from {settings.Place} within {settings.Timeout.TotalSeconds:0} s")
                {
                    MayHaveArrived = true,
                }
                : Shut($"no connection to {settings.Place}: check the network, and HTTPS_PROXY if a proxy leads out");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            cancel.ThrowIfCancellationRequested();
            return Explain((fault as HttpRequestException)?.HttpRequestError ?? HttpRequestError.Unknown);
        }
    }

    private DeliveryResult Read(HttpResponseMessage answer)
    {
        string said = $"{settings.Place} answers HTTP {(int)answer.StatusCode}";
        return answer.StatusCode switch
        {
            >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => new(DeliveryVerdict.Accepted, $"taken: {said}"),
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => new(
                DeliveryVerdict.Transient,
                $"{said}, which sends us elsewhere; that is not followed: set WEBHOOK_URL to the address itself"),
            HttpStatusCode.Gone => new(
                DeliveryVerdict.Permanent,
                $"{said}: the address is gone, nothing is posted any more; set WEBHOOK_URL to the new one, or take it out", GonePause),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound => new(
                DeliveryVerdict.Transient, $"{said}: look at WEBHOOK_URL and WEBHOOK_SECRET", Asked(answer)),
            _ => new(DeliveryVerdict.Transient, said, Asked(answer)),
        };
    }

    private TimeSpan? Asked(HttpResponseMessage answer)
    {
        var asked = answer.Headers.RetryAfter?.Delta ?? answer.Headers.RetryAfter?.Date - time.GetUtcNow();
        return asked > LongestAsked ? LongestAsked : asked;
    }

    private DeliveryResult Explain(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => Shut($"the name {settings.Url.Host} cannot be resolved"),
        HttpRequestError.SecureConnectionError => Shut(
            $"no trusted TLS connection to {settings.Place}: "
            + (certificates.Problem is { } problem ? $"its certificate is not good: {problem}" : "the handshake failed")
            + "; an authority of your own is named by WEBHOOK_CA_FILE"),
        HttpRequestError.ConnectionError => Shut($"no connection to {settings.Place}"),
        HttpRequestError.ProxyTunnelError => Shut($"the proxy did not let us through to {settings.Place}: check HTTPS_PROXY and NO_PROXY"),
        _ => new(DeliveryVerdict.Transient, $"the answer of {settings.Place} broke off, or is none ({error})") { MayHaveArrived = true },
    };

    private static DeliveryResult Shut(string why) => new(DeliveryVerdict.Transient, why) { IsShut = true };
}

/// <summary>
/// How whoever is posted to knows that it comes from us, and when: Standard Webhooks
/// (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
/// </summary>
internal static class WebhookSignature
{
    /// <summary><c>v1,</c> and the base64 of an HMAC-SHA256 over <c>id.timestamp.body</c>, one for each secret, a space between.</summary>
    /// <param name="secrets">The keys.</param>
    /// <param name="id">The header <c>webhook-id</c>.</param>
    /// <param name="at">The header <c>webhook-timestamp</c>.</param>
    /// <param name="body">As it is posted.</param>
    public static string Of(IEnumerable<byte[]> secrets, string id, DateTimeOffset at, byte[] body)
    {
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{id}.{Timestamp(at)}."), .. body];
        return string.Join(' ', secrets.Select(secret => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(secret, signed))}"));
    }

    /// <summary>Seconds since 1970.</summary>
    public static string Timestamp(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
