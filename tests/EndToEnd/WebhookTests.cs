using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Athena.Common.Tests.Notify.Channels.Webhook;
using Athena.EndToEnd.Harness;

namespace Athena.EndToEnd;

/// <summary>grafana-active-users as a process, and a program that is told of its alerts.</summary>
internal sealed class WebhookTests
{
    [Test]
    public async Task What_was_posted_and_not_answered_before_a_kill_is_posted_again_as_it_was_and_then_no_more()
    {
        using var hook = new HookServer { Answer = (_, cancel) => Task.Delay(Timeout.Infinite, cancel) };
        await using var lab = await PulseLab.OpenAsync();
        foreach (var (key, value) in new Dictionary<string, string>
        {
            ["WEBHOOK_URL"] = hook.Url.ToString(),
            ["WEBHOOK_SECRET"] = "whsec_" + Convert.ToBase64String(new byte[32]),
            ["FAILED_LOGIN_ALERT"] = "1",
        })
            lab.Program.Settings[key] = value;
        using var guess = new Visitor(lab.Grafana, "naledi", "wrong");
        for (var i = 0; i < 4; i++) await guess.AskAsync("GET", "/api/user");

        var first = lab.RunDaemon();
        await Eventually.TrueAsync(() => !hook.Requests.IsEmpty, "the event", () => lab.Story);

        // What the chat has is written down, so that the next start knows the alert.
        await lab.MessageAsync(text => text.Contains("many failed logins", StringComparison.Ordinal), "the alert");
        await first.KillAsync();
        hook.Answer = HookServer.Saying("HTTP/1.1 204 No Content\r\n\r\n");
        var second = lab.RunDaemon();
        await Eventually.TrueAsync(() => hook.Requests.Count > 1, "the event again", () => lab.Story);
        await Eventually.TrueAsync(
            async () => Regex.IsMatch((await lab.Program.RunAsync("status")).Text, "\nWebhook +[^\n]+; nothing waits\n"),
            "that it is written down that the event was taken", () => lab.Story);
        await second.KillAsync();
        var before = lab.Messages.Count;
        lab.RunDaemon();
        await Eventually.TrueAsync(() => lab.Messages.Count > before, "one more pulse", () => lab.Story);
        var status = await lab.Program.RunAsync("status");

        var posted = hook.Requests.ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(posted, Has.Length.EqualTo(2), "what was taken is not posted again");
            Assert.That(posted[1].Id, Is.EqualTo(posted[0].Id).And.StartsWith("msg_"));
            Assert.That(posted[1].Body, Is.EqualTo(posted[0].Body));
            Assert.That(JsonNode.Parse(posted[0].Body)!["type"]!.GetValue<string>(), Is.EqualTo("alert.began"));
            Assert.That(posted[0].Body, Does.Not.Contain("naledi"));
            Assert.That(status.Text, Does.Match("\nWebhook +"));
            Assert.That(lab.Story + status.Text, Does.Not.Contain("a-path-that-is-a-secret"));
        });
    }
}
