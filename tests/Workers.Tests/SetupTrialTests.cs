using System.Net;
using System.Net.Sockets;
using Athena.Common.Settings;
using Athena.Common.Tests.Grafana.Api;
using Athena.Workers.Setup;

namespace Athena.Workers.Tests;

/// <summary>What was answered is tried where it is used: against sockets that say what Telegram says, or nothing.</summary>
internal sealed class SetupTrialTests
{
    private const string Token = "1234567890:AAExampleExampleExampleExampleExample";

    private static readonly Dictionary<string, string> Answers = new()
    {
        [SetupQuestions.Token] = Token,
        [SetupQuestions.ChatId] = "-1001",
        ["SMTP_HOST"] = "127.0.0.1",
        ["SMTP_SECURITY"] = "none",
        ["SMTP_USER"] = "athena",
        ["SMTP_PASSWORD"] = "hunter2",
    };

    [TestCase(200, """{"ok":true,"result":{"id":1,"is_bot":true,"first_name":"Athena"}}""", TrialStanding.Works, "knows the bot as")]
    [TestCase(401, """{"ok":false,"error_code":401,"description":"Unauthorized"}""", TrialStanding.Refused, "token is not valid")]
    [TestCase(502, "<html>", TrialStanding.NotAsked, "could not be tried, and is kept as typed")]
    public async Task A_token_is_known_refused_or_not_tried(int code, string answer, TrialStanding standing, string sentence)
    {
        await using var telegram = new HttpPeer(_ => new PeerAnswer(code, answer));
        var found = await Trials(telegram.Url).TryAsync(SetupQuestions.Token, Answers.GetValueOrDefault, default);
        Assert.That(found!.Standing, Is.EqualTo(standing));
        Assert.That(found.Sentence, Does.Contain(sentence).And.Not.Contain(Token));
        Assert.That(telegram.Requests.First().Target, Does.EndWith("/getMe"), "nothing is sent");
    }

    [Test]
    public async Task A_chat_that_the_bot_is_not_in_is_said_at_once()
    {
        await using var telegram = new HttpPeer(
            _ => new PeerAnswer(400, """{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}"""));
        var found = await Trials(telegram.Url).TryAsync(SetupQuestions.ChatId, Answers.GetValueOrDefault, default);
        Assert.That(found!.Standing, Is.EqualTo(TrialStanding.Refused));
        Assert.That(found.Sentence, Does.Contain("there is no chat -1001, or the bot was never in it"));
    }

    [Test]
    public async Task Where_Telegram_is_out_of_reach_the_chat_is_not_waited_for_as_well()
    {
        var trials = Trials($"http://127.0.0.1:{ClosedPort()}");
        var token = await trials.TryAsync(SetupQuestions.Token, Answers.GetValueOrDefault, default);
        Assert.That(token!.Standing, Is.EqualTo(TrialStanding.NotAsked), token.Sentence);
        Assert.That(await trials.TryAsync(SetupQuestions.ChatId, Answers.GetValueOrDefault, default), Is.Null);
    }

    [TestCase("SMTP_SECURITY")]
    [TestCase("SMTP_PASSWORD")]
    public async Task A_mail_server_that_is_not_there_does_not_work(string key)
    {
        var port = $"{ClosedPort()}";
        var found = await Trials("http://127.0.0.1:1").TryAsync(
            key, other => other == "SMTP_PORT" ? port : Answers.GetValueOrDefault(other), default);
        Assert.That(found!.Standing, Is.EqualTo(TrialStanding.DoesNotWork));
        Assert.That(found.Sentence, Does.Contain($"127.0.0.1:{port}").And.Not.Contain("hunter2"));
    }

    [Test]
    public async Task Other_answers_are_not_tried_nor_is_a_mail_server_without_a_name([Values("MAIL_TO", "SMTP_SECURITY")] string key) =>
        Assert.That(await Trials("http://127.0.0.1:1").TryAsync(key, _ => null, default), Is.Null);

    /// <summary>Where the Bot API is stands in the files of the host.</summary>
    private static SetupTrials Trials(string api) => new(
        _ => new SettingsSource(new Dictionary<string, string> { ["TELEGRAM_API"] = api }), TimeProvider.System);

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
