using Athena.EndToEnd.Harness;
using Athena.Sandbox.Mail;

namespace Athena.EndToEnd;

/// <summary>grafana-active-users as a process: alerts by mail, by a real mail server, and the chat's silence does not hide them.</summary>
internal sealed class PulseMailTests
{
    private PulseLab lab = null!;
    private MailCatcher mail = null!;

    [SetUp]
    public async Task Set_the_mail_server_and_fail_to_sign_in()
    {
        (lab, mail) = (await PulseLab.OpenAsync(), await MailCatcher.StartAsync());
        foreach (var (key, value) in new Dictionary<string, string>
        {
            ["SMTP_HOST"] = MailCatcher.Host,
            ["SMTP_PORT"] = $"{mail.Port}",
            ["SMTP_SECURITY"] = "none",
            ["MAIL_FROM"] = "grafana@hospital.example",
            ["OPS_MAIL_TO"] = "ops@hospital.example",
            ["ALERT_MAIL"] = "warning",
            ["FAILED_LOGIN_ALERT"] = "1",
        })
            lab.Program.Settings[key] = value;
        using var guess = new Visitor(lab.Grafana, "naledi", "wrong");
        for (var i = 0; i < 4; i++) await guess.AskAsync("GET", "/api/user");
    }

    [TearDown]
    public async Task Stop()
    {
        await lab.DisposeAsync();
        await mail.DisposeAsync();
    }

    [Test]
    public async Task An_alert_goes_to_the_chat_and_by_mail_and_a_killed_daemon_mails_it_once()
    {
        var first = lab.RunDaemon();
        await lab.MessageAsync(text => text.Contains("many failed logins", StringComparison.Ordinal), "the alert");
        await Eventually.TrueAsync(() => mail.Mails.Count > 0, "the mail", () => lab.Story);
        await first.KillAsync();
        lab.RunDaemon();
        var before = lab.Messages.Count;
        await Eventually.TrueAsync(() => lab.Messages.Count > before, "one more pulse", () => lab.Story);
        var status = await lab.Program.RunAsync("status");
        Assert.Multiple(() =>
        {
            Assert.That(mail.Mails.Select(one => one.MessageId).Distinct().Count(), Is.EqualTo(1));
            Assert.That(mail.Mails[0].Subject, Is.EqualTo("WARNING: many failed logins"));
            Assert.That(mail.Mails[0].To, Is.EqualTo(new[] { "ops@hospital.example" }));
            Assert.That(mail.Mails[0].Root.Header("References"), Is.Not.Empty, "its end comes in the same thread");
            Assert.That(status.Text, Does.Match("\nMail +to ops@hospital.example; nothing waits\n"));
        });
    }

    [Test]
    public async Task An_alert_is_taken_up_by_its_number_and_its_incident_has_who_was_told_over_a_kill()
    {
        var first = lab.RunDaemon();
        var alert = await lab.MessageAsync(text => text.Contains("many failed logins", StringComparison.Ordinal), "the alert");
        await Eventually.TrueAsync(() => mail.Mails.Count > 0, "the mail", () => lab.Story);
        var number = alert.TrimEnd('\n').Split("Alert: ")[^1];
        var ack = await lab.Program.RunAsync("ack", number, "--note", "It is | a <b>test</b>");
        var told = await lab.MessageAsync(text => text.Contains("ACKNOWLEDGED", StringComparison.Ordinal), "who has it");
        await Eventually.TrueAsync(() => mail.Mails.Count > 1, "the mail about it", () => lab.Story);
        await first.KillAsync();
        var incident = await lab.Program.RunAsync("incident", number, "--output", "md");
        await lab.RunDaemon().SaysAsync("has started");
        var status = await lab.Program.RunAsync("status");
        var audit = await lab.Program.RunAsync("audit", "verify");
        Assert.Multiple(() =>
        {
            Assert.That(number, Does.Match("^AL-[0-9]{8}-1$"));
            Assert.That(ack.ExitCode, Is.Zero, ack.Text);
            Assert.That(told, Does.Contain("It is | a ").And.Contain(number));
            Assert.That(
                mail.Mails[1].Root.Header("References"), Is.EqualTo(mail.Mails[0].Root.Header("References")), "one thread");
            Assert.That(status.Text, Does.Contain($"({number}, acknowledged by "));
            Assert.That(incident.Text, Does.Contain("Mail to ops").And.Contain("Chat, the alert: accepted"));
            Assert.That(incident.Text, Does.Contain(@"It is \| a \<b\>test").And.Contain("Acknowledged by "));
            Assert.That(audit.ExitCode, Is.Zero, audit.Text);
        });
    }

    [Test]
    public async Task A_mail_server_that_is_away_keeps_neither_chat_nor_check_from_their_work()
    {
        await mail.StopAsync();
        var check = await lab.Program.RunAsync("check");
        lab.RunDaemon();
        await lab.MessageAsync(text => text.Contains("many failed logins", StringComparison.Ordinal), "the alert");
        await Eventually.TrueAsync(
            async () => (await lab.Program.RunAsync("status")).Text.Contains("1 alert not mailed yet: ", StringComparison.Ordinal),
            "the mail that waits", () => lab.Story);
        Assert.That(check.Text, Does.Contain("warning Mail: ").And.Contain("Alerts by mail: critical ones and warnings"));
    }

    [Test]
    public async Task The_test_of_the_check_goes_both_ways()
    {
        var check = await lab.Program.RunAsync("check", "--send-test");
        Assert.That(check.Text, Does.Contain("Test message: accepted").And.Contain("Test mail to ops@hospital.example: accepted"));
        Assert.That((lab.Messages.Count, mail.Mails.Count), Is.EqualTo((1, 1)));
    }
}
