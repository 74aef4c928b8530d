using System.Diagnostics;
using Athena.Common.State;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.State;

internal sealed class StateLockTests
{
    [Test]
    public void Is_held_by_one_only_who_can_be_named()
    {
        using var directory = new TemporaryDirectory();
        using (StateLock.TryTake(directory.Path, out _))
        {
            Assert.That(StateLock.TryTake(directory.Path, out var holder), Is.Null);
            Assert.That(holder, Is.EqualTo(Environment.ProcessId));
        }

        using var again = StateLock.TryTake(directory.Path, out _);
        Assert.That(again, Is.Not.Null);
    }

    [Test]
    public void Is_free_again_when_its_holder_was_killed()
    {
        using var directory = new TemporaryDirectory();
        var file = directory[StateLock.FileName];
        using var other = Process.Start(new ProcessStartInfo("flock", ["-o", file, "sh", "-c", "echo held; exec cat"])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        })!;
        Assert.That(other.StandardOutput.ReadLine(), Is.EqualTo("held"));
        Assert.That(StateLock.TryTake(directory.Path, out var holder), Is.Null);
        Assert.That(holder, Is.Zero, "it wrote no number");

        other.Kill(entireProcessTree: true);
        other.WaitForExit();
        using var ours = StateLock.TryTake(directory.Path, out _);
        Assert.That(ours, Is.Not.Null);
    }

    [Test]
    public async Task A_daemon_that_starts_waits_for_a_command_of_the_same_moment()
    {
        using var directory = new TemporaryDirectory();
        var time = new ManualTime();
        var command = StateLock.TryTake(directory.Path, out _)!;
        var daemon = StateDirectory.TakeAsync(directory.Path, "grafana-x", time, CancellationToken.None);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.That(daemon.IsCompleted, Is.False);

        command.Dispose();
        time.Advance(TimeSpan.FromSeconds(1));
        using var taken = await daemon.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That(StateLock.TryTake(directory.Path, out _), Is.Null);
    }

    [Test]
    public void A_daemon_that_starts_beside_another_says_after_some_seconds_who_has_the_directory()
    {
        using var directory = new TemporaryDirectory();
        var time = new ManualTime();
        using var other = StateLock.TryTake(directory.Path, out _);
        var daemon = StateDirectory.TakeAsync(directory.Path, "grafana-x", time, CancellationToken.None);
        while (!daemon.IsCompleted) time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(() => daemon, Throws.InstanceOf<IOException>().With.Message.EqualTo(
            $"{directory.Path} is in use by process {Environment.ProcessId}: is the daemon running? See: systemctl status grafana-x"));
    }

    [Test]
    public void A_missing_directory_is_told() =>
        Assert.That(() => StateLock.TryTake("/nowhere/at/all", out _), Throws.InstanceOf<IOException>()
            .With.Message.Contains("/nowhere/at/all/lock"));
}
