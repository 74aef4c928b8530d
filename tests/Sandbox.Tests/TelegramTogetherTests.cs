using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Sandbox.Telegram;

namespace Athena.Sandbox.Tests;

/// <summary>The daemons' bot and the sandbox's Telegram, which share no code, understand each other.</summary>
internal sealed class TelegramTogetherTests
{
    private TelegramCatcher catcher = null!;
    private TelegramBot bot = null!;

    [SetUp]
    public async Task StartAsync()
    {
        catcher = await TelegramCatcher.StartAsync();
        bot = new TelegramBot(
            new TelegramSettings("123456789:demo_token_of_no_bot_at_all_000000000", "-1001234567890") { Api = catcher.Url },
            TimeProvider.System);
    }

    [TearDown]
    public async Task StopAsync()
    {
        bot.Dispose();
        await catcher.DisposeAsync();
    }

    [TestCase("naledi")]
    [TestCase("<b>x</b>&amp;&lt;")]
    [TestCase("</pre><a href=\"https://evil.example\">")]
    [TestCase("אבג\u202E 😀 漢字\r\n@admin /delete evil.example")]
    public async Task What_is_written_is_shown(string name)
    {
        var text = new TelegramText(
        [
            new([new("Athena · " + name, TelegramStyle.Bold), new(name), new(name, TelegramStyle.Code)]),
            new([new(Cell.Left(name, 12)), new(Cell.Right("120", 6))], IsTable: true),
            new([new(Cell.Left(name, 12)), new(Cell.Right("7", 6))], IsTable: true),
            new([new(name)]),
        ]);
        var result = await bot.SendAsync(text, isSilent: false, default);
        var message = catcher.Messages.Single();
        Assert.Multiple(() =>
        {
            Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.Accepted), result.Detail);
            Assert.That(message.Text, Is.EqualTo(TelegramWriter.Plain(text)));
            Assert.That(message.Pieces.Select(p => p.Tag).Where(t => t is not null), Is.EqualTo(new[] { "b", "code", "pre" }));
        });
    }

    [Test]
    public async Task Fifty_endless_lines_are_taken_too()
    {
        var text = new TelegramText([.. Enumerable.Repeat(new TelegramRow([new(new string('&', 9000), TelegramStyle.Bold)]), 50)]);
        var result = await bot.SendAsync(text, isSilent: false, default);
        Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.Accepted), result.Detail);
        Assert.That(catcher.Messages.Single().Text, Does.EndWith("more lines"));
    }

    [Test]
    public async Task Each_mood_has_its_verdict()
    {
        var text = new TelegramText([new([new("x", TelegramStyle.Bold)])]);
        var verdicts = new Dictionary<TelegramMood, DeliveryResult>();
        foreach (var mood in Enum.GetValues<TelegramMood>())
        {
            await catcher.ChangeAsync(mood);
            verdicts[mood] = await bot.SendAsync(text, isSilent: false, default);
        }

        Assert.Multiple(() =>
        {
            Assert.That(verdicts[TelegramMood.Ok].Verdict, Is.EqualTo(DeliveryVerdict.Accepted));
            Assert.That(verdicts[TelegramMood.TooMany] with { Detail = "" }, Is.EqualTo(new DeliveryResult(
                DeliveryVerdict.Transient, "", TimeSpan.FromSeconds(5))));
            Assert.That(verdicts[TelegramMood.Kicked] with { Detail = "" }, Is.EqualTo(new DeliveryResult(
                DeliveryVerdict.Permanent, "", TimeSpan.FromHours(1))));
            Assert.That(verdicts[TelegramMood.NoMarkup].Detail, Does.Contain("as plain text"));
            Assert.That(verdicts[TelegramMood.Down].Verdict, Is.EqualTo(DeliveryVerdict.Transient));
        });
    }

    [Test]
    public async Task Check_finds_bot_and_chat()
    {
        var me = await bot.GetMeAsync(default);
        var chat = await bot.GetChatAsync(default);
        Assert.That(
            (me.IsGood, chat.IsGood, chat.Sentence),
            Is.EqualTo((true, true, "chat -1001234567890 is the supergroup \"Athena on call\"")),
            me.Sentence);
    }
}
