using Athena.Common.Settings;
using Athena.Common.Time;
using Athena.Workers.Failures;

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

    private static FailureSettings Read(Dictionary<string, string> given) => FailureSettings.Read(new SettingsSource(given));
}
