using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Athena.Common.Network;
using Athena.Common.Text;

namespace Athena.Common.Notify.Channels.Telegram;

/// <summary>
/// Carries requests to the Bot API. The token is in each request's address: whatever leaves this type, a sentence or an exception, was made
/// here and does not hold it; what the runtime says is not passed on.
/// </summary>
internal sealed class BotConnection : IDisposable
{
    private const int AnswerLimit = 256 * 1024;
    private const int MaxWords = 200;
    private const string CheckWayOut = "check the network, and HTTPS_PROXY if a proxy leads out";

    private readonly TelegramSettings _settings;
    private readonly TimeProvider _time;
    private readonly CertificateCheck _certificates;
    private readonly HttpClient _http;
    private readonly string _base;
    private readonly TimeSpan _connectPatience;
    private readonly string[] _secrets;

    public BotConnection(TelegramSettings settings, TimeProvider time)
    {
        (_settings, _time) = (settings, time);
        _base = settings.Api.AbsoluteUri.TrimEnd('/');
        _secrets = [settings.Token, settings.Token.Split(':')[^1]];
        _certificates = new CertificateCheck(settings.CaFile is null ? null : CertificateCheck.TryReadAuthorities(settings.CaFile, out _));

        // Shorter than the whole: a message for which there was no connection has not arrived for sure.
        _connectPatience = settings.Timeout / 2;
        _http = OutsideClient.Make(time, _certificates, _connectPatience, settings.IsLoopback, TimeSpan.FromMinutes(1));
        _http.MaxResponseContentBufferSize = AnswerLimit;
        _http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
    }

    /// <summary>Throws nothing but <see cref="OperationCanceledException"/>, when <paramref name="cancel"/> was.</summary>
    public async Task<BotReply<TResult>> AskAsync<TRequest, TResult>(
        string method, TRequest request, JsonTypeInfo<TRequest> asks, JsonTypeInfo<BotAnswer<TResult>> answers, CancellationToken cancel)
        where TResult : class
    {
        using CancellationTokenSource late = new(_settings.Timeout, _time);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        try
        {
            using HttpRequestMessage message = new(HttpMethod.Post, new Uri($"{_base}/bot{_settings.Token}/{method}"))
            {
                Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request, asks))
                {
                    Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
                },
            };
            using HttpResponseMessage response = await _http.SendAsync(message, stop.Token).ConfigureAwait(false);
            byte[] body = await response.Content.ReadAsByteArrayAsync(stop.Token).ConfigureAwait(false);
            return Read(response, body, answers);
        }
        catch (OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            if (!late.IsCancellationRequested)
                return new(0, $"no connection to {_settings.Place} within {_connectPatience.TotalSeconds:0} s: {CheckWayOut}");
            return new(0,
                $"{_settings.Place} did not answer within {_settings.Timeout.TotalSeconds:0} s; a message may have arrived all the same")
            {
                MayHaveArrived = true,
            };
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            cancel.ThrowIfCancellationRequested();
            return new(0, Explain(fault))
            {
                MayHaveArrived = fault is not HttpRequestException
                {
                    HttpRequestError: not (HttpRequestError.ResponseEnded or HttpRequestError.Unknown)
                },
            };
        }
    }

    /// <summary>What a server said, fit for one line of ours: the token masked, invisible characters shown, not long.</summary>
    public string Clean(string? words, int longest = MaxWords)
    {
        words ??= "";
        foreach (string secret in _secrets.Where(secret => secret.Length > 0))
            words = words.Replace(secret, "***", StringComparison.Ordinal);
        return UntrustedText.Visible(words, longest);
    }

    public void Dispose() => _http.Dispose();

    private BotReply<T> Read<T>(HttpResponseMessage response, byte[] body, JsonTypeInfo<BotAnswer<T>> answers)
        where T : class
    {
        int status = (int)response.StatusCode;
        BotAnswer<T>? answer = null;
        try
        {
            answer = JsonSerializer.Deserialize(body, answers);
        }
        catch (JsonException)
        {
            // A proxy's page, half an answer: told below.
        }

        if (answer is { Ok: true, Result: not null } && response.IsSuccessStatusCode)
            return new(status, "ok", answer.Result, answer.Parameters);
        if (answer is { Ok: false, ErrorCode: > 0 })
        {
            AnswerParameters? parameters = answer.Parameters;
            if (parameters?.RetryAfter is null && response.Headers.RetryAfter?.Delta is { } delta)
                parameters = new(parameters?.MigrateToChatId, delta.TotalSeconds);
            return new(answer.ErrorCode.Value, Clean(answer.Description), null, parameters);
        }

        // Not the Bot API's way to say anything. 3xx comes here, too.
        string who = status is >= 300 and < 400 ? "sends us elsewhere, where the token must not go" : "does not answer as the Bot API does";
        return new(
            status >= 500 ? status : 0, $"{_settings.Place} {who} (HTTP {status}): check TELEGRAM_API, and whether a proxy is in between");
    }

    private string Explain(Exception fault)
    {
        string place = _settings.Place;
        if (fault is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }
            || Find<AuthenticationException>(fault) is not null)
        {
            string problem = _certificates.Problem is { } said ? $"its certificate is not good: {said}" : "the handshake failed";
            return $"no trusted TLS connection to {place}: {problem}; if a proxy opens TLS here, TELEGRAM_CA_FILE must name its authority";
        }

        return fault switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } =>
                $"the name {_settings.Api.Host} cannot be resolved: {CheckWayOut}",
            HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } =>
                $"the proxy did not let us through to {place}: check HTTPS_PROXY and NO_PROXY",
            HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } =>
                $"{place} answers more than the Bot API would",
            HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } =>
                $"what answers at {place} does not speak HTTP as we know it",
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } =>
                $"no connection to {place} ({Find<SocketException>(fault)?.SocketErrorCode.ToString() ?? "broken"}): {CheckWayOut}",
            _ => $"the connection to {place} broke before the answer was whole; a message may have arrived all the same",
        };
    }

    private static T? Find<T>(Exception? fault)
        where T : Exception
    {
        while (fault is not null and not T)
            fault = fault.InnerException;
        return fault as T;
    }
}
