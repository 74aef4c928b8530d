using System.Text;
using Athena.Common.Files;
using Athena.Common.Settings;
using Athena.Common.State;
using Athena.Common.State.Backups;

namespace Athena.Common.Tests.State.Backups;

/// <summary>What a backup holds, where it goes, and that making one harms nothing.</summary>
internal sealed class BackupTests : BackupScenario
{
    [Test]
    public async Task Holds_the_memory_and_nothing_secret()
    {
        await BackUpAsync();
        var entries = Entries(File);
        Assert.That(entries.Select(e => e.Name), Is.EquivalentTo(new[]
        {
            "grafana-test/manifest.json", "grafana-test/settings.env", "grafana-test/state/state.json", "grafana-test/state/audit.head",
            "grafana-test/state/audit.jsonl", "grafana-test/state/totals.jsonl", "grafana-test/state/evidence/AC-20261121T0800Z.json",
            "grafana-test/state/outbox/0a1b.json",
        }));
        foreach (var (name, content) in entries)
            Assert.That(Encoding.UTF8.GetString(content), Does.Not.Contain("hush-hush").And.Not.Contain("a session that"), name);
        Assert.That(System.IO.File.GetUnixFileMode(File), Is.EqualTo(PrivateFile.Mode));
        Assert.That(Output.ToString(), Does.Contain("The audit is whole: entries 1 to 2")
            .And.Contain("Not in it, because they are secrets: SMTP_PASSWORD"));
    }

    [Test]
    public async Task Tells_whose_it_is_when_where_and_by_which_version()
    {
        await BackUpAsync();
        var manifest = BackupManifest.Read(Entries(File)[0].Content)!;
        Assert.That((manifest.Daemon, manifest.Host, manifest.Version, manifest.At, manifest.IsOfOneMoment),
            Is.EqualTo((Identity.Daemon, System.Environment.MachineName, WorkerIdentity.Version, Time.GetUtcNow(), true)));
        Assert.That(manifest.Files, Has.Count.EqualTo(6).And.All.Matches<BackupFile>(file => file.Sha256.Length == 64));
        Assert.That(manifest.SecretsLeftOut, Is.EqualTo(new[] { "SMTP_PASSWORD" }));
    }

    [Test]
    public async Task The_settings_in_it_read_back_as_they_were()
    {
        Environment["REPORT_HOURS"] = "a \"b\" $c `d` \\e 'f' #g\nh";
        await BackUpAsync();
        var settings = Encoding.UTF8.GetString(Entries(File)[1].Content);
        var file = EnvironmentFile.Parse(settings);
        Assert.That(file.Entries.Select(e => (e.Key, e.Value)), Is.SupersetOf(
            new[] { ("MAIL_TO", "admin@example.org"), ("REPORT_HOURS", Environment["REPORT_HOURS"]) }));
        Assert.That(file.Findings, Is.Empty);
        Assert.That(settings, Does.Contain("# SMTP_PASSWORD was set"));
    }

    [Test]
    public async Task In_a_folder_it_is_named_for_its_time()
    {
        Assert.That(await InvokeAsync("backup", Folder.Path), Is.EqualTo(ExitCode.Ok));
        Assert.That(System.IO.File.Exists(Folder["grafana-test-20261121T080000Z.tar.gz"]), Is.True);
    }

    [Test]
    public async Task A_folder_that_is_missing_is_named()
    {
        Assert.That(await InvokeAsync("backup", Folder["missing"] + "/"), Is.EqualTo(ExitCode.Fault));
        Assert.That(await InvokeAsync("backup", Folder["missing/file"]), Is.EqualTo(ExitCode.Fault));
        Assert.That(Error.ToString(), Does.Contain("sudo install -d -m 0700").And.Contain($"{Folder["missing"]} does not exist"));
    }

    [Test]
    public async Task Replaces_a_backup_and_nothing_else()
    {
        await BackUpAsync();
        Time.Advance(TimeSpan.FromDays(1));
        await BackUpAsync();
        Assert.That(BackupManifest.Read(Entries(File)[0].Content)!.At, Is.EqualTo(Time.GetUtcNow()));

        System.IO.File.WriteAllText(Folder["passwd"], "root:x:0:0");
        Assert.That(await InvokeAsync("backup", Folder["passwd"]), Is.EqualTo(ExitCode.Fault));
        Assert.That(System.IO.File.ReadAllText(Folder["passwd"]), Is.EqualTo("root:x:0:0"));
        System.IO.File.CreateSymbolicLink(Folder["link"], Folder["passwd"]);
        Assert.That(await InvokeAsync("backup", Folder["link"]), Is.EqualTo(ExitCode.Fault));
        Assert.That(Directory.EnumerateFiles(Folder.Path, "*.unfinished"), Is.Empty);
    }

    [Test]
    public async Task Changes_nothing_where_the_daemon_remembers()
    {
        var before = Everything();
        await BackUpAsync();
        System.IO.File.Delete(File);
        Assert.That(Everything(), Is.EqualTo(before));
    }

    [Test]
    public async Task Needs_no_lock_so_a_daemon_that_runs_or_hangs_does_not_prevent_it()
    {
        using var held = StateLock.TryTake(State, out _);
        await BackUpAsync();
    }

    [Test]
    public async Task Says_when_there_is_nothing()
    {
        Environment["STATE_DIRECTORY"] = Folder["nowhere"];
        Assert.That(await InvokeAsync("backup", File), Is.EqualTo(ExitCode.Fault));
        Directory.CreateDirectory(Folder["nowhere"]);
        Assert.That(await InvokeAsync("backup", File), Is.EqualTo(ExitCode.Fault));
        Assert.That(Error.ToString(), Does.Contain("does not exist").And.Contain("no state lies in"));
        Assert.That(System.IO.File.Exists(File), Is.False);
    }

    [Test]
    public async Task A_changed_audit_is_backed_up_and_told_of()
    {
        System.IO.File.WriteAllText(Path.Combine(State, "audit.jsonl"), System.IO.File.ReadAllText(Path.Combine(State, "audit.jsonl"))
            .Replace("\"one\"", "\"two\"", StringComparison.Ordinal));
        Assert.That(await InvokeAsync("backup", File), Is.EqualTo(ExitCode.Warnings));
        Assert.That(Error.ToString(), Does.Contain("WARNING  the audit: audit.jsonl line 1, entry 1, was changed"));
        Assert.That(Entries(File), Has.Count.EqualTo(8));
    }

    [Test]
    public async Task Of_a_damaged_state_the_copies_are_taken_as_well_and_it_says_so()
    {
        Store.TryCompact(new HourProcessor(2, ["one", "two"]), out _);
        System.IO.File.WriteAllText(Path.Combine(State, "state.json"), "{");
        Assert.That(await InvokeAsync("backup", File), Is.EqualTo(ExitCode.Warnings));
        Assert.That(Entries(File).Select(e => e.Name), Does.Contain("grafana-test/state/state.previous.json"));

        Directory.Delete(State, recursive: true);
        Assert.That(await InvokeAsync("restore", File), Is.EqualTo(ExitCode.Ok), Error.ToString());
        Assert.That(Output.ToString(), Does.Contain("The state was damaged already when the backup was made"));
    }

    /// <summary>The directory belongs to the service's user: root must not be led elsewhere by it, nor wait at a pipe for ever.</summary>
    [Test]
    public async Task What_is_no_plain_file_is_not_followed()
    {
        System.IO.File.WriteAllText(Folder["shadow"], "root's own");
        System.IO.File.CreateSymbolicLink(Path.Combine(State, "last-start.json"), Folder["shadow"]);
        System.IO.File.CreateSymbolicLink(Path.Combine(State, "outbox", "ff.json"), Folder["shadow"]);
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", Path.Combine(State, "evidence", "pipe.json")))
            await mkfifo.WaitForExitAsync();
        Assert.That(await InvokeAsync("backup", File), Is.EqualTo(ExitCode.Warnings));
        Assert.That(Entries(File).Select(e => e.Name), Has.None.EndsWith("last-start.json").And.None.EndsWith("ff.json")
            .And.None.EndsWith("pipe.json"));
        Assert.That(Error.ToString(), Does.Contain("ff.json is no ordinary file"));
    }
}
