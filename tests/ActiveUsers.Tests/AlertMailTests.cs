using Athena.ActiveUsers.CommandLine;
using Athena.ActiveUsers.Pulses;
using Athena.ActiveUsers.Tests.Simulation;
using Athena.Common.Grafana.Health;
using Athena.Tests.Shared;

namespace Athena.ActiveUsers.Tests;

/// <summary>An alert reaches a person: what is critical goes by mail as well, and all of it while the chat takes nothing.</summary>
internal sealed class AlertMailTests
{
    private readonly CrashPoint crash = new();
    private ManualTime time = null!;
    private SimulatedDisk disk = null!;
    private SimulatedAudit audit = null!;
    private SimulatedChat chat = null!;
    private SimulatedGrafana grafana = null!;
    private SimulatedMailbox mailbox = null!;
    private SimulatedDaemon daemon = null!;

    [SetUp]
    public async Task Run_for_five_minutes()
    {
        time = new ManualTime(Some.Six);
        disk = new SimulatedDisk(crash);
        audit = new SimulatedAudit(crash);
        chat = new SimulatedChat(new Random(1), crash) { IsWell = true };
        grafana = new SimulatedGrafana(new Random(1), crash, time);
        mailbox = new SimulatedMailbox(crash);
        Start();
        await PassAsync(5);
    }

    [TearDown]
    public void Remove() => mailbox.Dispose();

    [Test]
    public async Task What_is_critical_goes_by_mail_as_well_and_its_end_in_the_same_thread()
    {
        grafana.Health = HealthVerdict.NotAnswering;
        await PassAsync(3);
        grafana.Health = HealthVerdict.Up;
        await PassAsync(2);
        Assert.Multiple(() =>
        {
            Assert.That(Subjects(), Is.EqualTo(new[]
            {
                "CRITICAL: Grafana does not answer", "Over after 3 min: Grafana answers again",
            }).Or.EqualTo(new[] { "CRITICAL: Grafana does not answer", "Over after 180 s: Grafana answers again" }));
            Assert.That(mailbox.Seen.Select(mail => mail.Recipients), Is.All.EqualTo(new[] { "ops@hospital.example" }));
            Assert.That(mailbox.Seen.Select(mail => mail.Thread).Distinct().Single(), Does.StartWith("alert/GrafanaDown/"));
            Assert.That(mailbox.Seen.Select(mail => mail.IsUrgent), Is.EqualTo(new[] { true, false }));
            Assert.That(Told(), Has.One.StartsWith("CRITICAL").And.One.StartsWith("OVER"), "the chat is told as before");
        });
    }

    [Test]
    public async Task A_warning_goes_to_the_chat_alone()
    {
        grafana.IsLogSeen = false;
        await PassAsync(12);
        Assert.That(Told(), Has.One.StartsWith("WARNING · Athena: Grafana's log is not seen"));
        Assert.That(mailbox.Seen, Is.Empty);
    }

    [Test]
    public async Task A_chat_that_takes_nothing_for_ten_minutes_is_told_by_mail_with_every_alert_until_it_takes_messages_again()
    {
        chat.IsDown = true;
        grafana.FailedLogins = 50;
        await PassAsync(9);
        Assert.That(mailbox.Seen, Is.Empty, "a chat may fail for a moment");
        await PassAsync(3);
        Assert.That(Subjects(), Is.EqualTo(new[] { "ACTION NEEDED: Telegram takes no messages", "WARNING: many failed logins" }));
        Assert.That(
            mailbox.Seen[1].Text,
            Does.Contain("Takes no message since 06:05 SAST, so all alerts go by mail:").And.Contain("no connection"));

        grafana.FailedLogins = 0;
        await PassAsync(2);
        Assert.That(Subjects()[2], Does.StartWith("Over after ").And.EndWith(": few failed logins again"));
        Assert.That(mailbox.Seen[2].Thread, Is.EqualTo(mailbox.Seen[1].Thread));

        chat.IsDown = false;
        await PassAsync(8);
        Assert.That(Subjects()[3], Does.StartWith("Resolved after ").And.EndWith(": Telegram takes messages again"));
        grafana.FailedLogins = 50;
        await PassAsync(3);
        Assert.That(mailbox.Seen, Has.Count.EqualTo(4), "warnings are the chat's again");
    }

    [Test]
    public async Task A_restart_mails_nothing_twice_and_forgets_no_end()
    {
        grafana.Health = HealthVerdict.DatabaseFailing;
        await PassAsync(3);
        Start();
        await PassAsync(3);
        grafana.Health = HealthVerdict.Up;
        await PassAsync(2);
        Assert.That(Subjects().Select(subject => subject.Split(':')[^1].Trim()), Is.EqualTo(new[]
        {
            "Grafana's database does not answer", "Grafana's database answers again",
        }));
    }

    [Test]
    public async Task What_the_mail_server_does_not_take_waits_and_the_chat_does_not_wait_for_it()
    {
        mailbox.IsAway = true;
        grafana.Health = HealthVerdict.NotAnswering;
        await PassAsync(3);
        Assert.That(Told(), Has.One.StartsWith("CRITICAL"));
        Assert.That(mailbox.Seen, Is.Empty);
        mailbox.IsAway = false;
        Start();
        await PassAsync(6);
        Assert.That(Subjects(), Is.EqualTo(new[] { "CRITICAL: Grafana does not answer" }));
    }

    [Test]
    public async Task While_alerts_are_silenced_nothing_is_mailed_and_what_is_still_wrong_then_is()
    {
        daemon.Alerts.Silence(new Silence(time.GetUtcNow(), time.GetUtcNow().AddMinutes(20), "x", "y"));
        chat.IsDown = true;
        grafana.Health = HealthVerdict.NotAnswering;
        await PassAsync(19);
        Assert.That(mailbox.Seen, Is.Empty);
        await PassAsync(3);
        Assert.That(Subjects(), Has.One.EqualTo("CRITICAL: Grafana does not answer"));
    }

    [Test]
    public void A_check_that_found_the_mail_server_well_hurries_the_mails_and_leaves_the_chat_alone()
    {
        disk.Load();
        daemon.Memory.State.NotBefore = time.GetUtcNow().AddHours(1);
        var commands = new Commands(daemon.Alerts, daemon.Ways.Outbox, daemon.Memory, Some.Zone, time);
        commands.Execute(Common.Daemon.CommandLine.WaitingMessages.Asking(mailbox));
        Assert.That(daemon.Memory.State.NotBefore, Is.Not.Null);
    }

    private void Start()
    {
        daemon = SimulatedDaemon.Start(grafana, disk, chat, audit, time, mailbox);
        daemon.Cycle.Begin();
    }

    private async Task PassAsync(int minutes)
    {
        for (var i = 0; i < minutes * 6; i++)
        {
            await daemon.StepAsync();
            time.Advance(TimeSpan.FromSeconds(10));
        }
    }

    private List<string> Subjects() => [.. mailbox.Seen.Select(mail => mail.Subject)];

    private List<string> Told() => [.. chat.Seen.Select(rows => rows[0])];
}
