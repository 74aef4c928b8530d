using Athena.ActiveUsers.CommandLine;
using Athena.ActiveUsers.Pulses;
using Athena.ActiveUsers.State;
using Athena.Common.Daemon.Control;
using Athena.Common.Grafana.Health;
using Athena.Common.Network;
using Athena.Common.Notify.Alertmanager;
using Athena.Common.Settings;

namespace Athena.ActiveUsers.Tests;

/// <summary>Each alert has a number by which somebody says that they have taken it up; those who were told of it are told so.</summary>
internal sealed class AcknowledgeTests : AlertScenario
{
    private const string Number = "AL-20261121-1";

    [Test]
    public async Task Each_alert_has_the_next_number_of_its_day_in_chat_mail_and_audit_and_its_end_has_the_same()
    {
        Run(Mailbox);
        await PassAsync(5);
        Grafana.FailedLogins = 50;
        await PassAsync(1);
        Grafana.Health = HealthVerdict.NotAnswering;
        await PassAsync(3);
        Run(Mailbox);
        Grafana.Health = HealthVerdict.Up;
        await PassAsync(3);
        Assert.Multiple(() =>
        {
            Assert.That(RowsOf("WARNING")[^1], Is.EqualTo($"Alert: {Number}"));
            Assert.That(RowsOf("CRITICAL")[^1], Is.EqualTo("Alert: AL-20261121-2"));
            Assert.That(RowsOf("OVER")[^1], Is.EqualTo("Alert: AL-20261121-2"), "over a restart");
            Assert.That(Mailbox.Seen.Select(mail => mail.Text), Is.All.Contains("AL-20261121-2"));
            Assert.That(
                Audit.Entries.Where(entry => entry.Event.StartsWith("alert", StringComparison.Ordinal))
                    .Select(entry => entry.Facts["number"]),
                Is.EqualTo(new[] { Number, "AL-20261121-2", "AL-20261121-2" }));
        });
    }

    [Test]
    public async Task Who_takes_it_up_and_what_they_do_is_told_where_the_alert_was_and_is_in_the_audit()
    {
        Run(Mailbox);
        await DownAsync();
        var reply = Ask(Number.ToLowerInvariant(), "The disk is\nbeing made larger");
        await PassAsync(1);
        Assert.Multiple(() =>
        {
            Assert.That(reply.ExitCode, Is.EqualTo(ExitCode.Ok), reply.Text);
            Assert.That(reply.Text, Does.StartWith($"{Number} is acknowledged: Grafana does not answer. Its end is told"));
            Assert.That(RowsOf("ACKNOWLEDGED"), Is.EqualTo(new[]
            {
                "ACKNOWLEDGED · Athena: Grafana does not answer",
                "by thabo (sudo) at 06:08 SAST: The disk is⟨U+000A⟩being made larger",
                $"Alert: {Number}",
            }));
            Assert.That(Mailbox.Seen[1].Subject, Is.EqualTo("Acknowledged: Grafana does not answer"));
            Assert.That(Mailbox.Seen[1].Thread, Is.EqualTo(Mailbox.Seen[0].Thread));
            Assert.That(Mailbox.Seen[1].Text, Does.Contain("thabo (sudo)").And.Contain("The disk is"));
            var (facts, verdict) = Audit.Entries.Where(entry => entry.Event == "alert-ack")
                .Select(entry => (entry.Facts, entry.Verdict)).Single();
            Assert.That(verdict, Is.EqualTo("acknowledged"), "without a name");
            Assert.That((facts["number"], facts["by"]), Is.EqualTo((Number, "thabo (sudo)")));
        });
    }

    [Test]
    public async Task It_is_not_told_again_by_another_way_and_its_end_is()
    {
        Run(Mailbox);
        await PassAsync(5);
        Grafana.FailedLogins = 50;
        await PassAsync(1);
        Ask(Number, "It is a test");
        await PassAsync(1);
        Chat.IsDown = true;
        await PassAsync(25);
        Assert.That(
            Mailbox.Seen.Select(mail => mail.Subject), Is.EqualTo(new[] { "ACTION NEEDED: Telegram takes no messages" }),
            "what is not taken up goes by mail while the chat takes nothing");
        (Chat.IsDown, Grafana.FailedLogins) = (false, 0);
        await PassAsync(8);
        Assert.That(RowsOf("OVER")[^1], Is.EqualTo($"Alert: {Number}"));
    }

    [Test]
    public async Task Alertmanager_is_told_the_number_and_when_it_was_taken_up_and_the_chat_nothing_when_that_goes_away()
    {
        using var board = new AlertBoard(
            new AlertmanagerSettings(true, new AlertmanagerAddress(new Uri("http://127.0.0.1:9093")), "r", "default", "host1"), Time);
        Run(board: board);
        await DownAsync();
        var before = board.Shown!.Single();
        Ask(Number, "x");
        await PassAsync(1);
        var after = board.Shown!.Single();
        board.Note("no connection");
        await PassAsync(8);
        Assert.Multiple(() =>
        {
            Assert.That((before.Number, before.AcknowledgedAt), Is.EqualTo((Number, (DateTimeOffset?)null)));
            Assert.That(after.AcknowledgedAt, Is.EqualTo(Some.Six.AddMinutes(8)));
            Assert.That(Told(), Is.EqualTo(new[] { "CRITICAL · Athena: Alertmanager takes no alerts" }));
        });
    }

    [Test]
    public async Task One_of_which_nobody_was_told_is_told_when_the_silence_is_over_with_who_has_it()
    {
        Run();
        Daemon.Alerts.Silence(new Silence(Time.GetUtcNow(), Time.GetUtcNow().AddMinutes(20), "x", "y"));
        await DownAsync();
        Ask(Number, "I am there");
        await PassAsync(2);
        Assert.That(Told(), Is.Empty);
        await PassAsync(12);
        Assert.That(Told(), Is.EqualTo(new[]
        {
            "CRITICAL · Athena: Grafana does not answer", "ACKNOWLEDGED · Athena: Grafana does not answer",
        }));
    }

    [Test]
    public async Task Whoever_names_none_that_is_open_or_says_nothing_is_told_what_to_do()
    {
        Run();
        await DownAsync();
        var unknown = Ask("AL-20261121-9\u202E", "x");
        var silent = Ask(Number, "");
        Assert.Multiple(() =>
        {
            Assert.That(unknown.ExitCode, Is.EqualTo(ExitCode.Fault));
            Assert.That(
                unknown.Text,
                Is.EqualTo("No alert AL-20261121-9\\u202E is open. Those that are: sudo grafana-active-users status; what became of one: "
                    + "sudo grafana-active-users incident AL-20261121-9\\u202E"));
            Assert.That(silent.ExitCode, Is.EqualTo(ExitCode.Usage));
            Assert.That(silent.Text, Does.Contain("--note"));
        });
    }

    [Test]
    public async Task One_that_a_version_without_numbers_began_gets_one_and_nobody_is_told_again()
    {
        Run();
        await DownAsync();
        Daemon.Memory.State.Alerts.Open[0] = Daemon.Memory.State.Alerts.Open[0] with { Number = null };
        await PassAsync(1);
        Assert.That(Daemon.Memory.State.Alerts.Open.Single().Number, Is.EqualTo("AL-20261121-2"));
        Assert.That(Told(), Has.Count.EqualTo(1));
    }

    [Test]
    public void Numbers_begin_anew_each_day_and_never_under_a_clock_that_was_set_back()
    {
        var state = new ActiveUsersState();
        string[] days = ["20261121", "20261121", "20261122", "20261121", "20261123"];
        Assert.That(days.Select(state.NumberAlert), Is.EqualTo(new[]
        {
            "AL-20261121-1", "AL-20261121-2", "AL-20261122-1", "AL-20261122-2", "AL-20261123-1",
        }));
    }

    private async Task DownAsync()
    {
        await PassAsync(5);
        Grafana.Health = HealthVerdict.NotAnswering;
        await PassAsync(3);
    }

    private ControlReply Ask(string number, string note) =>
        new Commands(Daemon.Alerts, Daemon.Ways.Outbox, Daemon.Memory, Some.Zone, Time).Execute(new ControlRequest(
            "ack", new Dictionary<string, string> { ["number"] = number, ["note"] = note, ["by"] = "thabo (sudo)" }));

    private IReadOnlyList<string> RowsOf(string word) =>
        Chat.Seen.Single(rows => rows[0].StartsWith(word, StringComparison.Ordinal));

    /// <summary>Of alerts; the pulses come in any case.</summary>
    private List<string> Told() =>
        [.. Chat.Seen.Select(rows => rows[0]).Where(row => row.Split(' ')[0] is "CRITICAL" or "WARNING" or "OVER" or "ACKNOWLEDGED")];
}
