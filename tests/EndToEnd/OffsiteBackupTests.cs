using System.Diagnostics;
using Athena.EndToEnd.Harness;
using Athena.Tests.Shared;

namespace Athena.EndToEnd;

/// <summary>The script among the examples that puts an encrypted copy elsewhere, with the gpg of this machine.</summary>
internal sealed class OffsiteBackupTests
{
    [Test]
    public async Task A_copy_that_was_tried_is_encrypted_to_who_is_elsewhere_and_can_be_put_back_by_them()
    {
        if (Promtool.Find("gpg") is null) NotRun.Missing("gpg");
        await using var lab = await PulseLab.OpenAsync();
        await lab.RunDaemon().SaysAsync("has started");
        await Eventually.TrueAsync(() => File.Exists(Path.Combine(lab.StateDirectory, "state.json")), "a state", () => lab.Story);
        var (backups, elsewhere, script) = (lab["backups"], lab["elsewhere"], lab["offsite"]);
        foreach (var folder in (string[])[backups, elsewhere, lab["gpg"]])
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var example = await File.ReadAllTextAsync(Repository.PathOf("packaging/deb/examples/backup-offsite"));
        await File.WriteAllTextAsync(script, example.Replace("@DAEMON@", "grafana-active-users", StringComparison.Ordinal));

        var none = await RunAsync(lab, "sh", script, lab["key"], elsewhere);
        Assert.That((none.ExitCode, none.Text), Is.EqualTo((1, $"grafana-active-users-backup-offsite: there is no key {lab["key"]}: "
            + $"gpg --armor --export SOMEBODY >{lab["key"]}, where that somebody's private key is elsewhere\n")));
        await Gpg("--passphrase", "", "--quick-generate-key", "backups@hospital.example", "default", "default");
        await Gpg("--armor", "--output", lab["key"], "--export", "backups@hospital.example");
        var missing = await RunAsync(lab, "sh", script, lab["key"], elsewhere);
        Assert.That((missing.ExitCode, missing.Text), Is.EqualTo((1, $"grafana-active-users-backup-offsite: there is no backup in "
            + $"{backups}: systemctl start grafana-active-users-backup, and see what it says\n")));

        Assert.That((await lab.Program.RunAsync("backup", backups)).ExitCode, Is.Zero);
        var made = await RunAsync(lab, "sh", script, lab["key"], elsewhere);
        Assert.That(made.ExitCode, Is.Zero, made.Text);
        Assert.That(made.Text, Does.Contain("This backup can be restored. ").And.Contain("State    windows read until "));
        var backup = Directory.GetFiles(backups).Single();
        var copy = Directory.GetFiles(elsewhere).Single();
        Assert.That(Path.GetFileName(copy), Is.EqualTo(Path.GetFileName(backup) + ".gpg"));
        await Gpg("--pinentry-mode", "loopback", "--passphrase", "", "--output", lab["back"], "--decrypt", copy);
        Assert.That(await File.ReadAllBytesAsync(lab["back"]), Is.EqualTo(await File.ReadAllBytesAsync(backup)));
        var encrypted = await lab.Program.RunAsync("backup", "rehearse", copy);
        Assert.That(encrypted.ExitCode, Is.EqualTo(1));
        Assert.That(encrypted.Text, Does.Contain("One that is encrypted: decrypt it first."));

        await File.WriteAllTextAsync(Path.Combine(backups, "grafana-active-users-29991231T000000Z.tar.gz"), "no backup");
        var refused = await RunAsync(lab, "sh", script, lab["key"], elsewhere);
        Assert.That((refused.ExitCode, Directory.GetFiles(elsewhere).Length), Is.EqualTo((1, 1)), refused.Text);
        Assert.That(refused.Text, Does.Contain("cannot be put back, and is not copied"));
        await RunAsync(lab, "gpgconf", "--homedir", lab["gpg"], "--kill", "all");

        async Task Gpg(params string[] arguments)
        {
            var said = await RunAsync(lab, "gpg", ["--homedir", lab["gpg"], "--batch", "--quiet", .. arguments]);
            Assert.That(said.ExitCode, Is.Zero, said.Text);
        }
    }

    private static async Task<(int ExitCode, string Text)> RunAsync(PulseLab lab, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in lab.Program.Settings) start.Environment[key] = value;
        start.Environment["PATH"] = $"{Path.GetDirectoryName(lab.Program.Path)}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["BACKUPS"] = lab["backups"];
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await error);
    }
}
