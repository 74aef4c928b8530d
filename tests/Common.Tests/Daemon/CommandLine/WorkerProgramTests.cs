using System.Text.Json;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.Settings;
using Athena.Common.State;
using Athena.Common.State.Audit;
using Athena.Common.Telemetry;
using Athena.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Athena.Common.Tests.Daemon.CommandLine;

internal sealed class WorkerProgramTests
{
    private static readonly WorkerIdentity Identity = new("grafana-test", "test", "Tests what a daemon is.");

    private readonly Dictionary<string, string> environment = [];
    private TemporaryDirectory directory = null!;
    private StringWriter output = null!;
    private StringWriter error = null!;

    [SetUp]
    public void Prepare()
    {
        directory = new TemporaryDirectory();
        output = new StringWriter();
        error = new StringWriter();
        environment.Clear();
        environment["STATE_DIRECTORY"] = directory.Path;
        environment["RUNTIME_DIRECTORY"] = directory.Path;
        environment["MAIL_TO"] = "admin@example.org";
    }

    [TearDown]
    public void Clean()
    {
        output.Dispose();
        error.Dispose();
        directory.Dispose();
    }

    [Test]
    public async Task Help_names_the_commands_and_gives_examples()
    {
        Assert.That(await InvokeAsync("--help"), Is.EqualTo(ExitCode.Ok));

        foreach (var command in new[]
        {
            "run", "once", "check", "status", "audit", "approve", "--output", "--version", "Examples:", "  grafana-test check --show",
        })
            Assert.That(output.ToString(), Does.Contain(command));
    }

    [Test]
    public async Task Version_tells_the_runtime_too()
    {
        Assert.That(await InvokeAsync("--version"), Is.EqualTo(ExitCode.Ok));
        Assert.That(output.ToString(), Does.Match(@"^grafana-test \S+ \(\.NET 10\.\S+ on \S+\)\n$"));
    }

    [Test]
    public async Task Once_works_with_the_settings_and_knows_a_dry_run()
    {
        Assert.That(await InvokeAsync("once", "--dry-run"), Is.EqualTo(ExitCode.Ok));
        Assert.That(output.ToString(), Is.EqualTo("once for admin@example.org, dry run True\n"));
    }

    [Test]
    public async Task Faulty_settings_end_a_command_with_78_and_are_all_told()
    {
        environment.Remove("MAIL_TO");
        environment["AUDIT_KEEP"] = "90";

        Assert.That(await InvokeAsync("once"), Is.EqualTo(ExitCode.Configuration));
        Assert.That(error.ToString(), Does.Contain("MAIL_TO: is needed").And.Contain("AUDIT_KEEP: has no unit"));
        Assert.That(await InvokeAsync("run"), Is.EqualTo(ExitCode.Configuration));
    }

    [Test]
    public async Task Check_gives_one_line_each_with_the_remedy_and_its_exit_code()
    {
        File.WriteAllText(directory["grafana-test"], "export MAIL_TO=x\n");
        environment["MAIL_TOO"] = "x";

        Assert.That(await InvokeAsync("check", "--show"), Is.EqualTo(ExitCode.Warnings));
        var lines = output.ToString().Split('\n');
        Assert.That(lines, Has.Some.EqualTo($"STATE_DIR           = {directory.Path}   [STATE_DIRECTORY]"));
        Assert.That(lines, Has.Some.EqualTo("MAIL_TO             = admin@example.org   [environment]"));
        Assert.That(lines, Has.Some.EqualTo(
            $"warning {directory["grafana-test"]} line 1: systemd knows no \"export\": MAIL_TO is not set. → Write MAIL_TO=… "
            + "without export."));
        Assert.That(lines, Has.Some.EqualTo(
            "warning MAIL_TOO (environment) is not a setting of this daemon; did you mean MAIL_TO? → Correct or remove it."));
        Assert.That(lines, Has.Some.EqualTo("ok      Grafana answers"));
    }

    [Test]
    public async Task Check_as_json_is_json_and_a_failure_is_one()
    {
        environment.Remove("MAIL_TO");

        Assert.That(await InvokeAsync("check", "--output", "json"), Is.EqualTo(ExitCode.Fault));
        using var json = JsonDocument.Parse(output.ToString());
        Assert.That(json.RootElement.GetProperty("exitCode").GetInt32(), Is.EqualTo(1));
        Assert.That(json.RootElement.GetProperty("findings")[0].GetProperty("outcome").GetString(), Is.EqualTo("failed"));
    }

    [Test]
    public async Task Check_names_the_versions_in_its_last_line()
    {
        Assert.That(await InvokeAsync("check"), Is.EqualTo(ExitCode.Ok));
        Assert.That(
            output.ToString().TrimEnd('\n').Split('\n')[^1], Does.Match(@"^ok      grafana-test \S+ with its own \.NET 10\.\S+ on \S+$"));
    }

    [Test]
    public async Task Printed_settings_hold_every_key_and_no_value_of_this_host()
    {
        environment["MAIL_TO"] = "somebody@example.org";
        Assert.That(await InvokeAsync("print", "settings"), Is.EqualTo(ExitCode.Ok));
        Assert.That(output.ToString(), Does.Contain("\n#MAIL_TO=\n").And.Contain("\n#STATE_DIR=/var/lib/grafana-test\n")
            .And.Not.Contain("somebody"));
    }

    [Test]
    public async Task The_printed_catalogue_leaves_out_what_every_daemon_logs()
    {
        Assert.That(await InvokeAsync("print", "catalogue"), Is.EqualTo(ExitCode.Ok));
        Assert.That(output.ToString(), Does.Not.Contain(HostEvents.Started.MessageId.ToString("N")));
    }

    [Test]
    public async Task Status_without_a_daemon_says_so()
    {
        Assert.That(await InvokeAsync("status"), Is.EqualTo(ExitCode.Fault));
        Assert.That(error.ToString(), Is.EqualTo(
            "grafana-test is not running. Why: journalctl -u grafana-test -n 20; what it lacks: sudo grafana-test check; to start it: "
            + "sudo systemctl start grafana-test\n"));
    }

    [Test]
    public void On_a_fresh_host_status_says_how_it_is_set_up() => Assert.That(
        WorkerProgram<string>.NotRunning("grafana-test", hasState: false, _ => false),
        Is.EqualTo("grafana-test has not run here yet. To set it up: sudo athena-workers setup"));

    [Test]
    public void Where_a_timer_of_before_guards_status_does_not_say_to_start_what_has_its_name()
    {
        var words = WorkerProgram<string>.NotRunning(
            "grafana-test", hasState: true, path => path == "/etc/systemd/system/grafana-test.timer");
        Assert.That(words, Does.Contain("grafana-test.timer in /etc/systemd/system is at work").And.EndsWith("sudo grafana-test activate")
            .And.Not.Contain("systemctl start"));
    }

    [Test]
    public async Task Status_asks_the_running_daemon()
    {
        using var socket = new ControlSocket(
            directory["control"], (r, _) => Task.FromResult(new ControlReply(0, r.Command + " is fine", "{\"fine\":true}")),
            NullLogger<ControlSocket>.Instance, TimeProvider.System);
        await socket.StartAsync(CancellationToken.None);

        Assert.That(await InvokeAsync("status"), Is.EqualTo(ExitCode.Ok));
        Assert.That(await InvokeAsync("status", "--output", "json"), Is.EqualTo(ExitCode.Ok));
        Assert.That(output.ToString(), Is.EqualTo("status is fine\n{\"fine\":true}\n"));
        await socket.StopAsync(CancellationToken.None);
    }

    [Test]
    public async Task Audit_verify_tells_whole_from_changed()
    {
        var options = new AuditOptions(directory.Path, TimeSpan.FromDays(90), TimeSpan.FromDays(700));
        using (var log = AuditLog.Open(options, TimeProvider.System, NullLogger<AuditLog>.Instance))
            log.Append(new AuditEntry("locked", "uid", "locked", new Dictionary<string, string>()));

        Assert.That(await InvokeAsync("audit", "verify"), Is.EqualTo(ExitCode.Ok));
        Assert.That(output.ToString(), Does.StartWith("The audit is whole: 1 lines, entries 1 to 1, head "));

        File.WriteAllText(options.File, File.ReadAllText(options.File).Replace("uid", "dui", StringComparison.Ordinal));
        Assert.That(await InvokeAsync("audit", "verify"), Is.EqualTo(ExitCode.Fault));
        Assert.That(error.ToString(), Does.Contain("CHANGED  audit.jsonl line 1, entry 1, was changed"));
    }

    [Test]
    public async Task A_command_of_the_daemon_gets_its_arguments()
    {
        Assert.That(await InvokeAsync("approve", "uid:17"), Is.EqualTo(ExitCode.Ok));
        Assert.That(output.ToString(), Is.EqualTo("approved uid:17\n"));
    }

    [Test]
    public async Task A_bug_in_a_command_is_exit_code_1_with_its_stack_trace()
    {
        Assert.That(await InvokeAsync("approve", "bug"), Is.EqualTo(ExitCode.Fault));
        Assert.That(error.ToString(), Does.StartWith("grafana-test: a fault, please report it\n  System.InvalidOperationException: bug\n"));
    }

    [Test]
    public async Task An_answer_without_json_becomes_json_all_the_same()
    {
        Assert.That(await InvokeAsync("approve", "\"odd\"\nname", "--output", "json"), Is.EqualTo(ExitCode.Ok));
        using var json = JsonDocument.Parse(output.ToString());
        Assert.That(json.RootElement.GetProperty("text").GetString(), Is.EqualTo("approved \"odd\"\nname"));
    }

    [Test]
    public async Task A_slip_of_the_pen_is_refused()
    {
        Assert.That(await InvokeAsync("aprove"), Is.Not.EqualTo(ExitCode.Ok));
        Assert.That(await InvokeAsync("status", "--output", "xml"), Is.Not.EqualTo(ExitCode.Ok));
    }

    [Test]
    public async Task Run_ends_with_78_when_the_worker_finds_no_state() =>
        Assert.That(await InvokeAsync("run"), Is.EqualTo(ExitCode.Configuration));

    private Task<int> InvokeAsync(params string[] args)
    {
        var program = new WorkerProgram<string>(Identity, reader => reader.Required("MAIL_TO", "who is told"))
        {
            Compose = (services, _) => services.AddHostedService<Stateless>(),
            Once = (context, _, _) =>
            {
                context.Out.WriteLine($"once for {context.Settings}, dry run {context.Common.DryRun}");
                return Task.FromResult(ExitCode.Ok);
            },
            Check = (_, _, report, _) =>
            {
                report.Ok("Grafana answers");
                return Task.CompletedTask;
            },
            Examples = ["grafana-test check --show    tests everything"],
            Source = daemon => new SettingsSource(environment, null, directory[daemon], directory["athena-workers"]),
        };
        var who = new System.CommandLine.Argument<string>("who");
        program.Add("approve", "Lets an account in.", (context, parse, _) =>
        {
            if (parse.GetValue(who) == "bug")
                throw new InvalidOperationException("bug");
            return Task.FromResult(context.Print(new ControlReply(ExitCode.Ok, "approved " + parse.GetValue(who))));
        }).Arguments.Add(who);
        return program.InvokeAsync(args, output, error);
    }

    private sealed class Stateless : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
            throw new ConfigurationException("no state: grafana-test baseline");
    }
}
