using System.Text.Json.Nodes;
using Athena.Common.Settings;
using Athena.Common.State.Backups;

namespace Athena.Common.Tests.State.Backups;

/// <summary>A backup that is put back into a folder of its own, to see whether it can be.</summary>
internal sealed class RehearsalTests : BackupScenario
{
    [Test]
    public async Task It_says_what_is_in_it_and_touches_nothing()
    {
        Adopting = memory =>
        {
            Restore(memory);
            memory.Hold("2 accounts");
        };
        await BackUpAsync();
        var before = Everything();
        Time.Advance(TimeSpan.FromHours(5));
        Assert.That(await InvokeAsync("backup", "rehearse", File), Is.EqualTo(ExitCode.Ok), Error.ToString());
        Assert.Multiple(() =>
        {
            Assert.That(Everything(), Is.EqualTo(before));
            Assert.That(Scratch, Does.Not.Exist);
            Assert.That(
                Output.ToString(),
                Does.Contain("This backup can be restored. It is of ").And.Contain(", 5 hours ago, made on ")
                    .And.Contain("all as they were").And.Contain("evidence/ 1 with 2 bytes").And.Contain("State    2 accounts\n")
                    .And.Contain("Audit    whole: entries 1 to 2, the newest of 2026-11-21T10:00:00").And.Contain("SMTP_PASSWORD"));
        });
    }

    [Test]
    public async Task It_needs_neither_a_state_here_nor_that_the_daemon_is_stopped()
    {
        await BackUpAsync();
        Directory.Delete(State, recursive: true);
        Assert.That(await InvokeAsync("backup", "rehearse", File, "--output", "json"), Is.EqualTo(ExitCode.Ok), Error.ToString());
        Assert.That(Directory.Exists(State), Is.False);
        var said = JsonNode.Parse(Output.ToString()[Output.ToString().IndexOf('{', StringComparison.Ordinal)..])!;
        Assert.That(
            ((int)said["exitCode"]!, (bool)said["auditIntact"]!, (long)said["auditEntries"]!, (string?)said["auditNewest"]),
            Is.EqualTo((0, true, 2L, "2026-11-21T10:00:00.000000+02:00")));
    }

    [Test]
    public async Task An_audit_that_was_changed_before_is_told_and_can_be_restored_all_the_same()
    {
        var audit = System.IO.File.ReadAllText(Audit.File);
        System.IO.File.WriteAllText(Audit.File, audit.Replace("\"two\"", "\"six\"", StringComparison.Ordinal));
        Assert.That(await InvokeAsync("backup", File), Is.EqualTo(ExitCode.Warnings));
        Assert.That(await InvokeAsync("backup", "rehearse", File), Is.EqualTo(ExitCode.Warnings), Error.ToString());
        Assert.That(Output.ToString(), Does.Contain("somebody should look").And.Contain("CHANGED").And.Contain("--damaged-audit"));
    }

    [Test]
    public async Task A_state_that_was_damaged_before_is_told()
    {
        Assert.That(Store.TryCompact(LoadState()!, out _), Is.True); // So that there is one before it.
        System.IO.File.WriteAllText(Path.Combine(State, BackupContents.StateName), "{ half a sta");
        Assert.That(await InvokeAsync("backup", File), Is.EqualTo(ExitCode.Warnings));
        Assert.That(await InvokeAsync("backup", "rehearse", File), Is.EqualTo(ExitCode.Warnings), Error.ToString());
        Assert.That(Output.ToString(), Does.Contain("State    DAMAGED when the backup was made"));
    }

    [Test]
    public async Task What_the_daemon_cannot_go_on_with_is_refused_and_leaves_nothing()
    {
        await BackUpAsync();
        Adopting = memory =>
        {
            Restore(memory);
            throw new BackupRefusedException("There is no state in this backup.");
        };
        Assert.That(await InvokeAsync("backup", "rehearse", File), Is.EqualTo(ExitCode.Fault));
        Assert.That(Error.ToString(), Does.Contain("There is no state in this backup."));
        Assert.That(Scratch, Does.Not.Exist);
    }

    [TestCase("cut", "cut off")]
    [TestCase("one bit", "damaged")]
    [TestCase("encrypted", "decrypt it first")]
    [TestCase("empty", "no backup of this program")]
    public async Task What_is_damaged_or_no_backup_is_refused_with_what_to_do(string how, string said)
    {
        await BackUpAsync();
        var bytes = System.IO.File.ReadAllBytes(File);
        if (how == "one bit") bytes[bytes.Length / 2] ^= 1;
        System.IO.File.WriteAllBytes(File, how switch
        {
            "cut" => bytes[..(bytes.Length / 2)],
            "encrypted" => [0x85, 0x02, 0x0c, .. bytes],
            "empty" => [],
            _ => bytes,
        });
        Assert.That(await InvokeAsync("backup", "rehearse", File), Is.EqualTo(ExitCode.Fault));
        Assert.That(Error.ToString(), Does.Contain(said).And.Contain("another copy"));
    }

    [Test]
    public async Task A_folder_is_refused_with_what_to_name()
    {
        Assert.That(await InvokeAsync("backup", "rehearse", Folder.Path), Is.EqualTo(ExitCode.Fault));
        Assert.That(Error.ToString(), Does.Contain("ls -t shows the newest first"));
    }

    /// <summary>Where the last one was unpacked.</summary>
    private string Scratch { get; set; } = "";

    private void Restore(RestoredBackup memory)
    {
        Scratch = memory.Directory;
        Assert.That(Path.Combine(memory.Directory, BackupContents.StateName), Does.Exist);
    }
}
