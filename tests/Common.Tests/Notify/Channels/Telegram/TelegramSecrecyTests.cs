using System.Diagnostics;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Tests.Grafana.Api;

namespace Athena.Common.Tests.Notify.Channels.Telegram;

/// <summary>The token is in each request's address. Whatever happens, no text that we make holds it.</summary>
public sealed class TelegramSecrecyTests
{
    private const string Secret = "AAF-secret_secret";

    private readonly TestAuthority _authority = new();

    [OneTimeTearDown]
    public void Clean() => _authority.Dispose();

    [Test]
    public async Task No_failure_shows_the_token()
    {
        const string Token = TelegramSettingsTests.Token;
        PeerAnswer[] answers =
        [
            BotScenario.Ok(),
            PeerAnswer.Silence,
            PeerAnswer.Break,
            BotScenario.No(400, $"Bad Request: can't parse entities of {Token}"),
            BotScenario.No(400, "moved", """{"migrate_to_chat_id":-1001}"""),
            new PeerAnswer(302, "").With("Location", $"https://elsewhere.example/bot{Token}/sendMessage"),
            new PeerAnswer(200, new string('x', 300_000)),
            new PeerAnswer(200, $$"""{"ok":true,"result":"/bot{{Token}}/sendMessage"}"""),
            new PeerAnswer(502, $"<html>POST /bot{Token}/sendMessage"),
            .. new[] { 400, 401, 403, 404, 408, 413, 429, 500, 503 }
                .Select(code => BotScenario.No(code, $"no /bot{Token}/sendMessage, {Token.Replace(":", "%3A")}")),
        ];

        List<string> texts = [];
        foreach (PeerAnswer answer in answers)
        {
            await using BotScenario scenario = new(answer);
            using TelegramBot bot = scenario.Bot();
            texts.AddRange([bot.ToString(), scenario.Settings.ToString(), $"{scenario.Settings with { Thread = 4 }}"]);
            texts.Add((await EndAsync(scenario, answer, bot.SendAsync(BotScenario.Text, false, default))).ToString());
            texts.Add((await EndAsync(scenario, answer, bot.GetMeAsync(default))).ToString());
            texts.Add((await EndAsync(scenario, answer, bot.GetChatAsync(default))).ToString());
        }

        Assert.That(texts, Has.Count.EqualTo(answers.Length * 6));
        Assert.That(texts, Has.None.Contains(Secret));
    }

    [TestCase(true, false, "not good")]
    [TestCase(false, false, "not good")]
    [TestCase(true, true, "not good")]
    public async Task A_certificate_that_is_not_good_is_transient_and_explained(bool withAuthority, bool isExpired, string words)
    {
        using var certificate = _authority.Issue(withAuthority && !isExpired ? "other.example" : null, isExpired);
        await using HttpPeer peer = new(_ => Task.FromResult(BotScenario.Ok()), certificate);
        using TelegramBot bot = new(Settings(peer) with { CaFile = withAuthority ? _authority.CaFile : null }, TimeProvider.System);
        DeliveryResult result = await bot.SendAsync(BotScenario.Text, false, default);
        Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.Transient));
        Assert.That(
            result.Detail, Does.Contain($"no trusted TLS connection to 127.0.0.1:{peer.Port}").And.Contain(words).And.Not.Contain(Secret));
        Assert.That(peer.Requests, Is.Empty);
    }

    [Test]
    public async Task The_authority_of_a_proxy_is_trusted_when_it_is_named()
    {
        using var certificate = _authority.Issue();
        await using HttpPeer peer = new(_ => Task.FromResult(BotScenario.Ok()), certificate);
        using TelegramBot bot = new(Settings(peer) with { CaFile = _authority.CaFile }, TimeProvider.System);
        DeliveryResult result = await bot.SendAsync(BotScenario.Text, false, default);
        Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.Accepted), result.Detail);
    }

    [Test]
    public async Task A_stop_throws_nothing_that_shows_the_token()
    {
        await using BotScenario scenario = new(PeerAnswer.Silence);
        using TelegramBot bot = scenario.Bot();
        using CancellationTokenSource stop = new();
        Task<DeliveryResult> sending = bot.SendAsync(BotScenario.Text, false, stop.Token);
        await stop.CancelAsync();
        var thrown = Assert.CatchAsync<OperationCanceledException>(() => sending);
        Assert.That(thrown!.ToString(), Does.Not.Contain(Secret));
    }

    [Test]
    public async Task No_activity_of_the_runtime_tells_the_address()
    {
        List<string> told = [];
        using ActivityListener listener = new()
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => { lock (told) told.AddRange(activity.TagObjects.Select(tag => $"{tag.Key}={tag.Value}")); },
        };
        ActivitySource.AddActivityListener(listener);
        await using BotScenario scenario = new(BotScenario.Ok());
        await scenario.SendAsync();
        lock (told)
            Assert.That(told, Has.None.Contains(Secret));
    }

    private static TelegramSettings Settings(HttpPeer peer) => new(TelegramSettingsTests.Token, "-4001") { Api = new Uri(peer.Url) };

    // Only silence needs the clock: where there is an answer, it must not run out before.
    private static Task<T> EndAsync<T>(BotScenario scenario, PeerAnswer answer, Task<T> work) =>
        ReferenceEquals(answer, PeerAnswer.Silence) ? scenario.Time.PassPausesAsync(work, TimeSpan.FromMinutes(1)) : work;
}
