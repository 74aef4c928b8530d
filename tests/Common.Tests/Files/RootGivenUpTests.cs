using Athena.Common.Daemon.Control;
using Athena.Common.Settings;
using Athena.Common.Tests.Notify;
using Athena.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace Athena.Common.Tests.Files;

/// <summary>What a command that root started is, once it works in a directory of the daemon's user.</summary>
internal sealed class RootGivenUpTests
{
    private TemporaryDirectory directory = null!;

    [SetUp]
    public void A_state_directory_of_the_daemons_user()
    {
        OwnProgram.DemandRoot();
        directory = new TemporaryDirectory();
        foreach (var name in (string[])["state", "run", "etc"]) Directory.CreateDirectory(directory[name]);
        File.WriteAllText(directory["grafana.log"], "");
        Tool.Run("chown", "0:61999", directory["grafana.log"]);
        foreach (var name in (string[])["state", "run"]) OwnProgram.Chown(directory[name], OwnProgram.Daemon);
    }

    [TearDown]
    public void Clean() => directory?.Dispose();

    [Test]
    public void Every_thread_is_the_owner_and_can_do_nothing_more()
    {
        using var held = OwnProgram.Start(directory, null, HoldCommand.Name);
        _ = held.StandardOutput.ReadLine();
        var threads = Directory.GetDirectories($"/proc/{held.Id}/task").Select(task => File.ReadAllLines($"{task}/status")).ToList();
        End(held);

        Assert.That(threads, Has.Count.GreaterThan(3), "threads from before and from after");
        const uint User = OwnProgram.Daemon;
        Assert.Multiple(() =>
        {
            foreach (var status in threads)
            {
                string Of(string key) =>
                    status.First(line => line.StartsWith(key + ":", StringComparison.Ordinal))[(key.Length + 1)..].Trim();
                Assert.That(Of("Uid"), Is.EqualTo($"{User}\t{User}\t{User}\t{User}"));
                Assert.That(Of("Gid"), Is.EqualTo($"{User}\t{User}\t{User}\t{User}"));
                Assert.That(Of("Groups"), Is.EqualTo("61999"), "that of Grafana's log");
                foreach (var set in (string[])["CapInh", "CapPrm", "CapEff", "CapAmb"])
                    Assert.That(Of(set), Is.EqualTo("0000000000000000"), set);
            }
        });
    }

    [Test]
    public void What_it_writes_is_the_owners_and_what_it_says_names_the_directory_as_it_was_set()
    {
        // The folder above is closed to all but root, as systemd's private/ is.
        using var held = OwnProgram.Start(directory, null, HoldCommand.Name);
        var (first, second) = (held.StandardOutput.ReadLine(), held.StandardOutput.ReadLine());
        End(held);
        Assert.Multiple(() =>
        {
            Assert.That(first, Does.StartWith($"works in {directory["state"]} for ").And.Not.EndsWith("for "));
            Assert.That(second, Is.EqualTo("started no program"));
            Assert.That(
                Tool.Run("stat", "-c", "%u:%g %a", directory[$"state/{HoldCommand.Written}"]).Trim(),
                Is.EqualTo($"{OwnProgram.Daemon}:{OwnProgram.Daemon} 600"));
        });
    }

    [Test]
    public void A_process_of_the_same_user_can_neither_trace_it_nor_read_its_descriptors()
    {
        Open(directory.Path);
        Open(directory["state"]);
        using var held = OwnProgram.Start(directory, null, HoldCommand.Name);
        _ = held.StandardOutput.ReadLine();
        var tried = OwnProgram.Run(directory, OwnProgram.Daemon, Intruder.Command, $"{held.Id}");
        End(held);

        using var ordinary = OwnProgram.Start(directory, OwnProgram.Daemon, HoldCommand.Name);
        _ = ordinary.StandardOutput.ReadLine() ?? ordinary.StandardError.ReadLine();
        var control = OwnProgram.Run(directory, OwnProgram.Daemon, Intruder.Command, $"{ordinary.Id}");
        ordinary.Kill();
        Assert.Multiple(() =>
        {
            Assert.That(control.Output, Does.Contain("descriptors"), $"the intruder does what it should: {control.Error}");
            Assert.That(tried.Output, Is.Empty, "what succeeded");
            Assert.That(tried.ExitCode, Is.Zero, tried.Error);
        });
    }

    [Test]
    public void Where_the_directory_is_roots_own_root_stays_root()
    {
        OwnProgram.Chown(directory["state"], 0);
        OwnProgram.Chown(directory["run"], 0);
        using var held = OwnProgram.Start(directory, null, HoldCommand.Name);
        _ = held.StandardOutput.ReadLine();
        var second = held.StandardOutput.ReadLine();
        End(held);
        Assert.That(second, Is.EqualTo("started a program: 0"));
    }

    /// <summary>Since systemd 257 the files of a dynamic user are nobody's while its socket is its own.</summary>
    [Test]
    public async Task The_running_daemon_is_asked_by_its_own_user_whoever_owns_the_state()
    {
        OwnProgram.Chown(directory["state"], OwnProgram.Daemon + 1);
        using var listening = new ControlSocket(
            directory["run/control"], (request, _) => Task.FromResult(new ControlReply(ExitCode.Ok, $"asked for {request.Command}")),
            NullLogger<ControlSocket>.Instance, TimeProvider.System);
        await listening.StartAsync(CancellationToken.None);
        OwnProgram.Chown(directory["run/control"], OwnProgram.Daemon);
        var asked = OwnProgram.Run(directory, null, "status");
        await listening.StopAsync(CancellationToken.None);
        var alone = OwnProgram.Run(directory, null, "status");
        Assert.Multiple(() =>
        {
            Assert.That(asked, Is.EqualTo((ExitCode.Ok, "asked for status\n", "")));
            Assert.That(alone.ExitCode, Is.EqualTo(ExitCode.Fault));
            Assert.That(alone.Error, Does.Contain("grafana-test is not running"));
        });
    }

    [Test]
    public void A_link_that_somebody_else_made_is_refused_with_77()
    {
        Directory.CreateSymbolicLink(directory["run/state"], "/etc");
        OwnProgram.Chown(directory["run/state"], OwnProgram.Daemon);
        Directory.Delete(directory["state"]);
        Directory.CreateSymbolicLink(directory["state"], directory["run/state"]);
        var (exitCode, output, error) = OwnProgram.Run(directory, null, HoldCommand.Name);
        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.EqualTo(ExitCode.NotPermitted));
            Assert.That(output, Is.Empty);
            Assert.That(error, Does.StartWith("grafana-test: ").And.Contain("is a link that root did not make"));
        });
    }

    [TestCase("hold")]
    [TestCase("status")]
    [TestCase("check")]
    [TestCase("once", "--dry-run")]
    [TestCase("audit", "verify")]
    public void Who_may_not_read_the_settings_is_told_so_first_and_nothing_else(params string[] command)
    {
        Open(directory.Path);
        File.WriteAllText(directory["etc/grafana-test"], "LOG_LEVEL=debug\n");
        File.SetUnixFileMode(directory["etc/grafana-test"], UnixFileMode.UserRead);
        var (exitCode, output, error) = OwnProgram.Run(directory, 65534, command);
        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.EqualTo(ExitCode.NotPermitted));
            Assert.That(output + error, Is.EqualTo(
                $"Only root may read {directory["etc/grafana-test"]}. Run: sudo grafana-test {string.Join(' ', command)}\n"));
        });
    }

    [Test]
    public void Who_may_not_read_the_state_is_not_told_that_there_is_none([Values] bool isBelowPrivate)
    {
        Open(directory.Path);
        File.SetUnixFileMode(directory["state"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (isBelowPrivate)
        {
            Directory.CreateDirectory(directory["private"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Directory.Move(directory["state"], directory["private/state"]);
            Directory.CreateSymbolicLink(directory["state"], "private/state");
        }

        var (exitCode, output, error) = OwnProgram.Run(directory, 65534, "audit", "verify");
        Assert.That((exitCode, output + error), Is.EqualTo(
            (ExitCode.NotPermitted, $"Only root may read {directory["state"]}. Run: sudo grafana-test audit verify\n")));
    }

    private static void Open(string folder) =>
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);

    private static void End(System.Diagnostics.Process held)
    {
        held.StandardInput.Close();
        held.WaitForExit();
    }
}
