using Athena.EndToEnd.Harness;

namespace Athena.EndToEnd;

/// <summary>grafana-active-users as a process delivers a pulse to a Bot API server that other people wrote.</summary>
internal sealed class ForeignTelegramTests
{
    [Test]
    public async Task A_pulse_is_delivered_to_a_server_that_others_wrote()
    {
        using var server = await ForeignBotApi.StartAsync();
        await using var lab = await PulseLab.OpenAsync();
        lab.Program.Settings["TELEGRAM_API"] = server.Url.AbsoluteUri;
        var daemon = lab.RunDaemon();
        await daemon.SaysAsync("has started");
        await lab.WorkAsync("naledi");
        await daemon.SaysAsync("accepted by 127.0.0.1");
        string[] texts = [];
        await Eventually.TrueAsync(
            async () =>
            {
                texts = [.. (await server.SentAsync(PulseLab.Token)).Select(sent => sent.Message.GetProperty("text").GetString()!)];
                return texts.Any(text => text.Contains("naledi", StringComparison.Ordinal));
            },
            "a pulse with naledi in it",
            () => string.Join('\n', texts));
        Assert.That(texts[0], Does.StartWith("<b>").And.Contain("\nAthena, "));
    }
}
