using System.Globalization;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace Athena.Sandbox.Loki;

/// <summary>
/// A Loki 3 for the tests and for trials: takes lines, and answers as the recordings show (<c>tests/Fixtures/loki</c>). It understands
/// selectors with line filters, and how many lines there are; no more of LogQL. It listens on loopback only.
/// </summary>
public sealed class StandInLoki : IAsyncDisposable
{
    private static readonly TimeSpan LongestRange = TimeSpan.FromDays(30) + TimeSpan.FromHours(1);

    private readonly Lock gate = new();
    private readonly List<LokiLine> lines = [];
    private readonly HashSet<(string Tenant, string Labels, long At, string Line)> known = [];
    private readonly TimeProvider time;
    private readonly X509Certificate2? certificate;
    private WebApplication? server;
    private CancellationTokenSource stopping = new();

    private StandInLoki(TimeProvider time, X509Certificate2? certificate) => (this.time, this.certificate) = (time, certificate);

    /// <summary>Where it listens, without a slash at the end. The same after <see cref="ListenAgainAsync"/>.</summary>
    public Uri Url { get; private set; } = new("http://127.0.0.1:0");

    public LokiFaults Faults { get; } = new();

    /// <summary>Questions that were answered, by their path: <c>query_range</c>, <c>query</c>, <c>tail</c>…</summary>
    public IReadOnlyList<string> Asked
    {
        get
        {
            lock (gate) return [.. asked];
        }
    }

    private readonly List<string> asked = [];

    /// <param name="certificate">Speaks TLS with it, and wants to see one of the client's; null for plain http.</param>
    public static async Task<StandInLoki> StartAsync(
        int port = 0, TimeProvider? time = null, X509Certificate2? certificate = null, CancellationToken cancel = default)
    {
        var loki = new StandInLoki(time ?? TimeProvider.System, certificate);
        await loki.ListenAsync(port, cancel).ConfigureAwait(false);
        return loki;
    }

    /// <summary>Puts a line in, as whoever ships it would.</summary>
    /// <param name="labels">Its stream.</param>
    /// <param name="at">Its time in Loki; null for now.</param>
    /// <param name="line">Without its end.</param>
    /// <param name="tenant">Whose it is.</param>
    public void Push(IReadOnlyDictionary<string, string> labels, DateTimeOffset? at, string line, string tenant = LokiQuery.OneTenant) =>
        PushAt(labels, LokiQuery.Nanoseconds(at ?? time.GetUtcNow()), line, tenant);

    /// <param name="at">In nanoseconds since 1970.</param>
    public void PushAt(IReadOnlyDictionary<string, string> labels, long at, string line, string tenant = LokiQuery.OneTenant)
    {
        lock (gate)
        {
            var stream = string.Join('\n', labels.OrderBy(label => label.Key, StringComparer.Ordinal));
            if (!known.Add((tenant, stream, at, line))) return; // The same entry again is one (recorded).
            lines.Add(new LokiLine(tenant, new Dictionary<string, string>(labels), at, line, lines.Count));
        }
    }

    /// <summary>It is stopped: connections are refused. What it keeps stays.</summary>
    public async Task StopListeningAsync()
    {
        if (server is null) return;
        await stopping.CancelAsync().ConfigureAwait(false);
        await server.DisposeAsync().ConfigureAwait(false);
        server = null;
    }

    /// <summary>Starts again on the same port.</summary>
    public Task ListenAgainAsync(CancellationToken cancel = default) => server is null ? ListenAsync(Url.Port, cancel) : Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await StopListeningAsync().ConfigureAwait(false);
        stopping.Dispose();
    }

    private async Task ListenAsync(int port, CancellationToken cancel)
    {
        stopping.Dispose();
        stopping = new CancellationTokenSource();
        server = Loopback.Build(port, certificate);
        server.UseWebSockets();
        server.Run(AnswerAsync);
        await server.StartAsync(cancel).ConfigureAwait(false);
        Url = new Uri(Loopback.AddressOf(server));
    }

    private async Task AnswerAsync(HttpContext call)
    {
        var what = call.Request.Path.Value!.Replace("/loki/api/v1/", "", StringComparison.Ordinal).TrimStart('/');
        lock (gate) asked.Add(what);
        try
        {
            if (Faults.Status is { } status && what != "ready") throw new LokiRefusal(status, Faults.Text);
            if (Faults.IsHanging) await Task.Delay(Timeout.Infinite, call.RequestAborted).ConfigureAwait(false);
            switch (what)
            {
                case "ready":
                    await call.Response.WriteAsync("ready\n", call.RequestAborted).ConfigureAwait(false);
                    break;
                case "push":
                    await PushAsync(call).ConfigureAwait(false);
                    break;
                case "tail":
                    await TailAsync(call).ConfigureAwait(false);
                    break;
                case "query_range":
                    await WriteAsync(call, Range(call)).ConfigureAwait(false);
                    break;
                case "query":
                    await WriteAsync(call, Count(call)).ConfigureAwait(false);
                    break;
                case "labels":
                    await WriteAsync(call, Names(call, line => line.Labels.Keys)).ConfigureAwait(false);
                    break;
                case var values when values.StartsWith("label/", StringComparison.Ordinal):
                    var name = values.Split('/')[1];
                    await WriteAsync(call, Names(call, line => line.Labels.TryGetValue(name, out var value) ? [value] : []))
                        .ConfigureAwait(false);
                    break;
                default:
                    throw new LokiRefusal(404, "404 page not found\n");
            }
        }
        catch (LokiRefusal refusal)
        {
            call.Response.StatusCode = refusal.Status;
            call.Response.ContentType = "text/plain; charset=utf-8";
            await call.Response.WriteAsync(refusal.Message, call.RequestAborted).ConfigureAwait(false);
        }
    }

    private static async Task WriteAsync(HttpContext call, JsonNode data)
    {
        call.Response.ContentType = "application/json; charset=UTF-8";
        var answer = new JsonObject { ["status"] = "success", ["data"] = data };
        await call.Response.WriteAsync(answer.ToJsonString(), call.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>The tenants that a call names.</summary>
    private string[] Tenants(HttpContext call)
    {
        var named = call.Request.Headers["X-Scope-OrgID"].ToString();
        if (named.Length == 0) return Faults.NeedsTenant ? throw new LokiRefusal(401, "no org id\n") : [LokiQuery.OneTenant];
        return named.Contains('|') && !Faults.AllowsSeveralTenants
            ? throw new LokiRefusal(500, "multiple org IDs present")
            : named.Split('|');
    }

    private async Task PushAsync(HttpContext call)
    {
        var tenant = Tenants(call)[0];
        var body = await JsonNode.ParseAsync(call.Request.Body, cancellationToken: call.RequestAborted).ConfigureAwait(false);
        foreach (var stream in body!["streams"]!.AsArray())
        {
            var labels = stream!["stream"]!.AsObject().ToDictionary(label => label.Key, label => (string)label.Value!);
            foreach (var value in stream["values"]!.AsArray())
            {
                PushAt(labels, long.Parse((string)value![0]!, CultureInfo.InvariantCulture), (string)value[1]!, tenant);
            }
        }

        call.Response.StatusCode = 204;
    }

    private JsonObject Range(HttpContext call)
    {
        var tenants = Tenants(call);
        var query = LokiQuery.Parse(call.Request.Query["query"].ToString());
        var now = LokiQuery.Nanoseconds(time.GetUtcNow());
        var end = Number(call, "end", now);
        var start = Number(call, "start", end - LokiQuery.Nanoseconds(TimeSpan.FromHours(1)));
        var limit = (int)Number(call, "limit", 100);
        var isForward = call.Request.Query["direction"] == "forward";
        if (limit > Faults.MostEntries)
            throw new LokiRefusal(
                400, $"max entries limit per query exceeded, limit > max_entries_limit_per_query ({limit} > {Faults.MostEntries})");
        if (end <= start) throw new LokiRefusal(400, "end timestamp must not be before or equal to start time");
        if (end - start > LokiQuery.Nanoseconds(Faults.LongestRange ?? LongestRange))
            throw new LokiRefusal(400, "the query time range exceeds the limit (query length: 9600h10m45.535s, limit: 30d1h)");
        var found = Find(tenants, query, line => line.At >= start && line.At < end);
        var page = isForward ? found.Take(limit) : found.Reverse().Take(limit);
        return new JsonObject
        {
            ["resultType"] = "streams",
            ["result"] = new JsonArray([.. page.GroupBy(line => line.Stream).Select(stream => Streams(stream))]),
            ["stats"] = new JsonObject(),
        };
    }

    private static JsonObject Streams(IEnumerable<LokiLine> stream) => new()
    {
        ["stream"] = new JsonObject([.. stream.First().Labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value))]),
        ["values"] = new JsonArray(
            [.. stream.Select(line => new JsonArray(line.At.ToString(CultureInfo.InvariantCulture), line.Line))]),
    };

    private JsonObject Count(HttpContext call)
    {
        var tenants = Tenants(call);
        var (query, by, span) = LokiQuery.ParseCount(call.Request.Query["query"].ToString());
        var until = Number(call, "time", LokiQuery.Nanoseconds(time.GetUtcNow()));
        var found = Find(tenants, query, line => line.At > until - LokiQuery.Nanoseconds(span) && line.At <= until);
        var rows = found.GroupBy(line => string.Join('\0', by.Select(name => line.Labels.GetValueOrDefault(name, ""))));
        return new JsonObject
        {
            ["resultType"] = "vector",
            ["result"] = new JsonArray([.. rows.Select(row => new JsonObject
            {
                ["metric"] = new JsonObject([.. by.Where(row.First().Labels.ContainsKey)
                    .Select(name => KeyValuePair.Create(name, (JsonNode?)row.First().Labels[name]))]),
                ["value"] = new JsonArray(until / 1e9, row.Count().ToString(CultureInfo.InvariantCulture)),
            })]),
        };
    }

    private JsonArray Names(HttpContext call, Func<LokiLine, IEnumerable<string>> names)
    {
        var tenants = Tenants(call);
        lock (gate)
            return new JsonArray([.. lines.Where(line => tenants.Contains(line.Tenant)).SelectMany(names).Distinct()
                .Order(StringComparer.Ordinal).Select(name => (JsonNode)name)]);
    }

    private IReadOnlyList<LokiLine> Find(string[] tenants, LokiQuery query, Func<LokiLine, bool> isIn)
    {
        lock (gate)
            return [.. lines.Where(line => tenants.Contains(line.Tenant) && isIn(line) && line.At >= Faults.KeptFrom && query.Takes(line))
                .OrderBy(line => line.At).ThenBy(line => line.Number)];
    }

    /// <summary>What is there already comes first, then what comes; each entry in an object of its own (recorded).</summary>
    private async Task TailAsync(HttpContext call)
    {
        var tenants = Tenants(call);
        var text = call.Request.Query["query"].ToString();
        var query = LokiQuery.Parse(text);
        if (Number(call, "delay_for", 0) > 5) throw new LokiRefusal(400, "delay_for can't be greater than 5");
        if (Faults.TailStatus is { } refused) throw new LokiRefusal(refused, "not for you");
        var now = LokiQuery.Nanoseconds(time.GetUtcNow());
        var start = Number(call, "start", now - LokiQuery.Nanoseconds(TimeSpan.FromHours(1)));
        using var socket = await call.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(call.RequestAborted, stopping.Token);
        int told;
        lock (gate) told = lines.Count;
        var first = Find(tenants, query, line => line.At >= start && line.Number < told).TakeLast((int)Number(call, "limit", 100)).ToList();
        try
        {
            while (true)
            {
                if (first.Count > 0) await SendAsync(socket, first, stop.Token).ConfigureAwait(false);
                await Task.Delay(Faults.TailInterval, stop.Token).ConfigureAwait(false);
                if (Faults.IsTailSilent) continue;
                lock (gate)
                {
                    first = [.. lines.Skip(told).Where(line => tenants.Contains(line.Tenant) && query.Takes(line))];
                    told = lines.Count;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            socket.Abort(); // Whoever tailed has left, or this Loki is stopped.
        }
    }

    private async Task SendAsync(WebSocket socket, IReadOnlyList<LokiLine> news, CancellationToken cancel)
    {
        var frame = new JsonObject();
        if (Faults.TakeDrop())
            frame["dropped_entries"] = new JsonArray([.. news.Select(line => new JsonObject
            {
                ["labels"] = Streams([line])["stream"]!.DeepClone(),
                ["timestamp"] = line.At.ToString(CultureInfo.InvariantCulture),
            })]);
        frame["streams"] = frame.Count > 0 ? null : new JsonArray([.. news.Select(line => Streams([line]))]);
        await socket.SendAsync(
            Encoding.UTF8.GetBytes(frame.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, cancel).ConfigureAwait(false);
    }

    private static long Number(HttpContext call, string name, long @default) =>
        call.Request.Query[name].ToString() is { Length: > 0 } text ? long.Parse(text, CultureInfo.InvariantCulture) : @default;
}

/// <summary>What is wrong with a stand-in Loki.</summary>
public sealed class LokiFaults
{
    /// <summary>Every question is answered with it; null for none.</summary>
    public int? Status { get; set; }

    /// <summary>And with these words.</summary>
    public string Text { get; set; } = "";

    /// <summary>Questions are taken and never answered.</summary>
    public bool IsHanging { get; set; }

    /// <summary>A question without a tenant is refused.</summary>
    public bool NeedsTenant { get; set; }

    /// <summary><c>multi_tenant_queries_enabled</c>.</summary>
    public bool AllowsSeveralTenants { get; set; }

    /// <summary><c>max_entries_limit_per_query</c>.</summary>
    public int MostEntries { get; set; } = 5000;

    /// <summary><c>max_query_length</c>; null for 30 days and an hour.</summary>
    public TimeSpan? LongestRange { get; set; }

    /// <summary>What is older is kept no more, in nanoseconds since 1970.</summary>
    public long KeptFrom { get; set; }

    /// <summary>How the tail is refused; null where it is not.</summary>
    public int? TailStatus { get; set; }

    /// <summary>The tail is open and brings nothing.</summary>
    public bool IsTailSilent { get; set; }

    /// <summary>From one frame of the tail to the next; half a second was seen.</summary>
    public TimeSpan TailInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The next frame of the tail says that its entries were dropped.</summary>
    public void DropNext() => isToDrop = true;

    private volatile bool isToDrop;

    internal bool TakeDrop()
    {
        var drops = isToDrop;
        isToDrop = false;
        return drops;
    }
}

/// <summary>What Loki answers to a question that it does not take.</summary>
internal sealed class LokiRefusal(int status, string text) : Exception(text)
{
    public int Status => status;
}

/// <summary>A line that is kept.</summary>
/// <param name="At">In nanoseconds since 1970.</param>
/// <param name="Number">In the order in which they came.</param>
internal sealed record LokiLine(string Tenant, Dictionary<string, string> Labels, long At, string Line, int Number)
{
    /// <summary>Tells streams apart.</summary>
    public string Stream { get; } = string.Join('\n', Labels.OrderBy(label => label.Key, StringComparer.Ordinal));
}
