using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Tests.Grafana.Api;

namespace Athena.Common.Tests.Notify.Channels.Telegram;

/// <summary>The bot against a socket that says what the Bot API says.</summary>
public sealed class TelegramBotTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Test]
    public async Task A_message_goes_out_as_the_Bot_API_wants_it()
    {
        await using BotScenario scenario = new(BotScenario.Ok(41));
        DeliveryResult result = await scenario.SendAsync();
        PeerRequest request = scenario.Peer.Requests.Single();
        Assert.Multiple(() =>
        {
            Assert.That(result, Is.EqualTo(new DeliveryResult(
                DeliveryVerdict.Accepted, $"accepted by 127.0.0.1:{scenario.Peer.Port} at 2026-11-21 08:00:00 UTC as message 41")));
            Assert.That(request.Line, Is.EqualTo($"POST /bot{TelegramSettingsTests.Token}/sendMessage"));
            Assert.That(request.Header("Content-Type"), Is.EqualTo("application/json"));
            Assert.That(JsonElement.DeepEquals(scenario.Sent[0], JsonSerializer.Deserialize<JsonElement>("""
                {"chat_id":"-4001","text":"<b>Grafana &lt;is&gt; down</b>","parse_mode":"HTML","link_preview_options":{"is_disabled":true}}
                """)), Is.True, request.Body);
        });
    }

    [TestCase(true, false)]
    [TestCase(false, true)]
    public async Task Topic_and_silence_are_passed_on(bool silentMessage, bool silentChat)
    {
        await using BotScenario scenario = new(BotScenario.Ok());
        using TelegramBot bot = new(
            scenario.Settings with
            {
                Chat = "@athena_on_call",
                Thread = 9,
                IsSilent = silentChat,
                Api = new Uri(scenario.Peer.Url + "/behind/"),
            },
            scenario.Time);
        await bot.SendAsync(BotScenario.Text, silentMessage, default);
        JsonElement sent = scenario.Sent[0];
        Assert.Multiple(() =>
        {
            Assert.That(sent.GetProperty("chat_id").GetString(), Is.EqualTo("@athena_on_call"));
            Assert.That(sent.GetProperty("message_thread_id").GetInt64(), Is.EqualTo(9));
            Assert.That(sent.GetProperty("disable_notification").GetBoolean(), Is.True);
            Assert.That(scenario.Peer.Requests.Single().Target, Does.StartWith("/behind/bot"));
        });
    }

    [TestCase(3, 3)]
    [TestCase(0, 0)]
    [TestCase(1_000_000_000_000, 24 * 3600)]
    [TestCase(-5, 0)]
    public async Task Too_many_messages_are_tried_again_when_Telegram_says(long asked, int seconds)
    {
        await using BotScenario scenario = new(BotScenario.No(429, "Too Many Requests: retry after", $$"""{"retry_after":{{asked}}}"""));
        DeliveryResult result = await scenario.SendAsync();
        Assert.That((result.Verdict, result.RetryAfter), Is.EqualTo((DeliveryVerdict.Transient, (TimeSpan?)TimeSpan.FromSeconds(seconds))));
        Assert.That(scenario.Sent, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task A_pause_may_stand_in_the_header_alone()
    {
        await using BotScenario scenario = new(BotScenario.No(429, "Too Many Requests").With("Retry-After", "17"));
        Assert.That((await scenario.SendAsync()).RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(17)));
    }

    [Test]
    public async Task Refused_markup_is_sent_again_at_once_as_plain_text()
    {
        await using BotScenario scenario = new(
            BotScenario.No(400, "Bad Request: can't parse entities: Unsupported start tag"), BotScenario.Ok());
        DeliveryResult result = await scenario.SendAsync();
        Assert.Multiple(() =>
        {
            Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.Accepted));
            Assert.That(result.Detail, Does.Contain(
                "as plain text, because it did not take the markup (Bad Request: can't parse entities: Unsupported start tag)"));
            Assert.That(scenario.Sent[1].GetProperty("text").GetString(), Is.EqualTo("Grafana <is> down"));
            Assert.That(scenario.Sent[1].TryGetProperty("parse_mode", out _), Is.False);
        });
    }

    [Test]
    public async Task Plain_text_that_is_refused_too_is_not_sent_for_ever()
    {
        await using BotScenario scenario = new(BotScenario.No(400, "Bad Request: can't parse entities"));
        DeliveryResult result = await scenario.SendAsync();
        Assert.That((result.Verdict, result.RetryAfter, scenario.Sent.Length), Is.EqualTo((DeliveryVerdict.Permanent, (TimeSpan?)null, 2)));
    }

    [Test]
    public async Task A_group_that_became_a_supergroup_is_followed_and_remembered()
    {
        await using BotScenario scenario = new(
            BotScenario.No(400, "Bad Request: group chat was upgraded to a supergroup chat", """{"migrate_to_chat_id":-1001234567890}"""),
            BotScenario.Ok());
        DeliveryResult first = await scenario.SendAsync();
        DeliveryResult afterRestart = await scenario.SendAsync();
        Assert.Multiple(() =>
        {
            Assert.That((first.Verdict, afterRestart.Verdict), Is.EqualTo((DeliveryVerdict.Accepted, DeliveryVerdict.Accepted)));
            Assert.That(
                scenario.Sent.Select(sent => sent.GetProperty("chat_id").GetString()),
                Is.EqualTo(new[] { "-4001", "-1001234567890", "-1001234567890" }));
            Assert.That(scenario.Told, Is.EqualTo(new[] { "-4001 → -1001234567890" }));
        });
    }

    [Test]
    public async Task Without_a_memory_the_move_holds_as_long_as_the_bot()
    {
        await using BotScenario scenario = new(BotScenario.No(400, "moved", """{"migrate_to_chat_id":-1001}"""), BotScenario.Ok());
        using TelegramBot bot = new(scenario.Settings, scenario.Time);
        await bot.SendAsync(BotScenario.Text, false, default);
        await bot.SendAsync(BotScenario.Text, false, default);
        Assert.That(scenario.Sent.Select(sent => sent.GetProperty("chat_id").GetString()), Is.EqualTo(new[] { "-4001", "-1001", "-1001" }));
    }

    [Test]
    public async Task Two_chats_that_name_each_other_do_not_keep_us_running()
    {
        await using BotScenario scenario = new(BotScenario.No(400, "moved", """{"migrate_to_chat_id":-1001}"""), BotScenario.No(
            400, "moved", """{"migrate_to_chat_id":-4001}"""));
        DeliveryResult result = await scenario.SendAsync();
        Assert.That((result.Verdict, scenario.Sent.Length), Is.EqualTo((DeliveryVerdict.Transient, 2)));
    }

    [Test]
    public async Task A_move_and_refused_markup_are_both_put_right()
    {
        await using BotScenario scenario = new(
            BotScenario.No(400, "moved", """{"migrate_to_chat_id":-1001}"""), BotScenario.No(400, "Bad Request: can't parse entities"),
            BotScenario.Ok());
        Assert.That((await scenario.SendAsync()).Verdict, Is.EqualTo(DeliveryVerdict.Accepted));
        Assert.That(scenario.Sent[2].GetProperty("chat_id").GetString(), Is.EqualTo("-1001"));
    }

    [TestCase(401, "Unauthorized", "TELEGRAM_BOT_TOKEN")]
    [TestCase(404, "Not Found", "TELEGRAM_BOT_TOKEN")]
    [TestCase(400, "Bad Request: chat not found", "check TELEGRAM_CHAT_ID, and add the bot to the chat")]
    [TestCase(400, "Bad Request: message thread not found", "TELEGRAM_THREAD_ID")]
    [TestCase(400, "Bad Request: TOPIC_CLOSED", "open it")]
    [TestCase(400, "Bad Request: not enough rights to send text messages to the chat", "give it the right to send messages")]
    [TestCase(403, "Forbidden: bot was kicked from the supergroup chat", "the bot is not in chat -4001 any more: add it again")]
    [TestCase(403, "Forbidden: bot is not a member of the channel chat", "add it again")]
    [TestCase(403, "Forbidden: bot was blocked by the user", "press Start")]
    [TestCase(403, "Forbidden: something new", "may not write in chat -4001")]
    [TestCase(400, "Bad Request: CHAT_SEND_PLAIN_FORBIDDEN", "the right \"Send Text Messages\" is missing")]
    [TestCase(403, "Forbidden: CHAT_SEND_PLAIN_FORBIDDEN", "the right \"Send Text Messages\" is missing")]
    [TestCase(400, "Bad Request: CHAT_SEND_WEBPAGE_FORBIDDEN", "the right \"Send webpage\" is missing")]
    [TestCase(400, "Bad Request: CHAT_GUEST_SEND_FORBIDDEN", "add the bot to the group")]
    [TestCase(400, "Bad Request: CHAT_ADMIN_REQUIRED", "\"Post Messages\"")]
    [TestCase(400, "Bad Request: need administrator rights in the channel chat", "\"Post Messages\"")]
    [TestCase(400, "Bad Request: CHAT_WRITE_FORBIDDEN", "right to send messages")]
    [TestCase(400, "Bad Request: CHAT_RESTRICTED", "right to send messages")]
    [TestCase(400, "Bad Request: USER_BANNED_IN_CHANNEL", "banned")]
    [TestCase(400, "Bad Request: CHANNEL_PRIVATE", "add it again")]
    [TestCase(400, "Bad Request: ALLOW_PAYMENT_REQUIRED", "administrator")]
    [TestCase(400, "Bad Request: SOMETHING_NEW_FORBIDDEN", "SOMETHING_NEW_FORBIDDEN")]
    [TestCase(400, "Bad Request: bots are not allowed here", "right to send messages")]
    [TestCase(400, "Bad Request: TOPIC_CLOSED", "the topic General of chat -4001 is closed: open it")]
    [TestCase(400, "Bad Request: message thread not found", "chat -4001 has no topic General")]
    public async Task What_a_person_must_put_right_is_said_and_tried_again_in_an_hour(int code, string description, string advice)
    {
        await using BotScenario scenario = new(BotScenario.No(code, description));
        DeliveryResult result = await scenario.SendAsync();
        Assert.Multiple(() =>
        {
            Assert.That((result.Verdict, result.RetryAfter), Is.EqualTo((DeliveryVerdict.Permanent, (TimeSpan?)Hour)));
            Assert.That(result.Detail, Does.Contain(advice).And.EndWith($"{code} {description}"));
            Assert.That(scenario.Sent, Has.Length.EqualTo(1));
        });
    }

    [TestCase("Bad Request: message is too long")]
    [TestCase("Bad Request: something new")]
    public async Task A_message_that_is_refused_for_itself_is_not_tried_again(string description)
    {
        await using BotScenario scenario = new(BotScenario.No(400, description));
        DeliveryResult result = await scenario.SendAsync();
        Assert.That((result.Verdict, result.RetryAfter), Is.EqualTo((DeliveryVerdict.Permanent, (TimeSpan?)null)));
    }

    [Test]
    public async Task An_empty_message_is_not_sent()
    {
        await using BotScenario scenario = new(BotScenario.Ok());
        using TelegramBot bot = scenario.Bot();
        Assert.That((await bot.SendAsync(new([]), false, default)).Verdict, Is.EqualTo(DeliveryVerdict.Permanent));
        Assert.That(
            (await bot.SendAsync(new([new([new("")], IsTable: true)]), false, default)).Verdict, Is.EqualTo(DeliveryVerdict.Permanent));
        Assert.That(scenario.Peer.Requests, Is.Empty);
    }

    [TestCase(500, """{"ok":false,"error_code":500,"description":"Internal Server Error"}""")]
    [TestCase(502, "<html>Bad Gateway</html>")]
    [TestCase(403, "<html>The proxy of the hospital does not know you</html>")]
    [TestCase(200, "<html>Please sign in to the guest network</html>")]
    [TestCase(200, "{\"ok\":true")]
    [TestCase(200, "null")]
    [TestCase(200, "")]
    [TestCase(200, """{"ok":false}""")]
    public async Task Trouble_that_passes_is_no_verdict_about_the_chat(int status, string body)
    {
        await using BotScenario scenario = new(new PeerAnswer(status, body));
        DeliveryResult result = await scenario.SendAsync();
        Assert.That((result.Verdict, result.RetryAfter), Is.EqualTo((DeliveryVerdict.Transient, (TimeSpan?)null)), result.Detail);
        Assert.That(scenario.Sent, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task A_redirect_is_not_followed()
    {
        await using BotScenario elsewhere = new(BotScenario.Ok());
        await using BotScenario scenario = new(new PeerAnswer(302, "").With("Location", elsewhere.Peer.Url + "/"));
        DeliveryResult result = await scenario.SendAsync();
        Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.Transient));
        Assert.That(result.Detail, Does.Contain("sends us elsewhere").And.Contain("TELEGRAM_API"));
        Assert.That(elsewhere.Peer.Requests, Is.Empty);
    }

    [Test]
    public async Task An_answer_of_single_bytes_is_an_answer()
    {
        await using BotScenario scenario = new(BotScenario.Ok()) { Peer = new HttpPeer(_ => BotScenario.Ok(8)) { OneByteAtATime = true } };
        using TelegramBot bot = new(scenario.Settings with { Api = new Uri(scenario.Peer.Url) }, scenario.Time);
        Assert.That((await bot.SendAsync(BotScenario.Text, false, default)).Detail, Does.EndWith("as message 8"));
    }

    [Test]
    public async Task Half_an_answer_says_that_the_message_may_have_arrived()
    {
        await using BotScenario scenario = new(PeerAnswer.Break);
        DeliveryResult result = await scenario.SendAsync();
        Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.Transient));
        Assert.That(result.Detail, Does.Contain("may have arrived"));
    }

    [Test]
    public async Task Silence_ends_with_the_time_limit()
    {
        await using BotScenario scenario = new(PeerAnswer.Silence);
        DeliveryResult result = await scenario.Time.PassPausesAsync(scenario.SendAsync(), TimeSpan.FromMinutes(1));
        Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.Transient));
        Assert.That(result.Detail, Does.Contain("did not answer within 30 s"));
    }

    [Test]
    public async Task Nobody_listening_is_transient()
    {
        int port;
        using (TcpListener closed = new(IPAddress.Loopback, 0))
        {
            closed.Start();
            port = ((IPEndPoint)closed.LocalEndpoint).Port;
        }

        using TelegramBot bot = new(
            new(TelegramSettingsTests.Token, "-4001") { Api = new Uri($"http://127.0.0.1:{port}") }, TimeProvider.System);
        DeliveryResult result = await bot.SendAsync(BotScenario.Text, false, default);
        Assert.That(result, Is.EqualTo(new DeliveryResult(DeliveryVerdict.Transient,
            $"no connection to 127.0.0.1:{port} (ConnectionRefused): check the network, and HTTPS_PROXY if a proxy leads out")));
    }

    [Test]
    public async Task Check_names_the_bot_and_the_chat_and_sends_nothing()
    {
        await using BotScenario scenario = new(
            PeerAnswer.Json("""{"ok":true,"result":{"id":123456789,"is_bot":true,"first_name":"Athena","username":"athena_bot"}}"""),
            PeerAnswer.Json("""{"ok":true,"result":{"id":-4001,"type":"group","title":"On call\u202E <b>"}}"""),
            PeerAnswer.Json("""{"ok":true,"result":{"status":"member","user":{"id":123456789}}}"""));
        using TelegramBot bot = scenario.Bot();
        TelegramCheck me = await bot.GetMeAsync(default);
        TelegramCheck chat = await bot.GetChatAsync(default);
        Assert.Multiple(() =>
        {
            Assert.That(me, Is.EqualTo(new TelegramCheck(true, $"{scenario.Settings.Place} knows the bot as \"Athena\" (@athena_bot)")));
            Assert.That(chat, Is.EqualTo(new TelegramCheck(true, "chat -4001 is the group \"On call⟨U+202E⟩ <b>\"")));
            Assert.That(
                scenario.Peer.Requests.Select(request => request.Target.Split('/')[^1]),
                Is.EqualTo(new[] { "getMe", "getChat", "getChatMember" }));
            Assert.That(scenario.Sent[2].GetProperty("user_id").GetInt64(), Is.EqualTo(123456789));
        });
    }

    [TestCase("""{"ok":true,"result":{"status":"left"}}""", "group", "add it")]
    [TestCase("""{"ok":true,"result":{"status":"restricted","can_send_messages":false}}""", "supergroup", "may not write there")]
    [TestCase("""{"ok":true,"result":{"status":"administrator","can_post_messages":false}}""", "channel", "may not write there")]
    [TestCase("""{"ok":true,"result":{"status":"administrator"}}""", "supergroup", null)]
    [TestCase("""{"ok":false,"error_code":400,"description":"Bad Request: member list is inaccessible"}""", "channel", null)]
    public async Task Check_sees_whether_the_bot_may_write(string membership, string type, string? problem)
    {
        await using BotScenario scenario = new(
            PeerAnswer.Json($$$"""{"ok":true,"result":{"id":-4001,"type":"{{{type}}}","title":"On call"}}"""),
            new PeerAnswer(200, membership));
        using TelegramBot bot = scenario.Bot();
        TelegramCheck check = await bot.GetChatAsync(default);
        Assert.That(check.IsGood, Is.EqualTo(problem is null), check.Sentence);
        Assert.That(check.Sentence, Does.Contain(problem ?? "On call"));
    }

    [Test]
    public async Task Check_says_what_to_do_when_the_token_or_the_chat_is_wrong()
    {
        await using BotScenario scenario = new(BotScenario.No(401, "Unauthorized"), BotScenario.No(400, "Bad Request: chat not found"));
        using TelegramBot bot = scenario.Bot();
        var (me, chat) = (await bot.GetMeAsync(default), await bot.GetChatAsync(default));
        Assert.That((me.IsRefused, chat.IsRefused), Is.EqualTo((true, true)));
        Assert.That(me.Sentence, Does.Contain("TELEGRAM_BOT_TOKEN"));
        Assert.That(chat.Sentence, Does.Contain("TELEGRAM_CHAT_ID"));
    }

    [TestCase(429)]
    [TestCase(502)]
    public async Task A_server_that_cannot_say_now_has_refused_nothing(int code)
    {
        await using BotScenario scenario = new(BotScenario.No(code, "later"));
        using TelegramBot bot = scenario.Bot();
        TelegramCheck me = await bot.GetMeAsync(default);
        Assert.That((me.IsGood, me.IsRefused), Is.EqualTo((false, false)), me.Sentence);
    }

    [Test]
    public async Task When_a_message_was_accepted_is_told_by_the_clock_of_the_settings()
    {
        await using BotScenario scenario = new(BotScenario.Ok(41));
        using TelegramBot bot = new(
            scenario.Settings with { Zone = TimeZoneInfo.FindSystemTimeZoneById("Africa/Johannesburg") }, scenario.Time);
        Assert.That((await bot.SendAsync(BotScenario.Text, false, default)).Detail, Does.Contain("at 2026-11-21 10:00:00 SAST as"));
    }

    [Test]
    public async Task Check_finds_a_topic_where_there_are_none_and_a_chat_that_moved()
    {
        await using BotScenario scenario = new(
            PeerAnswer.Json("""{"ok":true,"result":{"id":-4001,"type":"group","title":"On call"}}"""),
            BotScenario.No(400, "moved", """{"migrate_to_chat_id":-1001}"""));
        using TelegramBot bot = new(scenario.Settings with { Thread = 3 }, scenario.Time);
        Assert.That(await bot.GetChatAsync(default), Is.EqualTo(new TelegramCheck(
            false, "chat -4001 is the group \"On call\", which has no topics: leave TELEGRAM_THREAD_ID out")
        { IsRefused = true }));
        Assert.That((await bot.GetChatAsync(default)).Sentence, Does.Contain("set TELEGRAM_CHAT_ID=-1001"));
    }
}
