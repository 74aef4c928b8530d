using System.Net.Http.Json;
using System.Text.Json;
using Athena.Sandbox.Telegram;
using Athena.Tests.Shared;

namespace Athena.Sandbox.Tests;

internal sealed class TelegramCatcherTests
{
    private static readonly DateTimeOffset Morning = new(2026, 11, 21, 6, 15, 10, TimeSpan.Zero);

    private TelegramCatcher catcher = null!;
    private HttpClient http = null!;

    [SetUp]
    public async Task StartAsync()
    {
        catcher = await TelegramCatcher.StartAsync(time: new ManualTime(Morning));
        http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = catcher.Url };
    }

    [TearDown]
    public async Task StopAsync()
    {
        http.Dispose();
        await catcher.DisposeAsync();
    }

    [Test]
    public async Task Takes_a_message_for_any_token_and_chat()
    {
        var (code, answer) = await AskAsync("sendMessage", new
        {
            chat_id = "-1001",
            text = "<b>Athena</b> &lt;3\n<pre>1  x\n2  y</pre>",
            parse_mode = "HTML",
            message_thread_id = 4,
        });
        var message = await catcher.WaitForAsync(m => m.Chat == "-1001", default);
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(200));
            Assert.That(answer.GetProperty("result").GetProperty("message_id").GetInt32(), Is.EqualTo(1));
            Assert.That(
                (message.Number, message.At, message.Thread, message.IsSilent, message.ParseMode),
                Is.EqualTo((1, Morning, (long?)4, false, "HTML")));
            Assert.That(message.Pieces, Is.EqualTo(new MessagePiece[] { new("Athena", "b"), new(" <3\n"), new("1  x\n2  y", "pre") }));
            Assert.That(message.Text, Is.EqualTo("Athena <3\n1  x\n2  y"));
        });
    }

    [TestCase("<i>x</i>")]
    [TestCase("<b onclick=\"x\">x</b>")]
    [TestCase("<b>x</code>")]
    [TestCase("<b><code>x</code></b>")]
    [TestCase("<b>x")]
    [TestCase("a < b")]
    [TestCase("a & b")]
    [TestCase("&nbsp;")]
    [TestCase("</b>")]
    public async Task Refuses_markup_that_the_daemons_must_not_write(string text)
    {
        var (code, answer) = await AskAsync("sendMessage", new { chat_id = 5, text, parse_mode = "HTML" });
        Assert.That((code, answer.GetProperty("description").GetString()!.Split(':')[1]), Is.EqualTo((400, " can't parse entities")));
        Assert.That(catcher.Messages, Is.Empty);
    }

    [Test]
    public async Task Counts_as_Telegram_does_after_the_markup()
    {
        var (fits, _) = await AskAsync(
            "sendMessage", new { chat_id = 5, text = $"<b>{string.Concat(Enumerable.Repeat("&amp;", 4096))}</b>", parse_mode = "HTML" });
        var (tooLong, answer) = await AskAsync("sendMessage", new { chat_id = 5, text = string.Concat(Enumerable.Repeat("😀", 2049)) });
        var (empty, _) = await AskAsync("sendMessage", new { chat_id = 5, text = "<b> </b>", parse_mode = "HTML" });
        Assert.That((fits, tooLong, empty), Is.EqualTo((200, 400, 400)));
        Assert.That(answer.GetProperty("description").GetString(), Is.EqualTo("Bad Request: message is too long"));
    }

    [Test]
    public async Task Fails_as_it_is_told_and_keeps_what_it_had()
    {
        await AskAsync("sendMessage", new { chat_id = 5, text = "before" });
        await catcher.ChangeAsync(TelegramMood.TooMany);
        var (tooMany, pause) = await AskAsync("sendMessage", new { chat_id = 5, text = "x" });
        await catcher.ChangeAsync(TelegramMood.Kicked);
        var (kicked, _) = await AskAsync("sendMessage", new { chat_id = 5, text = "x" });
        await catcher.ChangeAsync(TelegramMood.NoMarkup);
        var (noMarkup, _) = await AskAsync("sendMessage", new { chat_id = 5, text = "<b>x</b>", parse_mode = "HTML" });
        var (plain, _) = await AskAsync("sendMessage", new { chat_id = 5, text = "plain" });
        await catcher.ChangeAsync(TelegramMood.Down);
        Assert.ThrowsAsync<HttpRequestException>(() => AskAsync("sendMessage", new { chat_id = 5, text = "x" }));
        await catcher.ChangeAsync(TelegramMood.Ok);
        await AskAsync("sendMessage", new { chat_id = 5, text = "after" });
        Assert.Multiple(() =>
        {
            Assert.That((tooMany, kicked, noMarkup, plain), Is.EqualTo((429, 403, 400, 200)));
            Assert.That(pause.GetProperty("parameters").GetProperty("retry_after").GetInt32(), Is.EqualTo(5));
            Assert.That(catcher.Messages.Select(m => m.Text), Is.EqualTo(new[] { "before", "plain", "after" }));
        });
    }

    [Test]
    public async Task Answers_what_check_asks()
    {
        var (_, me) = await AskAsync("getMe", new { });
        var (_, chat) = await AskAsync("getChat", new { chat_id = "-1001" });
        var (_, member) = await AskAsync("getChatMember", new { chat_id = "-1001", user_id = 123 });
        var (unknown, _) = await AskAsync("sendDice", new { chat_id = "1" });
        Assert.Multiple(() =>
        {
            Assert.That(me.GetProperty("result").GetProperty("id").GetInt64(), Is.EqualTo(123));
            Assert.That(chat.GetProperty("result").GetProperty("title").GetString(), Is.EqualTo("Athena on call"));
            Assert.That(member.GetProperty("result").GetProperty("status").GetString(), Is.EqualTo("member"));
            Assert.That(unknown, Is.EqualTo(404));
            Assert.That(catcher.Messages, Is.Empty);
        });
    }

    private async Task<(int Code, JsonElement Answer)> AskAsync(string method, object body)
    {
        using var content = new StringContent(JsonSerializer.Serialize(body), System.Text.Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(new Uri($"/bot123:any/{method}", UriKind.Relative), content);
        return ((int)response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }
}
