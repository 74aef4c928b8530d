using System.Text.Json.Nodes;
using Athena.Common.Settings;
using Athena.Common.Tests.Notify.Channels.Webhook;
using Athena.Common.Time;
using Athena.Workers.Failures;
using Microsoft.Extensions.Logging.Abstractions;

namespace Athena.Workers.Tests;

/// <summary>What our people are told when systemd gave up on a daemon.</summary>
internal sealed class FailureTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private static readonly Dictionary<string, string> Mailing = new()
    {
        ["SMTP_HOST"] = "smtp.example.org",
        ["MAIL_FROM"] = "grafana@example.org",
        ["MAIL_TO"] = "admin@example.org",
    };

    [Test]
    public void The_mail_says_what_is_not_being_done_why_and_what_to_do()
    {
        var failure = new Failure("grafana-auto-disable", "athena-1", "exit-code", "78", Noon)
        {
            Clock = new ZoneText(TimeZoneInfo.FindSystemTimeZoneById("Africa/Johannesburg")),
        };
        var mail = FailureMail.Write(failure, ["ops@example.org"], Read(Mailing).Brand);
        Assert.Multiple(() =>
        {
            Assert.That(mail.Subject, Is.EqualTo("ACTION NEEDED: grafana-auto-disable on athena-1 has stopped working"));
            Assert.That(mail.Recipients, Is.EqualTo(new[] { "ops@example.org" }));
            Assert.That(mail.IsUrgent, Is.True);
            Assert.That(
                mail.Text, Does.Contain("NOT being disabled").And.Contain("exit code 78").And.Contain("sudo grafana-auto-disable check")
                    .And.Contain("2026-11-20 14:00:00 SAST"));
            Assert.That(mail.Html, Does.Contain("sudo journalctl -x -u grafana-auto-disable -n 30"));
        });
    }

    [Test]
    public void Of_the_page_of_decisions_it_says_where_to_decide_meanwhile_and_starts_its_socket()
    {
        var mail = FailureMail.Write(
            new Failure("athena-workers-decisions", "athena-1", null, null, Noon), ["ops@example.org"], Read(Mailing).Brand);
        Assert.That(
            mail.Text, Does.Contain("lead nowhere").And.Contain("Decide in Grafana")
                .And.Contain("sudo systemctl start athena-workers-decisions.socket"));
    }

    [Test]
    public void Each_attempt_to_tell_of_one_failure_is_the_same_mail_and_the_next_failure_another()
    {
        string KeyOf(string? invocation, int minutes) => FailureMail.Write(
            new Failure("grafana-auto-disable", "athena-1", "exit-code", "78", Noon.AddMinutes(minutes), invocation), ["ops@example.org"],
            Read(Mailing).Brand).Key;
        Assert.That(KeyOf("0af1", 1), Is.EqualTo(KeyOf("0af1", 0)));
        Assert.That(KeyOf("0af2", 0), Is.Not.EqualTo(KeyOf("0af1", 0)));
        Assert.That(KeyOf(null, 1), Is.Not.EqualTo(KeyOf(null, 0)), "where systemd tells of no run, it is a mail each time");
    }

    [TestCase("exit-code", "1", "It ended with exit code 1.")]
    [TestCase("watchdog", null, "It gave no sign of life and was ended (watchdog).")]
    [TestCase("oom-kill", "KILL", "It was ended because memory ran out.")]
    [TestCase("signal", "SYS", "systemd says: signal, SYS.")]
    [TestCase(null, null, "The journal tells why.")]
    public void What_systemd_saw_is_a_sentence(string? result, string? status, string sentence) =>
        Assert.That(new Failure("grafana-compliance", "athena-1", result, status, Noon).Reason, Is.EqualTo(sentence));

    [Test]
    public void Our_own_people_come_before_those_whom_a_daemon_serves()
    {
        Assert.That(Read(Mailing).To, Is.EqualTo(new[] { "admin@example.org" }));
        Assert.That(Read(new(Mailing) { ["OPS_MAIL_TO"] = "ops@example.org" }).To, Is.EqualTo(new[] { "ops@example.org" }));
    }

    [Test]
    public void A_fault_that_has_nothing_to_do_with_mail_keeps_no_mail_from_being_sent()
    {
        var settings = Read(new(Mailing) { ["POLL_INTERVAL"] = "often", ["TELEGRAM_BOT_TOKEN"] = "nonsense" });
        Assert.Multiple(() =>
        {
            Assert.That(settings.Smtp, Is.Not.Null);
            Assert.That(settings.Telegram, Is.Null);
            Assert.That(settings.NoMail, Is.Empty);
        });
    }

    [Test]
    public void Without_a_mail_server_the_chat_is_left_and_what_is_missing_is_named()
    {
        var settings = Read(new()
        {
            ["TELEGRAM_BOT_TOKEN"] = "123456789:demo_token_of_no_bot_at_all_000000000",
            ["TELEGRAM_CHAT_ID"] = "-1001234567890",
        });
        Assert.Multiple(() =>
        {
            Assert.That(settings.Smtp, Is.Null);
            Assert.That(settings.Telegram, Is.Not.Null);
            Assert.That(settings.NoMail, Does.Contain("SMTP_HOST").And.Not.Contain("demo_token"));
        });
    }

    [Test]
    public async Task The_program_of_the_site_is_told_and_what_holds_closes_what_its_failures_opened()
    {
        using var hook = new HookServer();
        var settings = Read(new(Mailing)
        {
            ["WEBHOOK_URL"] = hook.Url.ToString(),
            ["WEBHOOK_SECRET"] = "whsec_" + Convert.ToBase64String(new byte[32]),
        });
        var failure = new Failure("grafana-compliance", "athena-1", "exit-code", "78", Noon, "0af1");
        var series = new CrashSeries(
            "grafana-auto-disable", "athena-1", [new CrashSeries.Crash(Noon, "exit-code", "1")], Noon.AddMinutes(1));
        foreach (var telling in (Telling[])
        [
            Telling.Of(failure), Telling.Of(failure with { At = Noon.AddMinutes(1) }), Telling.OfCrashing(series),
            Telling.OfHolding(series with { At = Noon.AddMinutes(20) }),
        ])
            await FailureCommand.PostAsync(telling, settings, NullLogger.Instance, TimeProvider.System, CancellationToken.None);

        var posted = hook.Requests.ToArray();
        var told = posted.Select(one => JsonNode.Parse(one.Body)!["data"]!).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(told.Select(data => (string?)data["action"]), Is.EqualTo(new[] { "note", "note", "open", "close" }));
            Assert.That(told.Select(data => (string?)data["daemon"]), Is.EqualTo(new[]
            {
                "grafana-compliance", "grafana-compliance", "grafana-auto-disable", "grafana-auto-disable",
            }));
            Assert.That(posted[1].Id, Is.EqualTo(posted[0].Id), "another try for the same failure");
            Assert.That((string?)told[3]["key"], Is.EqualTo((string?)told[2]["key"]).And.Contains("/grafana-auto-disable/crashing/"));
            Assert.That(posted.Select(one => one.Body), Has.None.Contains("example.org"));
        });
    }

    [Test]
    public async Task Without_a_webhook_nothing_is_posted_and_a_faulty_one_keeps_no_mail_from_being_sent()
    {
        var settings = Read(new(Mailing) { ["WEBHOOK_URL"] = "ftp://hooks.example" });
        await FailureCommand.PostAsync(
            Telling.Of(new Failure("grafana-compliance", "athena-1", null, null, Noon)), settings, NullLogger.Instance, TimeProvider.System,
            CancellationToken.None);
        Assert.That((settings.Webhook, settings.NoMail, settings.Smtp is null), Is.EqualTo(((object?)null, "", false)));
    }

    private static FailureSettings Read(Dictionary<string, string> given) => FailureSettings.Read(new SettingsSource(given));
}
