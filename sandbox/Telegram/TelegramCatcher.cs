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

    private readonly TelegramButtons buttons = new();

    /// <summary>Another program's webhook; null for none.</summary>
    public string? Webhook
    {
        get => buttons.Webhook;
        set => buttons.Webhook = value;
    }

    /// <summary>Who is not in the chat any more, by their ids.</summary>
    public ISet<long> Left => buttons.Left;

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

    /// <summary>Somebody deletes a message.</summary>
    public void Delete(int number)
    {
        lock (gate) messages.RemoveAll(message => message.Number == number);
    }

    /// <summary>Somebody presses a button that a message has now.</summary>
    /// <returns>What they are told.</returns>
    public Task<PressAnswer> PressAsync(int number, string label, long user, string name = "Anna")
    {
        CaughtMessage message;
        lock (gate) message = messages.Find(one => one.Number == number) ?? throw new ArgumentException($"There is no message {number}.");
        var button = message.Buttons.SelectMany(row => row).FirstOrDefault(one => one.Label == label)
            ?? throw new ArgumentException($"Message {number} has no button {label}: {message.Text}");
        return PressAsync(number, message.Chat, button.Data, user, name);
    }

    /// <summary>The same with whatever a client's program sends.</summary>
    public Task<PressAnswer> PressAsync(int number, string chat, string data, long user, string name = "Anna", bool isForwarded = false)
    {
        var there = new { id = long.Parse(chat, System.Globalization.CultureInfo.InvariantCulture), type = "supergroup" };
        return buttons.PressAsync(
            user, name,
            isForwarded
                ? new { message_id = number, date = 0, chat = there, forward_origin = new { type = "chat", date = 0 } }
                : new { message_id = number, date = 0, chat = there },
            data);
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
            "getupdates" => NextAsync(http, asked),
            "getwebhookinfo" => DoneAsync(http, new { url = Webhook ?? "", has_custom_certificate = false, pending_update_count = 0 }),
            "answercallbackquery" =>
                buttons.Answer(Text(asked, "callback_query_id") ?? "", Text(asked, "text") ?? "", Text(asked, "show_alert") == "true")
                    is { } problem
                    ? SayAsync(http, 400, problem)
                    : DoneAsync(http, true),
            _ when chat is null => SayAsync(http, 400, "Bad Request: chat_id is empty"),
            _ when Mood == TelegramMood.Kicked => SayAsync(http, 403, "Forbidden: bot was kicked from the supergroup chat"),
            "getchat" => DoneAsync(http, new { id = chat, type = "supergroup", title = "Athena on call", is_forum = true }),
            "getchatmember" => DoneAsync(
                http,
                new { status = Text(asked, "user_id") is { } user && Left.Contains(long.Parse(user)) ? "left" : "member", user = bot }),
            "sendmessage" or "editmessagetext" => TakeAsync(http, chat, asked),
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
        message = message with { Buttons = TelegramButtons.Read(asked) };
        if (Text(asked, "message_id") is { } changed)
        {
            if (Change(int.Parse(changed), message) is { } refusal) return SayAsync(http, 400, refusal);
            return DoneAsync(http, new { message_id = int.Parse(changed) });
        }

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

    /// <summary>Null when it was changed; else the server's words.</summary>
    private string? Change(int number, CaughtMessage to)
    {
        lock (gate)
        {
            var place = messages.FindIndex(one => one.Number == number && one.Chat == to.Chat);
            if (place < 0) return "Bad Request: message to edit not found";
            var was = messages[place];
            if (was.Raw == to.Raw && was.Buttons.SelectMany(row => row).SequenceEqual(to.Buttons.SelectMany(row => row)))
                return "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
                    + "current content and reply markup of the message";
            messages[place] = was with { Raw = to.Raw, Pieces = to.Pieces, Buttons = to.Buttons, Changes = was.Changes + 1 };
            arrived.SetResult();
            arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return null;
        }
    }

    private async Task NextAsync(HttpContext http, JsonElement asked)
    {
        var patience = TimeSpan.FromSeconds(double.TryParse(Text(asked, "timeout"), out var seconds) ? seconds : 0);
        var (updates, conflict) = await buttons.NextAsync(
            long.TryParse(Text(asked, "offset"), out var offset) ? offset : 0, patience, http.RequestAborted).ConfigureAwait(false);
        if (conflict is not null) await SayAsync(http, 409, conflict).ConfigureAwait(false);
        else await DoneAsync(http, updates!).ConfigureAwait(false);
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
