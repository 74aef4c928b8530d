using System.Collections.Concurrent;
using System.Diagnostics;
using Athena.Common.Settings;
using Athena.Tests.Shared;

namespace Athena.Workers.Tests;

/// <summary>
/// Whoever forgets sudo gets one sentence, from every command of every daemon, and never an answer made of defaults: the program itself,
/// as a user that may read neither the settings nor the state.
/// </summary>
internal sealed class WithoutSudoTests
{
    private const string Nobody = "65534";

    /// <summary>They tell what the program knows by itself, and ask nothing of the host.</summary>
    private static readonly string[] Public = ["print settings", "print catalogue"];

    private TemporaryDirectory folder = null!;

    [SetUp]
    public void Open()
    {
        DemandRoot();
        folder = new TemporaryDirectory();
        Allow(folder.Path, UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        foreach (var name in (string[])["state", "run", "etc"]) Directory.CreateDirectory(folder[name]);
        Allow(folder["etc"], UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        File.WriteAllText(folder["grafana.log"], "");
    }

    [TearDown]
    public void Close() => folder?.Dispose();

    [TestCase("grafana-auto-disable")]
    [TestCase("grafana-compliance")]
    [TestCase("grafana-active-users")]
    public async Task Who_may_not_read_the_settings_is_told_by_each_command_to_use_sudo(string daemon)
    {
        var file = folder[$"etc/{daemon}"];
        await File.WriteAllTextAsync(file, "LOG_LEVEL=info\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var commands = await CommandsAsync(daemon);
        ConcurrentBag<string> others = [];
        await Parallel.ForEachAsync(commands, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (command, _) =>
        {
            var (code, said) = await RunAsync(daemon, command);
            var expected = $"Only root may read {file}. Run: sudo {daemon} {string.Join(' ', command)}\n";
            if ((code, said) != (ExitCode.NotPermitted, expected)) others.Add($"{string.Join(' ', command)}: {code} {said}");
        });
        Assert.That(commands, Has.Count.GreaterThan(10), "the help was understood");
        Assert.That(others, Is.Empty);
    }

    [TestCase("grafana-auto-disable", "status")]
    [TestCase("grafana-compliance", "check")]
    [TestCase("grafana-active-users", "status")]
    public async Task A_plugin_says_so_in_its_line(string daemon, string command)
    {
        var file = folder[$"etc/{daemon}"];
        await File.WriteAllTextAsync(file, "");
        File.SetUnixFileMode(file, UnixFileMode.UserRead);
        Assert.That(await RunAsync(daemon, [command, "-o", "nagios"]), Is.EqualTo((
            3, $"{daemon.ToUpperInvariant()} UNKNOWN - Only root may read {file}. Run: sudo {daemon} {command} -o nagios\n")));
    }

    [TestCase("grafana-auto-disable", "history", "uid:x")]
    [TestCase("grafana-auto-disable", "status")]
    [TestCase("grafana-auto-disable", "pending")]
    [TestCase("grafana-auto-disable", "approve", "uid:x", "--yes")]
    [TestCase("grafana-auto-disable", "audit", "verify")]
    [TestCase("grafana-compliance", "explain", "10:00")]
    [TestCase("grafana-compliance", "report")]
    [TestCase("grafana-active-users", "report")]
    [TestCase("grafana-active-users", "incident", "AL-20261121-1")]
    [TestCase("grafana-active-users", "ack", "AL-20261121-1", "--note", "x")]
    [TestCase("grafana-active-users", "silence", "2h", "--reason", "x")]
    public async Task Who_may_not_read_the_state_is_not_told_that_there_is_none(string daemon, params string[] command)
    {
        File.SetUnixFileMode(folder["state"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.That(await RunAsync(daemon, command), Is.EqualTo((
            ExitCode.NotPermitted, $"Only root may read {folder["state"]}. Run: sudo {daemon} {string.Join(' ', command)}\n")));
    }

    /// <summary>Each command with a word for each argument that it must have.</summary>
    private static async Task<List<string[]>> CommandsAsync(string daemon)
    {
        var help = new CommandHelp((arguments, output) => Dispatch.RunAsync(daemon, arguments, output, output));
        List<string[]> commands = [];
        foreach (var command in (await help.CommandsAsync()).Except(Public))
        {
            string[] words = command.Split(' ');
            commands.Add(
            [
                .. words,
                .. command switch
                {
                    "approve" => ["uid:x"],
                    "relock" => ["--found"],
                    "born-locked" => ["status"],
                    "decision-pin" => ["list"],
                    "explain" => ["10:00"],
                    "silence" => ["off"],
                    _ => Enumerable.Repeat("x", await help.ArgumentsOfAsync(command)),
                },
            ]);
        }

        return commands;
    }

    private async Task<(int Code, string Said)> RunAsync(string daemon, string[] command)
    {
        var start = new ProcessStartInfo("setpriv",
        [
            $"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", "dotnet", typeof(Dispatch).Assembly.Location, daemon, .. command,
        ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in (string[])["STATE_DIRECTORY", "RUNTIME_DIRECTORY", "CREDENTIALS_DIRECTORY"]) start.Environment.Remove(name);
        start.Environment["STATE_DIR"] = folder["state"];
        start.Environment["CONTROL_DIR"] = folder["run"];
        start.Environment["ATHENA_DEFAULTS_DIR"] = folder["etc"];
        start.Environment["LOG"] = "file:" + folder["grafana.log"];
        start.Environment["GRAFANA_URL"] = "http://127.0.0.1:9";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await error);
    }

    private static void Allow(string path, UnixFileMode more) => File.SetUnixFileMode(path, File.GetUnixFileMode(path) | more);

    /// <summary>Another user must be able to load the program from where the tests lie.</summary>
    private static void DemandRoot()
    {
        if (!Environment.IsPrivilegedProcess) NotRun.Missing("only root can become somebody else: run the tests as root to see this one");
        for (var above = new DirectoryInfo(AppContext.BaseDirectory); above is not null; above = above.Parent)
            if ((above.UnixFileMode & UnixFileMode.OtherExecute) == 0)
                NotRun.Missing($"the tests lie below {above.FullName}, which is closed to others: they could not load the program");
    }
}
