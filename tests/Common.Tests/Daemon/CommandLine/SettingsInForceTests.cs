using System.Text.Json;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.Settings;
using Athena.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace Athena.Common.Tests.Daemon.CommandLine;

/// <summary>Who changes the settings of a daemon that runs is told that it goes by those it read at its start.</summary>
[NonParallelizable]
public sealed class SettingsInForceTests
{
    private static readonly WorkerIdentity Identity = new("grafana-test", "athena.test", "Tests the command line.");

    private readonly Dictionary<string, string> environment = [];
    private readonly ManualTime time = new();
    private TemporaryDirectory directory = null!;
    private WorkerContext<string> daemon = null!;
    private ControlSocket socket = null!;
    private string asked = "";

    [SetUp]
    public async Task Start()
    {
        directory = new TemporaryDirectory();
        environment.Clear();
        environment["STATE_DIRECTORY"] = directory.Path;
        environment["RUNTIME_DIRECTORY"] = directory.Path;
        Write("grafana-test", "MAIL_TO=admin@example.org\nSMTP_PASSWORD=first-secret\nTIMEZONE=UTC\n");
        Write("athena-workers", "AUDIT_KEEP=30d\n");
        daemon = new WorkerContext<string>(Identity, Read, Source(), false, "text", TextWriter.Null, TextWriter.Null, time);
        var answer = SettingsInForce.Before(
            daemon,
            (request, _) => Task.FromResult(new ControlReply(0, $"State      {request.Command} is fine\n", """{"state":"fine"}""")));
        socket = new ControlSocket(
            directory["control"],
            async (request, cancel) =>
            {
                var reply = await answer(request, cancel);
                asked += reply.Json;
                return reply;
            },
            NullLogger<ControlSocket>.Instance, TimeProvider.System);
        await socket.StartAsync(CancellationToken.None);
    }

    [TearDown]
    public async Task Stop()
    {
        await socket.StopAsync(CancellationToken.None);
        socket.Dispose();
        daemon.Dispose();
        directory.Dispose();
    }

    [Test]
    public async Task Nothing_is_said_of_settings_that_are_in_force_though_their_files_were_written_again()
    {
        Write("grafana-test", "# a remark\nMAIL_TO = admin@example.org\nSMTP_PASSWORD='first-secret'\nTIMEZONE=UTC\nTENANT_ID=\n");
        var check = await InvokeAsync("check");
        Assert.That(await InvokeAsync("status"), Is.EqualTo((ExitCode.Ok, "State      status is fine\n")));
        Assert.That(check.Text, Does.Not.Contain("in force"));
    }

    [Test]
    public async Task Status_and_check_name_what_was_changed_and_the_command_that_puts_it_in_force()
    {
        Write("grafana-test", "MAIL_TO=other@example.org\nSMTP_PASSWORD=second-secret\nTIMEZONE=UTC\n", minutes: 303);
        Write("athena-workers", "");
        var status = await InvokeAsync("status");
        var json = await InvokeAsync("status", "--output", "json");
        var check = await InvokeAsync("check");
        const string Sentence = "AUDIT_KEEP, SMTP_PASSWORD, MAIL_TO changed at 2026-11-21 13:03 UTC, and what was set at 2026-11-21 08:00 "
            + "UTC is still in force";
        Assert.Multiple(() =>
        {
            Assert.That(status, Is.EqualTo((
                ExitCode.Ok, $"State      status is fine\nSettings   {Sentence}. Where sudo grafana-test check finds no fault: "
                + "sudo systemctl restart grafana-test\n")));
            Assert.That(
                JsonDocument.Parse(json.Text).RootElement.GetProperty("settingsNotInForce").EnumerateArray().Select(key => key.GetString()),
                Is.EqualTo(new[] { "AUDIT_KEEP", "SMTP_PASSWORD", "MAIL_TO" }));
            Assert.That(check.Code, Is.EqualTo(ExitCode.Warnings), check.Text);
            Assert.That(check.Text, Does.Contain($"Settings: {Sentence}").And.Contain("sudo systemctl restart grafana-test"));
            Assert.That(asked, Does.Contain("salt").And.Not.Contain("secret").And.Not.Contain("example.org"), "no value leaves the daemon");
        });
    }

    [Test]
    public async Task What_this_command_alone_was_given_is_no_change()
    {
        environment["MAIL_TO"] = "somebody@example.org";
        Assert.That((await InvokeAsync("status")).Text, Is.EqualTo("State      status is fine\n"));
    }

    [Test]
    public async Task The_answer_is_salted_anew_each_time()
    {
        var answer = SettingsInForce.Before(daemon, (_, _) => throw new InvalidOperationException());
        var first = await answer(new ControlRequest(SettingsInForce.Command), CancellationToken.None);
        var second = await answer(new ControlRequest(SettingsInForce.Command), CancellationToken.None);
        Assert.That(Digest(first), Is.Not.EqualTo(Digest(second)));

        static string Digest(ControlReply reply) =>
            JsonDocument.Parse(reply.Json!).RootElement.GetProperty("values").GetProperty("SMTP_PASSWORD").GetString()!;
    }

    private static string Read(SettingsReader reader)
    {
        _ = ZoneSetting.Read(reader, "The zone.");
        _ = reader.Secret("SMTP_PASSWORD", "The password.");
        return reader.Required("MAIL_TO", "who is told");
    }

    private SettingsSource Source() => new(environment, null, directory["grafana-test"], directory["athena-workers"]);

    private void Write(string name, string text, int minutes = 0)
    {
        File.WriteAllText(directory[name], text);
        File.SetLastWriteTimeUtc(directory[name], time.GetUtcNow().UtcDateTime.AddMinutes(minutes));
    }

    private async Task<(int Code, string Text)> InvokeAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        var program = new WorkerProgram<string>(Identity, Read)
        {
            Compose = (_, _) => { },
            Once = (_, _, _) => Task.FromResult(ExitCode.Ok),
            Check = (_, _, _, _) => Task.CompletedTask,
            Source = _ => Source(),
        };
        var code = await program.InvokeAsync(arguments, output, output);
        return (code, output.ToString());
    }
}
