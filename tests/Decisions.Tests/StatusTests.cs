using System.Text.Json.Nodes;
using Athena.Common.Daemon.Units;
using Athena.Common.Settings;
using Athena.Decisions.CommandLine;
using Athena.Tests.Shared;

namespace Athena.Decisions.Tests;

/// <summary>What <c>status</c> says, by what systemd says of the units, as systemd 252 and 257 write it.</summary>
internal sealed class StatusTests
{
    private TemporaryDirectory folder = null!;

    [SetUp]
    public void Open() => folder = new TemporaryDirectory();

    [TearDown]
    public void Close() => folder.Dispose();

    [Test]
    public void What_systemd_says_is_read()
    {
        var units = Units(Socket("active"), Service("active", restarts: 2));
        Assert.Multiple(() =>
        {
            Assert.That((units.IsEnabled, units.IsInUse, units.Restarts), Is.EqualTo((true, true, 2)));
            Assert.That(units.Listens, Is.EqualTo(new[] { "127.0.0.1:8377", "/run/athena-workers-decisions.sock" }));
            Assert.That((units.Socket.IsActive, units.Service.IsRunning), Is.EqualTo((true, true)));
            Assert.That(units.Service.Began, Is.EqualTo(new DateTimeOffset(2026, 11, 30, 8, 12, 5, TimeSpan.Zero)));
        });
    }

    [TestCase("active", "127.0.0.1:9469", true, "answers Prometheus at 127.0.0.1:9469; there is no page (DECISION_LISTEN=no)")]
    [TestCase("failed", "127.0.0.1:9469", false, "answers Prometheus at 127.0.0.1:9469; there is no page (DECISION_LISTEN=no)")]
    [TestCase("inactive", null, true, "does nothing: there is no page (DECISION_LISTEN=no) and no METRICS_LISTEN")]
    public void Without_a_page_it_says_what_there_is(string socket, string? metrics, bool isWell, string state)
    {
        var status = PageStatus.WithoutPage(Units(Socket(socket), Service("inactive")), metrics);
        Assert.That((status.State, status.IsWell), Is.EqualTo((state, isWell)));
    }

    [TestCase("inactive", "disabled", "inactive", false, 0, "off: nobody decides from a mail")]
    [TestCase("inactive", "disabled", "inactive", true, 1, "mails have links, and they lead nowhere: its socket is not open")]
    [TestCase("inactive", "enabled", "inactive", false, 1, "its socket is not open")]
    [TestCase("active", "enabled", "inactive", true, 0, "waits until somebody opens a link; grafana-auto-disable answers it")]
    [TestCase("active", "enabled", "active", true, 0, "shows the pages of links")]
    [TestCase("active", "enabled", "active", false, 1, "links lead nowhere. Nobody answers at")]
    [TestCase("failed", "enabled", "failed", true, 1, "its socket has failed. Why: journalctl")]
    [TestCase("active", "enabled", "failed", true, 1, "its last run has failed")]
    public async Task Each_way_it_can_be_has_its_sentence_and_what_to_do(
        string socket, string enabled, string service, bool isAnswered, int code, string said)
    {
        var units = Units(Socket(socket, enabled), Service(service));
        var (text, ended) = await RunAsync(units, isAnswered, "status");
        Assert.That(ended, Is.EqualTo(code), text);
        Assert.That(text, Does.StartWith("State      ").And.Contain(said));
        var (json, _) = await RunAsync(units, isAnswered, "status", "--output", "json");
        var answer = JsonNode.Parse(json)!;
        Assert.That(
            ((string)answer["state"]!, (bool)answer["open"]!, (bool)answer["running"]!),
            Is.EqualTo((text.Split('\n')[0]["State      ".Length..], socket == "active", service == "active")));
        var (line, state) = await RunAsync(units, isAnswered, "status", "--output", "nagios");
        Assert.That(line, Does.StartWith($"ATHENA-WORKERS-DECISIONS {(code == 0 ? "OK" : "CRITICAL")} - "));
        Assert.That(state, Is.EqualTo(code == 0 ? 0 : 2));
    }

    [Test]
    public async Task What_was_started_again_is_a_warning_and_when_it_failed_is_said()
    {
        var units = Units(Socket("active"), Service("failed", restarts: 3));
        var (text, _) = await RunAsync(units, isAnswered: true, "status");
        Assert.That(text, Does.Contain("Failed     2026-11-30 08:13 UTC: exit-code, 78").And.Contain("start it again 3 times"));
        (text, var code) = await RunAsync(Units(Socket("active"), Service("active", restarts: 3)), true, "status", "--output", "nagios");
        Assert.That(code, Is.EqualTo(1), text);
        Assert.That(text, Does.StartWith("ATHENA-WORKERS-DECISIONS WARNING - ").And.Contain("restarts=3"));
    }

    [Test]
    public async Task While_nobody_uses_it_check_only_notes_that_nobody_answers_it([Values] bool isInUse)
    {
        var units = Units(Socket("inactive", isInUse ? "enabled" : "disabled"), Service("inactive"));
        var (text, code) = await RunAsync(units, isAnswered: false, "check");
        Assert.That(code, Is.EqualTo(isInUse ? ExitCode.Fault : ExitCode.Ok), text);
        Assert.That(text, Does.Contain(isInUse ? "FAILED  Nobody answers at" : "note    Nobody answers at"));
    }

    [TestCase("loaded", "inactive", "dead", "grafana-auto-disable does not run", "sudo systemctl start grafana-auto-disable;")]
    [TestCase("loaded", "failed", "failed", "grafana-auto-disable does not run", "journalctl -u grafana-auto-disable -n 20")]
    [TestCase("loaded", "active", "running", "grafana-auto-disable runs, and nobody", "To have it: DECISION_URL in")]
    [TestCase("not-found", "inactive", "dead", "is not installed here", "sudo apt install grafana-auto-disable")]
    public async Task Who_does_not_answer_is_said_with_what_makes_it_answer(
        string load, string active, string sub, string what, string remedy)
    {
        var daemon = $"LoadState={load}\nActiveState={active}\nSubState={sub}";
        var units = PageUnits.Parse($"{Socket("active")}\n\n{Service("inactive")}\n\n{daemon}\n");
        var (text, code) = await RunAsync(units, isAnswered: false, "check");
        Assert.That(code, Is.EqualTo(ExitCode.Fault), text);
        Assert.That(text, Does.Contain(what).And.Contain(remedy));
        Assert.That(text.Contains("DECISION_URL", StringComparison.Ordinal), Is.EqualTo(active == "active"), "what is set need not be set");
        (text, _) = await RunAsync(units, isAnswered: false, "status");
        Assert.That(text, Does.Contain(what));
        Assert.That((await RunAsync(units, isAnswered: true, "check")).Code, Is.EqualTo(ExitCode.Ok));
    }

    private async Task<(string Text, int Code)> RunAsync(PageUnits units, bool isAnswered, params string[] arguments)
    {
        await using var desk = new FakeDesk(folder["desk"]);
        if (isAnswered) await desk.StartAsync();
        var output = new StringWriter();
        var program = new DecisionsProgram
        {
            Source = _ => new SettingsSource(new Dictionary<string, string> { ["DECISION_DESK"] = folder["desk"] }),
            Units = _ => Task.FromResult<PageUnits?>(units),
        };
        var code = await program.InvokeAsync(arguments, output, output);
        return (output.ToString(), code);
    }

    private static PageUnits Units(string socket, string service) => PageUnits.Parse($"{socket}\n\n{service}\n");

    private static string Socket(string active, string enabled = "enabled") => $"""
        Listen=127.0.0.1:8377 (Stream)
        Listen=/run/athena-workers-decisions.sock (Stream)
        Result=success
        LoadState=loaded
        ActiveState={active}
        SubState=listening
        FragmentPath=/lib/systemd/system/athena-workers-decisions.socket
        UnitFileState={enabled}
        """;

    private static string Service(string active, int restarts = 0) => $"""
        NRestarts={restarts}
        ExecMainStartTimestamp=Mon 2026-11-30 08:12:05 UTC
        ExecMainExitTimestamp={(active == "failed" ? "Mon 2026-11-30 08:13:05 UTC" : "")}
        ExecMainStatus={(active == "failed" ? 78 : 0)}
        Result={(active == "failed" ? "exit-code" : "success")}
        LoadState=loaded
        ActiveState={active}
        SubState=running
        FragmentPath=/lib/systemd/system/athena-workers-decisions.service
        UnitFileState=static
        """;
}
