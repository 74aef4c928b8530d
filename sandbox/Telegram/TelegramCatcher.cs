using System.Text.Json;

namespace Athena.Sandbox.Telegram;

/// <summary>A Bot API on loopback for any token and any chat, that keeps what it is given and sends nothing on.</summary>
public sealed class TelegramCatcher : IAsyncDisposable
{
    private const int MaxLength = 4096;
    private const int Keep = 1000;

    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private readonly List<CaughtMessage> messages = [];
    private TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TelegramMood mood;
    private WebApplication? server;
    private int lastNumber;

    private TelegramCatcher(TimeProvider time) => this.time = time;

    /// <summary>For <c>TELEGRAM_API</c>; the same after it was down.</summary>
    public Uri Url { get; private set; } = new("http://127.0.0.1:0");

    /// <summary>What is asked of the client after a 429.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(5);

    public TelegramMood Mood
    {
        get { lock (gate) return mood; }
    }

    /// <summary>All messages, the oldest first.</summary>
    public IReadOnlyList<CaughtMessage> Messages
    {
        get { lock (gate) return [.. messages]; }
    }

    /// <param name="port">On loopback; 0 takes a free one.</param>
    public static async Task<TelegramCatcher> StartAsync(int port = 0, TimeProvider? time = null)
    {
        var catcher = new TelegramCatcher(time ?? TimeProvider.System);
        await catcher.ListenAsync(port).ConfigureAwait(false);
        return catcher;
    }

    /// <summary>The messages stay.</summary>
    public async Task ChangeAsync(TelegramMood to)
    {
        lock (gate) mood = to;
        if (to == TelegramMood.Down) await StopAsync().ConfigureAwait(false);
        else if (server is null) await ListenAsync(Url.Port).ConfigureAwait(false);
    }

    public void Clear()
    {
        lock (gate) messages.Clear();
    }

    /// <summary>The first message that fits, now or when it comes.</summary>
    /// <exception cref="OperationCanceledException">none came in time</exception>
    public async Task<CaughtMessage> WaitForAsync(Func<CaughtMessage, bool> fits, CancellationToken cancellation)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (messages.FirstOrDefault(fits) is { } message) return message;
                next = arrived.Task;
            }

            await next.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync() => new(StopAsync());

    private async Task StopAsync()
    {
        if (server is null) return;
        await server.DisposeAsync().ConfigureAwait(false);
        server = null;
    }

    private async Task ListenAsync(int port)
    {
        server = Loopback.Build(port);
        server.Run(AnswerAsync);
        await server.StartAsync().ConfigureAwait(false);
        Url = new Uri(Loopback.AddressOf(server));
    }

    /// <summary><c>/bot&lt;token&gt;/&lt;method&gt;</c> with a JSON object; https://core.telegram.org/bots/api#making-requests.</summary>
    private async Task AnswerAsync(HttpContext http)
    {
        var path = (http.Request.Path.Value ?? "").Split('/');
        if (path is not ["", ['b', 'o', 't', _, ..], var method])
        {
            await SayAsync(http, 404, "Not Found").ConfigureAwait(false);
            return;
        }

        var asked = await ReadAsync(http).ConfigureAwait(false);
        if (asked is null) await SayAsync(http, 400, "Bad Request: can't parse the JSON object").ConfigureAwait(false);
        else await AnswerAsync(http, path[1][3..], method, asked.Value).ConfigureAwait(false);
    }

    private Task AnswerAsync(HttpContext http, string token, string method, JsonElement asked)
    {
        var chat = Text(asked, "chat_id");
        var bot = new
        {
            id = long.TryParse(token.Split(':')[0], out var id) ? id : 1,
            is_bot = true,
            first_name = "Athena",
            username = "athena_demo_bot",
        };
        return method.ToLowerInvariant() switch
        {
            "getme" => DoneAsync(http, bot),
            _ when chat is null => SayAsync(http, 400, "Bad Request: chat_id is empty"),
            _ when Mood == TelegramMood.Kicked => SayAsync(http, 403, "Forbidden: bot was kicked from the supergroup chat"),
            "getchat" => DoneAsync(http, new { id = chat, type = "supergroup", title = "Athena on call", is_forum = true }),
            "getchatmember" => DoneAsync(http, new { status = "member", user = bot }),
            "sendmessage" => TakeAsync(http, chat, asked),
            _ => SayAsync(http, 404, "Not Found"),
        };
    }

    private Task TakeAsync(HttpContext http, string chat, JsonElement asked)
    {
        var now = Mood;
        if (now == TelegramMood.TooMany)
        {
            var seconds = (int)Math.Ceiling(RetryAfter.TotalSeconds);
            return SayAsync(http, 429, $"Too Many Requests: retry after {seconds}", new { retry_after = seconds });
        }

        var (raw, mode) = (Text(asked, "text") ?? "", Text(asked, "parse_mode"));
        if (mode is not (null or "HTML")) return SayAsync(http, 400, "Bad Request: unsupported parse_mode");
        if (mode is not null && now == TelegramMood.NoMarkup)
            return SayAsync(http, 400, "Bad Request: can't parse entities: switched off in the sandbox");
        var problem = "";
        var pieces = mode is null ? [new MessagePiece(raw)] : MessageMarkup.Read(raw, out problem);
        if (pieces is null) return SayAsync(http, 400, "Bad Request: " + problem);

        var thread = Text(asked, "message_thread_id") is { } text && long.TryParse(text, out var number) ? number : (long?)null;
        var message = new CaughtMessage(
            0, time.GetUtcNow(), chat, thread, Text(asked, "disable_notification") == "true", raw, mode, pieces);
        if (message.Text.Trim().Length == 0) return SayAsync(http, 400, "Bad Request: message text is empty");
        if (message.Text.Length > MaxLength) return SayAsync(http, 400, "Bad Request: message is too long");
        message = Take(message);
        return DoneAsync(http, new
        {
            message_id = message.Number,
            date = message.At.ToUnixTimeSeconds(),
            chat = new { id = chat, type = "supergroup" },
            text = message.Text,
        });
    }

    private CaughtMessage Take(CaughtMessage message)
    {
        lock (gate)
        {
            message = message with { Number = ++lastNumber };
            messages.Add(message);
            if (messages.Count > Keep) messages.RemoveAt(0);
            arrived.SetResult();
            arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return message;
        }
    }

    private static async Task<JsonElement?> ReadAsync(HttpContext http)
    {
        if (http.Request.ContentLength is null or 0) return JsonSerializer.SerializeToElement(new { });
        try
        {
            var asked = await JsonSerializer.DeserializeAsync<JsonElement>(http.Request.Body, cancellationToken: http.RequestAborted)
                .ConfigureAwait(false);
            return asked.ValueKind == JsonValueKind.Object ? asked : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Numbers and flags may also come as text, as in the real API.</summary>
    private static string? Text(JsonElement asked, string name) =>
        !asked.TryGetProperty(name, out var value) ? null : value.ValueKind switch
        {
            JsonValueKind.String => value.GetString() is { Length: > 0 } text ? text : null,
            JsonValueKind.Null or JsonValueKind.Object or JsonValueKind.Array => null,
            _ => value.GetRawText(),
        };

    private static Task DoneAsync(HttpContext http, object result) => http.Response.WriteAsJsonAsync(new { ok = true, result });

    private static Task SayAsync(HttpContext http, int code, string description, object? parameters = null)
    {
        http.Response.StatusCode = code;
        return parameters is null
            ? http.Response.WriteAsJsonAsync(new { ok = false, error_code = code, description })
            : http.Response.WriteAsJsonAsync(new { ok = false, error_code = code, description, parameters });
    }
}
