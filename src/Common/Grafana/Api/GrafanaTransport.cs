using System.Buffers;
using System.IO.Pipelines;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Reflection;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Athena.Common.Grafana.Api.Listener;
using Athena.Common.Grafana.Api.SignIn;
using Athena.Common.Network;
using Athena.Common.Text;

namespace Athena.Common.Grafana.Api;

/// <summary>Sends one request and reads its answer whole. Knows nothing of signing in, retries or what an answer means.</summary>
internal sealed class GrafanaTransport : IDisposable
{
    /// <summary>Simultaneous requests. Grafana shares its database connections with the people who look at it.</summary>
    public const int MaxConcurrent = 8;

    // What anybody can make longer is read while it arrives (IAnswerReader) and has no limit. The rest is some kilobytes.
    private const int BodyLimit = 8 * 1024 * 1024;

    // Grafana's page names itself in its first kilobytes.
    private const int KnockLimit = 64 * 1024;

    // The list of 3,000 users is a megabyte: in one array it would be one of twice the size, and of the kind that is never moved.
    private static readonly StreamPipeReaderOptions BodyPieces = new(bufferSize: 64 * 1024);

    private readonly LoopbackConnector? local;
    private readonly HttpClient http;
    private readonly TimeProvider time;
    private readonly ServerText text;
    private readonly string rightsAdvice;

    /// <param name="isSecret">Sessions, tokens or passwords go over it: on this machine its listener is proved first.</param>
    public GrafanaTransport(GrafanaClientOptions options, TimeProvider time, bool isSecret = true)
    {
        this.time = time;
        text = new ServerText(options.Password, options.Token);
        rightsAdvice = options.RightsAdvice;
        BaseAddress = options.BaseAddress;
        // On every request, signing in included: by this referer our own lines in Grafana's log are told apart (docs/grafana.md §6).
        // A header is ASCII: the host in its IDN form.
        var referer = new UriBuilder(BaseAddress) { Host = BaseAddress.IdnHost }.Uri.AbsoluteUri;
        KeyValuePair<string, string>[] headers =
        [
            new("Referer", $"{referer}athena-workers/{options.Daemon}{(options.CallsItself is { } own ? "/" + own : "")}"),
            new("User-Agent", $"athena-workers/{Version()} ({options.Daemon})"),
            new("Accept", "application/json"),
        ];
        local = options.IsLocal ? new LoopbackConnector(options, headers, isSecret, time) : null;
        http = new HttpClient(Handler(options, BaseAddress, local, time))
        {
            BaseAddress = BaseAddress,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        foreach (var (name, value) in headers) http.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
    }

    /// <summary>What is known of whoever listens there.</summary>
    public ListenerState Listener => local?.State ?? new ListenerState(ListenerKind.Elsewhere, "");

    public Uri BaseAddress { get; }

    /// <inheritdoc cref="SendAsync(GrafanaRequest, Credential?, IAnswerReader?, CancellationToken)"/>
    public Task<GrafanaReply> SendAsync(GrafanaRequest request, Credential? credential, CancellationToken cancel) =>
        SendAsync(request, credential, reader: null, cancel);

    /// <summary>
    /// Never throws for what the network or the server does; throws <see cref="OperationCanceledException"/> when cancelled.
    /// </summary>
    /// <param name="reader">Takes the body of a good answer while it arrives; null keeps it whole.</param>
    public async Task<GrafanaReply> SendAsync(
        GrafanaRequest request, Credential? credential, IAnswerReader? reader, CancellationToken cancel)
    {
        using var message = new HttpRequestMessage(request.Route.Method, new Uri(BaseAddress, request.Path));
        if (credential is not null)
            message.Headers.TryAddWithoutValidation(credential.Header, credential.Value);
        if (request.OrgId is { } org)
            message.Headers.TryAddWithoutValidation("X-Grafana-Org-Id", org.ToString());
        if (request.Body is { } body)
            message.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

        try
        {
            using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancel).ConfigureAwait(false);
            local?.NoteAnswer();
            return await ReadAsync(message.RequestUri!, response, reader, cancel).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            cancel.ThrowIfCancellationRequested();
            var (sentence, temporary) = NetworkFault.Explain(fault, BaseAddress);
            return GrafanaReply.Failed(sentence, temporary, NetworkFault.MayHaveArrived(fault));
        }
    }

    /// <summary>
    /// Asks for a page without signing in. A redirect is an answer here; the body is read only as far as it tells whose it is.
    /// </summary>
    public async Task<PageAnswer> KnockAsync(GrafanaRequest request, CancellationToken cancel)
    {
        var asked = new Uri(BaseAddress, request.Path);
        using var message = new HttpRequestMessage(request.Route.Method, asked) { Headers = { { "Accept", "text/html" } } };
        try
        {
            using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancel).ConfigureAwait(false);
            var location = response.Headers.TryGetValues("Location", out var values)
                && Uri.TryCreate(asked, values.FirstOrDefault(), out var target) ? target : null;
            var page = new byte[KnockLimit];
            var length = await (await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false))
                .ReadAtLeastAsync(page, page.Length, throwOnEndOfStream: false, cancel).ConfigureAwait(false);
            return new PageAnswer((int)response.StatusCode, location, Encoding.UTF8.GetString(page.AsSpan(0, length)), "");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            cancel.ThrowIfCancellationRequested();
            return new PageAnswer(0, null, "", NetworkFault.Explain(fault, BaseAddress).Sentence);
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<GrafanaReply> ReadAsync(Uri asked, HttpResponseMessage response, IAnswerReader? reader, CancellationToken cancel)
    {
        var status = (int)response.StatusCode;
        if (status is >= 300 and < 400)
        {
            // The header as it was sent: the typed one is null for a location that is no URI, and then there is advice to give all the
            // same.
            var location = response.Headers.TryGetValues("Location", out var values) ? values.FirstOrDefault() : null;
            return GrafanaReply.Failed(RedirectAdvice.Sentence(asked, BaseAddress, location), temporary: false);
        }

        var body = PipeReader.Create(await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false), BodyPieces);
        if (reader is not null && response.IsSuccessStatusCode)
        {
            await FeedAsync(reader, body, cancel).ConfigureAwait(false);
            return new GrafanaReply(status, body, default) { Reader = reader };
        }

        if (await ReadWholeAsync(body, cancel).ConfigureAwait(false) is not { } bytes)
            return GrafanaReply.Failed(
                $"{BaseAddress} answers more than {BodyLimit >> 20} MiB: that is no answer of Grafana's.", temporary: false);

        var (said, messageId) = AnswerJson.Message(bytes);
        return new GrafanaReply(status, body, bytes)
        {
            Message = text.Clean(said),
            MessageId = text.Clean(messageId),
            RightsAdvice = rightsAdvice,
            RetryAfter = RetryAfter(response.Headers.RetryAfter),
            Date = response.Headers.Date,
            SetCookies = response.Headers.TryGetValues("Set-Cookie", out var cookies) ? [.. cookies] : [],
        };
    }

    private static async Task FeedAsync(IAnswerReader reader, PipeReader body, CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                var read = await body.ReadAsync(cancel).ConfigureAwait(false);
                if (reader.Take(read.Buffer, read.IsCompleted) is not { } taken || read.IsCompleted)
                    return;
                body.AdvanceTo(taken, read.Buffer.End);
            }
        }
        finally
        {
            await body.CompleteAsync().ConfigureAwait(false);
        }
    }

    /// <returns>Null when it is too long. The bytes are of use until <paramref name="body"/> is completed, which it is when this
    /// fails.</returns>
    private static async Task<ReadOnlySequence<byte>?> ReadWholeAsync(PipeReader body, CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                var read = await body.ReadAsync(cancel).ConfigureAwait(false);
                if (read.Buffer.Length <= BodyLimit)
                {
                    if (read.IsCompleted)
                        return read.Buffer;
                    body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                    continue;
                }

                await body.CompleteAsync().ConfigureAwait(false);
                return null;
            }
        }
        catch
        {
            await body.CompleteAsync().ConfigureAwait(false);
            throw;
        }
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header) => header switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
        { Date: not null } => TimeSpan.Zero,
        _ => null,
    };

    private static SocketsHttpHandler Handler(GrafanaClientOptions options, Uri address, LoopbackConnector? local, TimeProvider time)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,

            // A proxy from the environment is honoured, but never for this machine itself: a password for loopback stays on loopback.
            UseProxy = !GrafanaClientOptions.IsLoopback(address),
            MaxConnectionsPerServer = MaxConcurrent + 1,

            // Longer than the poll, so that each look goes over a warm connection; not for ever, so that a moved name is noticed.
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
            PooledConnectionLifetime = TimeSpan.FromMinutes(15),
        };
        // Elsewhere the host's addresses race; the listener on this machine has one, and is proved.
        handler.ConnectCallback = local is not null ? local.ConnectAsync : new Connector(time).ConnectAsync;
        if (local is not null)
        {
            // Each is proved once, so it is kept as long as Grafana keeps it; no name is looked up here that could move.
            handler.PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan;
            handler.PooledConnectionLifetime = Timeout.InfiniteTimeSpan;
        }

        if (options.CaFile is { } file)
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = OnlyTrust(file) };
        return handler;
    }

    private static X509ChainPolicy OnlyTrust(string file)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(file);
        return policy;
    }

    private static string Version() =>
        typeof(GrafanaTransport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
            ?? "0";
}

/// <summary>
/// No redirect is followed: Grafana's API makes none, so one always means that GRAFANA_URL is not where Grafana answers,
/// and a credential must not go where a stranger's answer points.
/// </summary>
internal static class RedirectAdvice
{
    public static string Sentence(Uri asked, Uri baseAddress, string? location)
    {
        var from = baseAddress.AbsoluteUri.TrimEnd('/');
        if (location is null || !Uri.TryCreate(asked, location, out var target) || target.Scheme is not ("http" or "https"))
            return $"{from} redirects to nowhere: check GRAFANA_URL.";
        if (!string.Equals(target.Host, asked.Host, StringComparison.OrdinalIgnoreCase))
        {
            return $"{from} redirects to another host, {target.IdnHost}. Nothing was sent there. " +
                   "Set GRAFANA_URL to the address where Grafana itself answers.";
        }

        var path = asked.AbsolutePath[(baseAddress.AbsolutePath.Length - 1)..];
        var to = target.GetLeftPart(UriPartial.Path);
        return to.EndsWith(path, StringComparison.Ordinal)
            ? $"{from} redirects: GRAFANA_URL should be {Cap(to[..^path.Length])}."
            : $"{from} redirects to {Cap(to)}: check GRAFANA_URL, and whether something in front of Grafana asks for a login of its own.";
    }

    private static string Cap(string text) => text.Length <= 200 ? text : text[..200] + "…";
}

/// <summary>What came back for a page that was asked for without signing in.</summary>
/// <param name="Status">0 when there was no answer.</param>
/// <param name="Location">Where a redirect points; null without one.</param>
/// <param name="Page">The begin of the body.</param>
/// <param name="Failure">Why there was no answer; empty when there was one.</param>
internal sealed record PageAnswer(int Status, Uri? Location, string Page, string Failure);
