using System.Text.Json;
using System.Text.RegularExpressions;
using Athena.EndToEnd.Harness;
using Athena.Sandbox.Telegram;

namespace Athena.EndToEnd;

/// <summary>grafana-active-users as a process, against the stand-in Grafana and the sandbox's Telegram.</summary>
internal sealed partial class PulseTests
{
    [Test]
    public async Task A_window_in_which_somebody_worked_is_told_when_it_has_ended()
    {
        await using var lab = await PulseLab.OpenAsync();
        var daemon = lab.RunDaemon();
        await daemon.SaysAsync("has started");
        await lab.WorkAsync("naledi");
        var message = await lab.MessageAsync(text => text.Contains("naledi", StringComparison.Ordinal), "with naledi in it");
        Assert.Multiple(() =>
        {
            Assert.That(message, Does.Match(
                "^(OK|LOG SEEN IN PART) · 1 user.* · Grafana \\d+\\.\\d+\\.\\d+ up\nAthena, [0-9:]+–[0-9:]+ SAST\n"));
            Assert.That(message, Does.Match("\nnaledi +\\d+ request"));
            Assert.That(message, Does.Not.Contain("athena-workers"), "our own requests count nowhere");
            Assert.That(lab.Story, Does.Not.Contain(PulseLab.Token));
        });
        Assert.That((await daemon.StopAsync()).ExitCode, Is.Zero);
    }

    [Test]
    public async Task What_is_to_be_written_down_in_the_settings_is_told_once_and_told_anew_when_it_is_something_else()
    {
        await using var lab = await PulseLab.OpenAsync();
        await File.WriteAllTextAsync(lab["athena-workers"], $"PULSE_EVERY={lab.Program.Settings["PULSE_EVERY"]}\nGRAFANA_TIMEOUT=9s\n");
        lab.Program.Settings["GRAFANA_TIMEOUT"] = "";
        for (var start = 0; start < 2; start++)
        {
            var daemon = lab.RunDaemon();
            var before = lab.Messages.Count(IsPulse);
            await Eventually.TrueAsync(() => lab.Messages.Count(IsPulse) > before, "one more pulse", () => lab.Story);
            await daemon.KillAsync();
            var notice = lab.Messages.Single(IsNotice);
            Assert.That(notice, Does.Contain("Empty lines count as not set").And.Contain("GRAFANA_TIMEOUT")
                .And.Contain("sudo grafana-active-users check --show"));
        }

        lab.Program.Settings["PULSE_EVERY"] = "";
        lab.RunDaemon();
        await lab.MessageAsync(
            text => IsNotice(text) && text.Contains("PULSE_EVERY", StringComparison.Ordinal), "about the other settings");

        static bool IsNotice(string text) => text.Contains("settings to write down", StringComparison.Ordinal);
        static bool IsPulse(string text) => !IsNotice(text);
    }

    [Test]
    public async Task A_daemon_that_is_killed_again_and_again_tells_each_window_once()
    {
        await using var lab = await PulseLab.OpenAsync();
        for (var i = 0; i < 3; i++)
        {
            var daemon = lab.RunDaemon();
            var before = lab.Messages.Count;
            await Eventually.TrueAsync(() => lab.Messages.Count > before, "one more pulse", () => lab.Story);
            await daemon.KillAsync();
        }

        // Two windows in one minute have the same title here; what was handled is told exactly by the audit.
        var sent = File.ReadLines(Path.Combine(lab.StateDirectory, "audit.jsonl"))
            .Select(line => JsonSerializer.Deserialize<JsonElement>(line))
            .Where(entry => entry.GetProperty("event").GetString() is "sent" or "unsure")
            .Select(entry => entry.GetProperty("case").GetString()).ToList();
        Assert.That(sent, Is.Unique.And.Not.Empty);
    }

    [Test]
    public async Task While_the_chat_does_not_take_messages_only_the_newest_is_kept_and_the_next_says_so()
    {
        await using var lab = await PulseLab.OpenAsync();
        await lab.Telegram.ChangeAsync(TelegramMood.Down);
        var daemon = lab.RunDaemon();
        await daemon.SaysAsync("not sent, superseded");
        await lab.Telegram.ChangeAsync(TelegramMood.Ok);
        Assert.That(
            await lab.MessageAsync(text => text.Contains("None sent ", StringComparison.Ordinal), "that says that none was sent"),
            Does.Match("None sent \\d\\d:\\d\\d–\\d\\d:\\d\\d"));
        Assert.That(daemon.Said("no connection to 127.0.0.1"), Is.True, "the journal says why");
    }

    [Test]
    public async Task A_bot_that_was_thrown_out_is_told_in_the_journal_with_what_to_do()
    {
        await using var lab = await PulseLab.OpenAsync();
        await lab.Telegram.ChangeAsync(TelegramMood.Kicked);
        var daemon = lab.RunDaemon();
        await daemon.SaysAsync("add it again");
        Assert.That((await lab.Program.RunAsync("status")).Text, Does.Contain("add it again").And.Not.Contain(PulseLab.Token));
    }

    [Test]
    public async Task Markup_that_Telegram_does_not_take_comes_as_plain_text()
    {
        await using var lab = await PulseLab.OpenAsync();
        await lab.Telegram.ChangeAsync(TelegramMood.NoMarkup);
        lab.RunDaemon();
        await lab.MessageAsync(text => Title().IsMatch(text), "any");
        Assert.That(lab.Telegram.Messages[0].ParseMode, Is.Null);
    }

    [Test]
    public async Task Without_an_account_it_works_and_says_so_once()
    {
        await using var lab = await PulseLab.OpenAsync();
        lab.Program.Settings.Remove("GRAFANA_USER");
        lab.Program.Settings.Remove("GRAFANA_PASSWORD");
        var first = lab.RunDaemon();
        await lab.MessageAsync(text => Title().IsMatch(text), "any");
        await first.StopAsync();
        var second = lab.RunDaemon();
        await second.SaysAsync("accepted");
        Assert.That((first.Said("No account in Grafana is set"), second.Said("No account in Grafana is set")), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task Alerts_are_silenced_by_command_and_the_audit_is_whole()
    {
        await using var lab = await PulseLab.OpenAsync();
        await lab.RunDaemon().SaysAsync("has started");
        var without = await lab.Program.RunAsync("silence", "2h");
        var silence = await lab.Program.RunAsync("silence", "2h", "--reason", "Grafana is updated");
        var text = await lab.MessageAsync(
            message => message.Contains("Alerts are silenced until", StringComparison.Ordinal), "with the silence");
        var off = await lab.Program.RunAsync("silence", "off");
        var audit = await lab.Program.RunAsync("audit", "verify");
        Assert.Multiple(() =>
        {
            Assert.That(without.ExitCode, Is.EqualTo(64));
            Assert.That(silence.ExitCode, Is.Zero, silence.Text);
            Assert.That(text, Does.Contain("Grafana is updated"));
            Assert.That(off.Text, Does.Contain("Alerts are on again"));
            Assert.That(audit.ExitCode, Is.Zero, audit.Text);
        });
    }

    [Test]
    public async Task Once_needs_neither_the_chat_nor_a_state_and_its_json_is_json()
    {
        await using var lab = await PulseLab.OpenAsync(every: "15m");
        foreach (var key in lab.Program.Settings.Keys.Where(key => key.StartsWith("TELEGRAM_", StringComparison.Ordinal)).ToList())
            lab.Program.Settings.Remove(key);
        await lab.WorkAsync("naledi");
        var from = DateTimeOffset.UtcNow.AddHours(-1)
            .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        var text = await lab.Program.RunAsync("once", "--from", from);
        var json = await lab.Program.RunAsync("once", "--from", from, "--output", "json");
        var telegram = await lab.Program.RunAsync("once", "--from", from, "--output", "telegram");
        Assert.Multiple(() =>
        {
            Assert.That(text.Text, Does.Contain("naledi"));
            Assert.That(
                JsonSerializer.Deserialize<JsonElement>(json.Output).GetProperty("totals").GetProperty("users").GetInt32(), Is.EqualTo(1));
            Assert.That(telegram.Output, Does.Match("^<b>(LOG SEEN IN PART · )?1 user</b>\nAthena, "));
            Assert.That(Directory.Exists(lab.StateDirectory), Is.False);
        });
    }

    [Test]
    public async Task The_check_the_test_message_and_the_report_work()
    {
        await using var lab = await PulseLab.OpenAsync();
        var check = await lab.Program.RunAsync("check", "--send-test");
        var test = await lab.Program.RunAsync("pulse", "--test");
        lab.RunDaemon();
        await lab.MessageAsync(text => Title().IsMatch(text), "a pulse");
        var report = await lab.Program.RunAsync("report", "--output", "json");
        Assert.Multiple(() =>
        {
            Assert.That(check.ExitCode, Is.Zero, check.Text);
            Assert.That(check.Text, Does.Contain("ok      Grafana").And.Contain("ok      Telegram").And.Contain("ok      Test message"));
            Assert.That(test.ExitCode, Is.Zero, test.Text);
            Assert.That(lab.Messages.Count(text => text.StartsWith("Athena · test", StringComparison.Ordinal)), Is.EqualTo(2));
            Assert.That(
                JsonSerializer.Deserialize<JsonElement>(report.Output).GetProperty("days").GetArrayLength(), Is.EqualTo(1), report.Text);
        });
    }

    [GeneratedRegex("^Athena, \\d\\d:\\d\\d–", RegexOptions.Multiline)]
    private static partial Regex Title();
}
