using System.Text.Json;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Tests.Grafana.Api;

namespace Athena.Common.Tests.Notify.Channels.Telegram;

/// <summary>Messages with buttons against a socket that says what the Bot API says.</summary>
public sealed class TelegramCardsTests
{
    private static readonly TelegramCard Card = new(BotScenario.Text, [[new("Approve", "abc:approve"), new("Reject", "abc:reject")]]);

    [Test]
    public async Task A_message_is_posted_with_its_buttons_and_changed_without_them()
    {
        await using BotScenario scenario = new(BotScenario.Ok(41), BotScenario.Ok(41));
        using TelegramCards cards = new(scenario.Settings, scenario.Time);
        var (message, posted) = await cards.PostAsync(Card, default);
        DeliveryResult changed = await cards.ChangeAsync(41, Card with { Buttons = [] }, default);
        Assert.Multiple(() =>
        {
            Assert.That(
                (message, posted.Verdict, changed.Verdict),
                Is.EqualTo(((long?)41, DeliveryVerdict.Accepted, DeliveryVerdict.Accepted)));
            Assert.That(
                JsonElement.DeepEquals(scenario.Sent[0].GetProperty("reply_markup"), JsonSerializer.Deserialize<JsonElement>(
                    """
                    {"inline_keyboard":[[{"text":"Approve","callback_data":"abc:approve"},{"text":"Reject","callback_data":"abc:reject"}]]}
                    """)),
                scenario.Sent[0].GetRawText());
            Assert.That(scenario.Peer.Requests.Last().Target, Does.EndWith("/editMessageText"));
            Assert.That(scenario.Sent[1].TryGetProperty("reply_markup", out _), Is.False);
            Assert.That(scenario.Sent[1].GetProperty("message_id").GetInt64(), Is.EqualTo(41));
        });
    }

    [TestCase("message is not modified: specified new message content is the same", DeliveryVerdict.Accepted, false)]
    [TestCase("message to edit not found", DeliveryVerdict.Permanent, true)]
    [TestCase("MESSAGE_ID_INVALID", DeliveryVerdict.Permanent, true)]
    [TestCase("chat not found", DeliveryVerdict.Permanent, false)]
    public async Task What_cannot_be_changed_is_told_from_what_is_so_already(string words, DeliveryVerdict verdict, bool isFinal)
    {
        await using BotScenario scenario = new(BotScenario.No(400, $"Bad Request: {words}"));
        using TelegramCards cards = new(scenario.Settings, scenario.Time);
        DeliveryResult result = await cards.ChangeAsync(41, Card, default);
        Assert.That((result.Verdict, result.IsFinal), Is.EqualTo((verdict, isFinal)));
    }

    [Test]
    public async Task What_was_pressed_is_read_and_what_is_not_from_our_chat_is_marked()
    {
        await using BotScenario scenario = new(PeerAnswer.Json("""
            {"ok":true,"result":[
            {"update_id":7,"callback_query":{"id":"1","from":{"id":11,"first_name":"An\u202Ena"},"data":"abc:reject",
              "message":{"message_id":41,"chat":{"id":-4001}}}},
            {"update_id":8,"callback_query":{"id":"2","from":{"id":12},"data":"x","message":{"message_id":41,"chat":{"id":-4002}}}},
            {"update_id":9,"callback_query":{"id":"3","from":{"id":13},"data":"x",
              "message":{"message_id":41,"chat":{"id":-4001},"forward_origin":{"type":"user"}}}},
            {"update_id":10,"callback_query":{"id":"4","from":{"id":14},"inline_message_id":"xyz","data":"x"}},
            {"update_id":12,"message":{"message_id":44}}]}
            """));
        using TelegramCards cards = new(scenario.Settings, scenario.Time);
        TelegramPresses heard = await cards.NextAsync(5, default);
        Assert.Multiple(() =>
        {
            Assert.That(heard.Offset, Is.EqualTo(13));
            Assert.That(
                heard.Presses.Select(press => (press.User, press.IsOurs)),
                Is.EqualTo(new[] { (11L, true), (12L, false), (13L, false), (14L, false) }));
            Assert.That(heard.Presses[0].Name, Is.EqualTo("An⟨U+202E⟩na"));
            Assert.That(scenario.Sent[0].GetProperty("offset").GetInt64(), Is.EqualTo(5));
            Assert.That(scenario.Sent[0].GetProperty("allowed_updates").GetRawText(), Is.EqualTo("""["callback_query"]"""));
        });
    }

    [TestCase("can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first", "has a webhook")]
    [TestCase("terminated by other getUpdates request; make sure that only one bot instance is running", "another program asks")]
    public async Task Why_nothing_is_heard_is_said_with_what_to_do(string words, string said)
    {
        await using BotScenario scenario = new(BotScenario.No(409, $"Conflict: {words}"));
        using TelegramCards cards = new(scenario.Settings, scenario.Time);
        TelegramPresses heard = await cards.NextAsync(5, default);
        Assert.That((heard.Offset, heard.Presses.Count), Is.EqualTo((5L, 0)));
        Assert.That(heard.Problem!.Detail, Does.Contain(said).And.Contain("a bot of its own"));
    }

    [TestCase("""{"ok":true,"result":{"status":"creator"}}""", 200, true)]
    [TestCase("""{"ok":true,"result":{"status":"restricted","is_member":true}}""", 200, true)]
    [TestCase("""{"ok":true,"result":{"status":"restricted","is_member":false}}""", 200, false)]
    [TestCase("""{"ok":true,"result":{"status":"left"}}""", 200, false)]
    [TestCase("""{"ok":true,"result":{"status":"kicked"}}""", 200, false)]
    [TestCase("""{"ok":true,"result":{"status":"something new"}}""", 200, null)]
    [TestCase("""{"ok":false,"error_code":400,"description":"Bad Request: user not found"}""", 400, false)]
    [TestCase("""{"ok":false,"error_code":500,"description":"Internal Server Error"}""", 500, null)]
    public async Task Who_is_in_the_chat(string answer, int status, bool? isMember)
    {
        await using BotScenario scenario = new(new PeerAnswer(status, answer));
        using TelegramCards cards = new(scenario.Settings, scenario.Time);
        Assert.That(await cards.IsMemberAsync(11, default), Is.EqualTo(isMember));
    }

    [Test]
    public async Task A_group_that_became_a_supergroup_is_followed_and_its_presses_are_ours()
    {
        await using BotScenario scenario = new(
            BotScenario.No(400, "Bad Request: group chat was upgraded to a supergroup chat", """{"migrate_to_chat_id":-1004001}"""),
            BotScenario.Ok(1),
            PeerAnswer.Json("""
                {"ok":true,"result":[
                {"update_id":7,"callback_query":{"id":"1","from":{"id":11},"message":{"message_id":1,"chat":{"id":-1004001}},"data":"x"}}]}
                """));
        using TelegramCards cards = new(scenario.Settings, scenario.Time);
        Assert.That((await cards.PostAsync(Card, default)).Message, Is.EqualTo(1));
        Assert.That((await cards.NextAsync(0, default)).Presses.Single().IsOurs);
    }
}
