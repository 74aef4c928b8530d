using System.Globalization;
using System.Text.Json.Nodes;
using Athena.ActiveUsers.CommandLine;
using Athena.ActiveUsers.Policy;
using Athena.ActiveUsers.Pulses;
using Athena.ActiveUsers.Telemetry;
using Athena.Common.Notify.Channels;
using Athena.Common.Settings;
using Athena.Common.State.Audit;
using Athena.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace Athena.ActiveUsers.Tests;

/// <summary><c>incident</c>: what the audit knows of an alert, for a post-mortem.</summary>
internal sealed class IncidentTests
{
    private const string Number = "AL-20261121-1";

    private static readonly OpenAlert Down = new(
        AlertKind.GrafanaDown, Some.Six, "no connection to [x](https://evil.example) | <b>", IsTold: true, IsMailed: true, Number: Number);

    private TemporaryDirectory folder = null!;
    private ManualTime time = null!;
    private AuditLog audit = null!;
    private EventRecorder recorder = null!;

    [SetUp]
    public void Open()
    {
        (folder, time) = (new TemporaryDirectory(), new ManualTime(Some.Six));
        audit = AuditLog.Open(Options, time, NullLogger<AuditLog>.Instance);
        recorder = new EventRecorder(audit, (_, _) => false, NullLogger<EventRecorder>.Instance);
    }

    [TearDown]
    public void Close()
    {
        audit.Dispose();
        folder.Dispose();
    }

    [Test]
    public void From_begin_to_end_it_has_who_was_told_who_took_it_up_and_what_else_was_wrong()
    {
        Happen();
        var incident = Read(Number)!;
        Assert.Multiple(() =>
        {
            Assert.That((incident.Began, incident.Ended), Is.EqualTo((Some.Six, (DateTimeOffset?)Some.Six.AddMinutes(43))));
            Assert.That((incident.Told, incident.Acknowledged), Is.EqualTo(
                ((DateTimeOffset?)Some.Six.AddMinutes(2), (DateTimeOffset?)Some.Six.AddMinutes(10))));
            Assert.That(incident.Steps.Select(step => $"{step.At - Some.Six:mm} {step.What}"), Is.EqualTo(new[]
            {
                "00 First seen", "01 Raised", "02 Mail to ops@hospital.example, the alert: accepted", "03 Chat, the alert: accepted",
                "10 Acknowledged by thabo", "20 Alerts silenced for 60 min by lerato", "43 Over",
                "44 Webhook, the all-clear: not yet",
            }));
            Assert.That(incident.Beside.Select(other => (other.Number, other.Ended)), Is.EqualTo(new[]
            {
                ("AL-20261121-2", (DateTimeOffset?)null),
            }), "neither what was over before nor what began after");
        });
    }

    [Test]
    public void A_silence_that_was_on_when_it_began_is_part_of_it()
    {
        recorder.Silenced(new Silence(Some.Six, Some.Six.AddHours(1), "lerato", "an update"), "lerato", "an update");
        time.Advance(TimeSpan.FromMinutes(5));
        recorder.Alert(new AlertChange(Down with { Since = time.GetUtcNow(), IsTold = false }, null));
        Assert.That(Read(Number)!.Steps.Select(step => (step.What, step.Detail)), Is.SupersetOf(new[]
        {
            ("Alerts silenced for 60 min by lerato", "an update"), ("Raised", "told to nobody: alerts were silenced"),
        }));
    }

    [Test]
    public void It_reads_as_its_samples()
    {
        Happen();
        var text = new IncidentText(Read(Number)!, Some.Wording, Some.AlertMail.Brand, Some.Six.AddHours(1));
        Sample.AssertIs("incident.md", text.Markdown() + "\n");
        Sample.AssertIs("incident.html", text.Html());
    }

    [Test]
    public async Task In_markdown_no_text_of_a_stranger_is_more_than_a_text()
    {
        Happen();
        var (code, text) = await RunAsync("md");
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(ExitCode.Ok));
            Assert.That(text, Does.StartWith("# AL-20261121-1: Grafana does not answer\n\n"));
            Assert.That(text, Does.Contain("\nCritical, seen by grafana-active-users. It lasted 43 min, from "));
            Assert.That(text, Does.Contain("The first message was taken after 120 s. Somebody took it up after 10 min.").Or.Contain(
                "The first message was taken after 2 min. Somebody took it up after 10 min."));
            Assert.That(text, Does.Contain(@"\[x\]").And.Contain(@"\|").And.Contain(@"\<b\>").And.Contain("## What else was wrong then"));
            Assert.That(text, Does.Not.Contain("evil.example").And.Not.Contain("ops@hospital"), "no program makes a link of it");
            foreach (var row in text.Split('\n').Where(line => line.StartsWith('|')))
                Assert.That(row.Replace(@"\|", "", StringComparison.Ordinal).Count(sign => sign == '|'), Is.EqualTo(5), row);
        });
    }

    [Test]
    public async Task As_a_page_it_is_complete_and_names_of_strangers_are_no_markup()
    {
        Happen();
        var (code, text) = await RunAsync("html");
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(ExitCode.Ok));
            Assert.That(text, Does.StartWith("<!DOCTYPE html>").And.Contain("<h1>AL-20261121-1: Grafana does not answer</h1>"));
            Assert.That(text, Does.Contain("Content-Security-Policy").And.Contain("&lt;b&gt;"));
            Assert.That(text, Does.Not.Contain("<b>").And.Not.Contain("evil.example").And.Not.Contain("<script"));
        });
    }

    [Test]
    public async Task For_a_terminal_and_for_a_program_it_is_the_same()
    {
        Happen();
        var (code, text) = await RunAsync("text");
        var json = JsonNode.Parse((await RunAsync("json")).Text)!;
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(ExitCode.Ok));
            Assert.That(text, Does.Contain("AL-20261121-1: Grafana does not answer\n").And.Contain("Acknowledged by thabo"));
            Assert.That(text, Does.Contain("ops@hospital.example").And.Not.Contain("\u200B"), "it can be copied");
            Assert.That(json["number"]!.GetValue<string>(), Is.EqualTo(Number));
            Assert.That(json["acknowledged"]!.GetValue<DateTimeOffset>(), Is.EqualTo(Some.Six.AddMinutes(10)));
            Assert.That(json["steps"]!.AsArray(), Has.Count.EqualTo(8));
        });
    }

    [Test]
    public async Task One_that_is_open_says_so_and_a_number_that_nobody_knows_where_to_look()
    {
        recorder.Alert(new AlertChange(Down, null));
        var open = await RunAsync("md");
        var unknown = await RunAsync("md", "AL-20261121-77");
        Assert.Multiple(() =>
        {
            Assert.That(open.Text, Does.Contain("It has lasted ").And.Contain(", and is open. Nobody said that they took it up."));
            Assert.That(unknown.Code, Is.EqualTo(ExitCode.Fault));
            Assert.That(unknown.Text, Does.StartWith("The audit knows no alert AL-20261121-77.").And.Contain("status"));
        });
    }

    [Test]
    public void Of_one_whose_facts_are_no_longer_kept_that_is_said()
    {
        Happen();
        audit.Dispose();
        time.Advance(TimeSpan.FromDays(100));
        audit = AuditLog.Open(Options, time, NullLogger<AuditLog>.Instance);
        audit.Trim();
        Assert.That(Read(Number), Is.Null);
        Assert.That(
            IncidentCommand.WhyNone(Number, Options.Keep, time.GetUtcNow()),
            Does.StartWith("Of AL-20261121-1 nothing but its verdicts is kept").And.Contain("AUDIT_KEEP, which is 90d"));
    }

    /// <summary>Another alert before, the one that is asked for, one beside it that goes on, and one after.</summary>
    private void Happen()
    {
        var before = Down with { Kind = AlertKind.SignUps, Since = Some.Six.AddHours(-2), Number = "AL-20261121-0" };
        recorder.Alert(new AlertChange(before, null));
        recorder.Alert(new AlertChange(before, Some.Six.AddHours(-1)));
        At(1, () => recorder.Alert(new AlertChange(Down, null)));
        At(2, () => recorder.Delivery(Report("Mail", "began", DeliveryVerdict.Accepted, "accepted by mail")));
        At(3, () => recorder.Sent(
            new State.PendingMessage(
                $"{Down.Key}/began", State.MessageKind.Alert, AlertText.Began(Down, Some.Wording), Some.Quarter, IsSilent: false),
            new DeliveryResult(DeliveryVerdict.Accepted, "message 7")));
        At(5, () => recorder.Alert(new AlertChange(
            Down with { Kind = AlertKind.SecondCopy, Since = time.GetUtcNow(), Number = "AL-20261121-2" }, null)));
        At(10, () => recorder.Acknowledged(Down with { Acknowledged = new Acknowledgement(time.GetUtcNow(), "thabo", "I look | at it") }));
        At(20, () => recorder.Silenced(
            new Silence(time.GetUtcNow(), time.GetUtcNow().AddHours(1), "lerato", "enough"), "lerato", "enough"));
        At(43, () => recorder.Alert(new AlertChange(Down, time.GetUtcNow())));
        At(44, () => recorder.Delivery(Report("Webhook", "over", DeliveryVerdict.Transient, "no connection")));
        At(50, () => recorder.Alert(new AlertChange(
            Down with { Kind = AlertKind.LogNotSeen, Since = time.GetUtcNow(), Number = "AL-20261121-3" }, null)));
    }

    private void At(int minute, Action happens)
    {
        time.Advance(Some.Six.AddMinutes(minute) - time.GetUtcNow());
        happens();
    }

    private static DeliveryReport Report(string channel, string what, DeliveryVerdict verdict, string detail) =>
        new(channel, $"{Down.Key}/{what}", "ops@hospital.example", verdict, detail, GaveUp: false);

    private AuditOptions Options => new(folder.Path, TimeSpan.FromDays(90), TimeSpan.FromDays(2555));

    private Incident? Read(string number) => Incident.Of([.. AuditReader.Read(Options).Where(Incident.Tells)], number);

    private async Task<(int Code, string Text)> RunAsync(string output, string number = Number)
    {
        var source = new SettingsSource(
            new Dictionary<string, string>
            {
                ["STATE_DIR"] = folder.Path,
                ["CONTROL_DIR"] = folder.Path,
                ["TELEGRAM_BOT_TOKEN"] = "123456789:not_shown_anywhere_not_shown_anywhere",
                ["TELEGRAM_CHAT_ID"] = "-1001234567890",
            },
            null, []);
        await using var written = new StringWriter(CultureInfo.InvariantCulture);
        var code = await ActiveUsersProgram.Create(_ => source)
            .InvokeAsync(["incident", number, "--output", output], written, written);
        return (code, written.ToString());
    }
}
