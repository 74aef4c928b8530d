using Athena.ActiveUsers.CommandLine;
using Athena.ActiveUsers.Pulses;
using Athena.ActiveUsers.Tests.Simulation;
using Athena.Common.Grafana.Health;

namespace Athena.ActiveUsers.Tests;

/// <summary>An alert reaches a person: what is critical goes by mail as well, and all of it while the chat takes nothing.</summary>
internal sealed class AlertMailTests : AlertScenario
{
    [SetUp]
    public async Task Run_for_five_minutes()
    {
        Run(Mailbox);
        await PassAsync(5);
    }

    [Test]
    public async Task What_is_critical_goes_by_mail_as_well_and_its_end_in_the_same_thread()
    {
        Grafana.Health = HealthVerdict.NotAnswering;
        await PassAsync(3);
        Grafana.Health = HealthVerdict.Up;
        await PassAsync(2);
        Assert.Multiple(() =>
        {
            Assert.That(Subjects(), Is.EqualTo(new[]
            {
                "CRITICAL: Grafana does not answer", "Over after 3 min: Grafana answers again",
            }).Or.EqualTo(new[] { "CRITICAL: Grafana does not answer", "Over after 180 s: Grafana answers again" }));
            Assert.That(Mailbox.Seen.Select(mail => mail.Recipients), Is.All.EqualTo(new[] { "ops@hospital.example" }));
            Assert.That(Mailbox.Seen.Select(mail => mail.Thread).Distinct().Single(), Does.StartWith("alert/GrafanaDown/"));
            Assert.That(Mailbox.Seen.Select(mail => mail.IsUrgent), Is.EqualTo(new[] { true, false }));
            Assert.That(Told(), Has.One.StartsWith("CRITICAL").And.One.StartsWith("OVER"), "the chat is told as before");
        });
    }

    /// <summary>A ticket whose alert the next start does not know would never be closed.</summary>
    [Test]
    public async Task Killed_at_any_moment_it_begins_once_and_ends_under_the_same_key([Range(0, 60)] int step)
    {
        Grafana.Health = HealthVerdict.NotAnswering;
        await DieAsync(step);
        await PassAsync(3);
        Grafana.Health = HealthVerdict.Up;
        await DieAsync(step);
        await PassAsync(3);
        Assert.That(
            Mailbox.Seen.Select(mail => mail.Key),
            Is.EqualTo(new[] { $"{Mailbox.Seen[0].Thread}/began", $"{Mailbox.Seen[0].Thread}/over" }));

        async Task DieAsync(int step)
        {
            Crash.KillAfter(step);
            try
            {
                await PassAsync(3);
            }
            catch (CrashException)
            {
                Crash.Revive();
                Run(Mailbox);
            }

            Crash.Revive();
        }
    }

    [Test]
    public async Task The_figures_of_a_window_know_that_Grafana_was_down_in_it()
    {
        await PassAsync(12);
        Assert.That(Daemon.Memory.State.Before, Has.Property("WasDown").False);
        Grafana.Health = HealthVerdict.NotAnswering;
        await PassAsync(15);
        Assert.That(Daemon.Memory.State.Before, Is.Null.Or.Property("WasDown").True);
    }

    [Test]
    public async Task A_warning_goes_to_the_chat_alone()
    {
        Grafana.IsLogSeen = false;
        await PassAsync(12);
        Assert.That(Told(), Has.One.StartsWith("WARNING · Athena: Grafana's log is not seen"));
        Assert.That(Mailbox.Seen, Is.Empty);
    }

    [Test]
    public async Task A_chat_that_takes_nothing_for_ten_minutes_is_told_by_mail_with_every_alert_until_it_takes_messages_again()
    {
        Chat.IsDown = true;
        Grafana.FailedLogins = 50;
        await PassAsync(9);
        Assert.That(Mailbox.Seen, Is.Empty, "a chat may fail for a moment");
        await PassAsync(3);
        Assert.That(Subjects(), Is.EqualTo(new[] { "ACTION NEEDED: Telegram takes no messages", "WARNING: many failed logins" }));
        Assert.That(
            Mailbox.Seen[1].Text,
            Does.Contain("Takes no message since 06:05 SAST, so all alerts go by mail:").And.Contain("no connection"));

        Grafana.FailedLogins = 0;
        await PassAsync(2);
        Assert.That(Subjects()[2], Does.StartWith("Over after ").And.EndWith(": few failed logins again"));
        Assert.That(Mailbox.Seen[2].Thread, Is.EqualTo(Mailbox.Seen[1].Thread));

        Chat.IsDown = false;
        await PassAsync(8);
        Assert.That(Subjects()[3], Does.StartWith("Resolved after ").And.EndWith(": Telegram takes messages again"));
        Grafana.FailedLogins = 50;
        await PassAsync(3);
        Assert.That(Mailbox.Seen, Has.Count.EqualTo(4), "warnings are the chat's again");
    }

    [Test]
    public async Task A_restart_mails_nothing_twice_and_forgets_no_end()
    {
        Grafana.Health = HealthVerdict.DatabaseFailing;
        await PassAsync(3);
        Run(Mailbox);
        await PassAsync(3);
        Grafana.Health = HealthVerdict.Up;
        await PassAsync(2);
        Assert.That(Subjects().Select(subject => subject.Split(':')[^1].Trim()), Is.EqualTo(new[]
        {
            "Grafana's database does not answer", "Grafana's database answers again",
        }));
    }

    [Test]
    public async Task What_the_mail_server_does_not_take_waits_and_the_chat_does_not_wait_for_it()
    {
        Mailbox.IsAway = true;
        Grafana.Health = HealthVerdict.NotAnswering;
        await PassAsync(3);
        Assert.That(Told(), Has.One.StartsWith("CRITICAL"));
        Assert.That(Mailbox.Seen, Is.Empty);
        Mailbox.IsAway = false;
        Run(Mailbox);
        await PassAsync(6);
        Assert.That(Subjects(), Is.EqualTo(new[] { "CRITICAL: Grafana does not answer" }));
    }

    [Test]
    public async Task While_alerts_are_silenced_nothing_is_mailed_and_what_is_still_wrong_then_is()
    {
        Daemon.Alerts.Silence(new Silence(Time.GetUtcNow(), Time.GetUtcNow().AddMinutes(20), "x", "y"));
        Chat.IsDown = true;
        Grafana.Health = HealthVerdict.NotAnswering;
        await PassAsync(19);
        Assert.That(Mailbox.Seen, Is.Empty);
        await PassAsync(3);
        Assert.That(Subjects(), Has.One.EqualTo("CRITICAL: Grafana does not answer"));
    }

    [Test]
    public void A_check_that_found_the_mail_server_well_hurries_the_mails_and_leaves_the_chat_alone()
    {
        Daemon.Memory.State.NotBefore = Time.GetUtcNow().AddHours(1);
        var commands = new Commands(Daemon.Alerts, Daemon.Ways.Outbox, Daemon.Memory, Some.Zone, Time);
        commands.Execute(Common.Daemon.CommandLine.WaitingMessages.Asking(Mailbox));
        Assert.That(Daemon.Memory.State.NotBefore, Is.Not.Null);
    }

    private List<string> Subjects() => [.. Mailbox.Seen.Select(mail => mail.Subject)];

    private List<string> Told() => [.. Chat.Seen.Select(rows => rows[0])];
}
