using System.Diagnostics;
using Athena.Common.State;
using Athena.Common.State.Audit;
using Athena.Common.Tests.State.Audit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Athena.Common.Tests.State;

/// <summary>Whoever has got hold of the daemon may put anything into its state directory under the names that root writes to.</summary>
internal sealed class PlantedFileTests : AuditScenario
{
    private string Victim => Folder["victim"];

    [SetUp]
    public void A_file_of_somebody_else() => File.WriteAllText(Victim, "precious");

    [Test]
    public void The_lock_is_not_written_through_a_link()
    {
        File.CreateSymbolicLink(Folder[StateLock.FileName], Victim);
        Assert.That(
            () => StateDirectory.Take(Folder.Path, "grafana-test"),
            Throws.InstanceOf<IOException>().With.Message.Contains($"{Folder[StateLock.FileName]} is no ordinary file")
                .And.Message.Contains($"sudo rm {Folder[StateLock.FileName]}"));
        Assert.That(File.ReadAllText(Victim), Is.EqualTo("precious"));
    }

    [Test]
    public void A_link_to_nowhere_makes_no_file_there()
    {
        File.CreateSymbolicLink(Folder[StateLock.FileName], Folder["new"]);
        Assert.That(() => StateLock.TryTake(Folder.Path, out _), Throws.InstanceOf<IOException>());
        Assert.That(File.Exists(Folder["new"]), Is.False);
    }

    [Test]
    public void The_audit_is_not_written_through_a_link()
    {
        File.CreateSymbolicLink(Options.File, Victim);
        Assert.That(() => Write(Locked(1)), Throws.InstanceOf<IOException>().With.Message.Contains($"{Options.File} is no ordinary file"));
        Assert.That(File.ReadAllText(Victim), Is.EqualTo("precious"));
    }

    [Test]
    public void The_head_of_the_audit_is_not_written_through_a_link()
    {
        File.CreateSymbolicLink(Options.Head, Victim);
        Assert.That(() => Write(Locked(1)), Throws.InstanceOf<IOException>().With.Message.Contains($"{Options.Head} is no ordinary file"));
        Assert.That(File.ReadAllText(Victim), Is.EqualTo("precious"));
    }

    [Test]
    public void A_link_that_comes_while_the_audit_is_open_is_not_followed()
    {
        using var log = AuditLog.Open(Options, Time, NullLogger<AuditLog>.Instance);
        File.CreateSymbolicLink(Options.Head, Victim);
        log.Append(Locked(1));
        Assert.That(File.ReadAllText(Victim), Is.EqualTo("precious"));
        Assert.That(File.ReadAllLines(Options.File), Has.Length.EqualTo(1), "the audit itself is written");
    }

    [Test]
    public void A_pipe_in_the_place_of_the_audit_is_told_in_a_sentence()
    {
        using (var made = Process.Start("mkfifo", Options.File)) made.WaitForExit();
        Assert.That(() => AuditLog.Open(Options, Time, NullLogger<AuditLog>.Instance), Throws.InstanceOf<IOException>()
            .With.Message.Contains("is no ordinary file"));
    }
}
