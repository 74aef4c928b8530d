using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Athena.Common.Network;
using Athena.Common.Settings;
using Athena.Common.Text;

namespace Athena.Common.GrafanaLog.Sources.LokiSource;

/// <summary>
/// Asks a Loki (docs/loki.md). Every answer is bounded, no redirect is followed, and what is said of a failure was made here: the login
/// leaves this type by the network alone. Not thread-safe.
/// </summary>
internal sealed class LokiClient : IDisposable
{
    /// <summary>Loki's own bound (<c>max_entries_limit_per_query</c>, recorded).</summary>
    public const int MostEntries = 5000;

    private const int LongestAnswer = 32 * 1024 * 1024;
    private const int LongestReason = 4096;

    /// <summary>So often is a question asked again that failed in passing; a question that hung is not.</summary>
    private const int Retries = 2;

    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly LokiAccess access;
    private readonly TimeProvider time;
    private readonly CertificateCheck certificates;
    private readonly HttpClient http;
    private readonly ArrayBufferWriter<byte> body = new(256 * 1024);

    public LokiClient(LokiAccess access, TimeProvider time)
    {
        (this.access, this.time) = (access, time);
        certificates = new CertificateCheck(access.Authorities);
        http = OutsideClient.Make(
            time, certificates, ConnectPatience, isOnThisMachine: access.Url.IsLoopback, idle: TimeSpan.FromSeconds(30),
            access.Certificate);
    }

    /// <summary>Entries from <paramref name="from"/> up to before <paramref name="to"/>, in nanoseconds since 1970.</summary>
    /// <param name="page">Gets them.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="isBackward">The last ones of the span, and not the first.</param>
    /// <exception cref="LokiException">They could not be had.</exception>
    public async Task RangeAsync(LokiPage page, long from, long to, int limit, CancellationToken cancel, bool isBackward = false)
    {
        await AskAsync(Path("query_range", access.Query, ("start", from), ("end", to), ("limit", limit))
            + (isBackward ? "&direction=backward" : "&direction=forward"), cancel).ConfigureAwait(false);
        try
        {
            page.Read(body.WrittenSpan);
        }
        catch (JsonException)
        {
            throw NotLoki();
        }
    }

    /// <summary>How many entries each node has in a span that ends before <paramref name="to"/>.</summary>
    /// <exception cref="LokiException">It could not be had.</exception>
    public async Task<Dictionary<string, long>> CountAsync(long to, TimeSpan length, CancellationToken cancel)
    {
        // A span of a metric begins behind its begin and ends with its end; one nanosecond earlier is what a range is.
        var query = string.Create(
            CultureInfo.InvariantCulture,
            $"sum by ({string.Join(", ", LokiPage.NodeLabels)}) (count_over_time({access.Query}[{(long)length.TotalSeconds}s]))");
        await AskAsync(Path("query", query, ("time", to - 1)), cancel).ConfigureAwait(false);
        try
        {
            using var answer = JsonDocument.Parse(body.WrittenMemory);
            var counts = new Dictionary<string, long>(StringComparer.Ordinal);
            foreach (var row in answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray())
            {
                var labels = row.GetProperty("metric").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.ToString());
                var node = LokiPage.NodeOf(labels);
                counts[node] = counts.GetValueOrDefault(node)
                    + (long)double.Parse(row.GetProperty("value")[1].ToString(), CultureInfo.InvariantCulture);
            }

            return counts;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException
            or ArgumentException)
        {
            throw NotLoki();
        }
    }

    /// <summary>Opens the tail: entries as they come.</summary>
    /// <returns>Null where Loki, or the proxy before it, does not let us.</returns>
    /// <exception cref="LokiException">Nobody answers.</exception>
    public async Task<WebSocket?> TailAsync(long from, CancellationToken cancel)
    {
        var socket = new ClientWebSocket();
        socket.Options.HttpVersion = HttpVersion.Version11;
        socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(15);
        socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(15);
        socket.Options.CollectHttpResponseDetails = true;
        foreach (var (name, value) in Shown()) socket.Options.SetRequestHeader(name, value);
        var address = new UriBuilder(Path("tail", access.Query, ("start", from), ("limit", MostEntries)));
        address.Scheme = address.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs;
        using var late = new CancellationTokenSource(Patience, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        try
        {
            await socket.ConnectAsync(address.Uri, http, stop.Token).ConfigureAwait(false);
            return socket;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            var status = socket.HttpStatusCode;
            socket.Dispose();
            cancel.ThrowIfCancellationRequested();
            return status == 0 ? throw Unreachable(e) : null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private string Path(string what, string query, params (string Name, long Value)[] numbers)
    {
        var path = new StringBuilder(access.Url.AbsoluteUri.TrimEnd('/')).Append("/loki/api/v1/").Append(what)
            .Append("?query=").Append(Uri.EscapeDataString(query));
        foreach (var (name, value) in numbers) path.Append(CultureInfo.InvariantCulture, $"&{name}={value}");
        return path.ToString();
    }

    private IEnumerable<(string Name, string Value)> Shown()
    {
        if (access.Tenant is { } tenant) yield return ("X-Scope-OrgID", tenant);
        if (access.Token is { } token)
            yield return ("Authorization", $"Bearer {token}");
        else if (access.User is { } user)
            yield return ("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{access.Password}"))}");
    }

    private async Task AskAsync(string path, CancellationToken cancel)
    {
        for (var failed = 1; ; failed++)
        {
            try
            {
                await AskOnceAsync(path, cancel).ConfigureAwait(false);
                return;
            }
            catch (LokiException e) when (e.IsPassing && failed <= Retries)
            {
                await Task.Delay(Pause * failed, time, cancel).ConfigureAwait(false);
            }
        }
    }

    private async Task AskOnceAsync(string path, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.UserAgent.ParseAdd($"{WorkerIdentity.Platform}/{WorkerIdentity.ShortVersion}");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        foreach (var (name, value) in Shown()) request.Headers.TryAddWithoutValidation(name, value);
        using var late = new CancellationTokenSource(Patience, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        try
        {
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token).ConfigureAwait(false);
            var isGood = answer.StatusCode == HttpStatusCode.OK;
            var isWhole = await ReadAsync(answer.Content, isGood ? LongestAnswer : LongestReason, stop.Token).ConfigureAwait(false);
            if (!isGood) throw Refused(answer.StatusCode);
            if (!isWhole) throw new LokiException($"an answer of {access.Place} is longer than is read") { IsTooMuch = true };
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new LokiException($"no answer from Loki at {access.Place} within {Patience.TotalSeconds:0} s") { IsHung = true };
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            cancel.ThrowIfCancellationRequested();
            throw Unreachable(e);
        }
    }

    /// <returns>False when there is more of it.</returns>
    private async Task<bool> ReadAsync(HttpContent content, int most, CancellationToken cancel)
    {
        body.ResetWrittenCount();
        var stream = await content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            while (body.WrittenCount <= most)
            {
                var read = await stream.ReadAsync(body.GetMemory(64 * 1024), cancel).ConfigureAwait(false);
                if (read == 0) return true;
                body.Advance(read);
            }
        }

        return false;
    }

    /// <summary>The words of the answers are those of a real Loki (docs/loki.md).</summary>
    private LokiException Refused(HttpStatusCode status)
    {
        var said = Encoding.UTF8.GetString(body.WrittenSpan[..Math.Min(body.WrittenCount, LongestReason)]).Trim();
        var answered = $"Loki at {access.Place} answers HTTP {(int)status}"
            + (said.Length == 0 ? "" : $" ({UntrustedText.Visible(said, 200)})");
        bool Says(string words) => said.Contains(words, StringComparison.OrdinalIgnoreCase);
        return status switch
        {
            HttpStatusCode.Unauthorized when Says("no org id") =>
                new($"{answered}: set LOKI_ORG_ID to the tenant that has Grafana's lines"),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
                new($"{answered}: see LOKI_USERNAME and LOKI_PASSWORD, or LOKI_BEARER_TOKEN"),
            HttpStatusCode.NotFound => new($"{answered}: is LOG the address of Loki itself, without /loki/api?"),
            HttpStatusCode.BadRequest when Says("max entries limit") => new(answered) { IsTooMany = true },
            HttpStatusCode.BadRequest when Says("exceeds the limit") => new(answered) { IsTooMuch = true },
            HttpStatusCode.BadRequest => new($"{answered}: see LOKI_QUERY"),
            HttpStatusCode.InternalServerError when Says("multiple org ids") =>
                new($"{answered}: this Loki answers for one tenant at a time, so name one in LOKI_ORG_ID"),
            HttpStatusCode.TooManyRequests or HttpStatusCode.RequestEntityTooLarge or >= HttpStatusCode.InternalServerError =>
                new(answered) { IsPassing = true },
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest =>
                new($"{answered}, which leads elsewhere; that is not followed: set LOG to the address itself"),
            _ => new(answered),
        };
    }

    private LokiException Unreachable(Exception e)
    {
        if (certificates.Problem is { } refused)
            return new($"the certificate of Loki at {access.Place} is not good: {refused}; see LOKI_CA_CERT_PATH");
        return new(OutsideClient.Explain(e, access.Url.Host, $"Loki at {access.Place}", "LOG")) { IsPassing = true };
    }

    private LokiException NotLoki() => new($"what answers at {access.Place} does not answer as Loki does: see LOG");
}

/// <summary>Why lines could not be had from Loki: a phrase for people with what to do, without a secret.</summary>
internal sealed class LokiException(string message) : Exception(message)
{
    /// <summary>The same question may be answered a moment later.</summary>
    public bool IsPassing { get; init; }

    /// <summary>No answer came in time: Loki is away, or it was too much.</summary>
    public bool IsHung { get; init; }

    /// <summary>Fewer entries at a time are given.</summary>
    public bool IsTooMany { get; init; }

    /// <summary>A shorter span is answered, or fewer entries of it.</summary>
    public bool IsTooMuch { get; init; }
}
