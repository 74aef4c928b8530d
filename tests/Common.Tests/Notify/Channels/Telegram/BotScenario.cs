using System.Text.Json;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Tests.Grafana.Api;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.Notify.Channels.Telegram;

/// <summary>A bot and a socket that answers from a transcript, one answer for each request; the last one stays.</summary>
internal sealed class BotScenario : IAsyncDisposable, ITelegramMemory
{
    public static readonly TelegramText Text = new([new TelegramRow([new TelegramSpan("Grafana <is> down", TelegramStyle.Bold)])]);

    private readonly Queue<PeerAnswer> _answers;
    private readonly Dictionary<string, string> _moves = [];

    public BotScenario(params PeerAnswer[] answers)
    {
        _answers = new(answers);
        Peer = new HttpPeer(_ => _answers.Count > 1 ? _answers.Dequeue() : _answers.Peek());
        Settings = new(TelegramSettingsTests.Token, "-4001") { Api = new Uri(Peer.Url) };
    }

    public HttpPeer Peer { get; init; }

    public TelegramSettings Settings { get; init; }

    public ManualTime Time { get; } = new();

    /// <summary>What the memory was told, <c>from → to</c>.</summary>
    public List<string> Told { get; } = [];

    /// <summary>The bodies of all messages that were sent.</summary>
    public JsonElement[] Sent => [.. Peer.Requests.Select(request => JsonSerializer.Deserialize<JsonElement>(request.Body))];

    public static PeerAnswer Ok(long id = 7) =>
        PeerAnswer.Json($$$"""{"ok":true,"result":{"message_id":{{{id}}},"chat":{"id":-4001,"type":"group"},"date":1,"text":"…"}}""");

    public static PeerAnswer No(int code, string description, string? parameters = null) =>
        new(
            code,
            $$"""{"ok":false,"error_code":{{code}},"description":"{{description}}"{{(parameters is null ? "" : $",\"parameters\":{parameters}")}}}""");

    public TelegramBot Bot() => new(Settings, Time, this);

    public async Task<DeliveryResult> SendAsync(bool isSilent = false)
    {
        using TelegramBot bot = Bot();
        return await bot.SendAsync(Text, isSilent, default);
    }

    public string? MovedTo(string chat) => _moves.GetValueOrDefault(chat);

    public void Moved(string chat, string newChat)
    {
        _moves[chat] = newChat;
        Told.Add($"{chat} → {newChat}");
    }

    public ValueTask DisposeAsync() => Peer.DisposeAsync();
}
