using System.Diagnostics;
using Athena.Tests.Shared;

namespace Athena.Workers.Tests;

/// <summary>The units in <c>packaging/systemd</c>.</summary>
internal sealed class PackagedUnitTests
{
    /// <summary>
    /// systemd fails to start a unit whose file is missing, again and again and with neither OnFailure= nor ExecStopPost=: nobody would be
    /// told. With the dash the daemon says itself what is not set, ends with 78, and that is told (systemd.exec(5), EnvironmentFile=).
    /// </summary>
    [Test]
    public void A_settings_file_that_is_missing_is_left_to_the_daemon_to_tell()
    {
        var files = Directory.GetFiles(Repository.PathOf("packaging/systemd"), "*.service")
            .SelectMany(unit =>
                File.ReadLines(unit).Where(line => line.StartsWith("EnvironmentFile=", StringComparison.Ordinal))
                    .Select(line => $"{Path.GetFileName(unit)}: {line}")).ToList();
        Assert.That(files, Has.Count.GreaterThan(6).And.All.Contains("EnvironmentFile=-/etc/default/"));
    }

    [TestCase("grafana-auto-disable.service", "grafana-auto-disable.service")]
    [TestCase("grafana-compliance.service", "grafana-compliance.service")]
    [TestCase("grafana-active-users.service", "grafana-active-users.service")]
    [TestCase("athena-workers-decisions.socket", "athena-workers-decisions.service")]
    public void Somebody_is_told_when_it_is_given_up_and_when_it_fails_again_and_again(string givenUp, string failing)
    {
        string Unit(string name) => File.ReadAllText(Repository.PathOf($"packaging/systemd/{name}"));
        Assert.That(Unit(givenUp), Does.Match("(?m)^OnFailure=athena-workers-failed@%N\\.service$"));
        Assert.That(Unit(failing), Does.Match("(?m)^ExecStopPost=\\+/usr/lib/athena-workers/crash-watch ended %N$"));
    }

    [TestCase("0", ExpectedResult = "young", TestName = "The_nightly_backup_takes_the_oldest_copies_away")]
    [TestCase("2", ExpectedResult = "young",
        TestName = "The_nightly_backup_takes_the_oldest_copies_away_also_when_there_is_something_to_look_at")]
    [TestCase("1", ExpectedResult = "old young", TestName = "The_nightly_backup_takes_no_copy_away_when_there_is_no_new_one")]
    [TestCase(null, ExpectedResult = "old young", TestName = "The_nightly_backup_takes_no_copy_away_when_it_did_not_come_to_making_one")]
    public string The_nightly_backup(string? exitStatus)
    {
        using var folder = new TemporaryDirectory();
        foreach (var copy in (string[])["old", "young"]) File.WriteAllText(folder[$"grafana-test-{copy}.tar.gz"], "");
        File.SetLastWriteTimeUtc(folder["grafana-test-old.tar.gz"], DateTime.UtcNow.AddDays(-40));
        var lines = File.ReadAllLines(Repository.PathOf("packaging/deb/examples/backup.service"));
        Assert.That(
            lines.Count(line => line.StartsWith("ExecStart=", StringComparison.Ordinal)),
            Is.EqualTo(1),
            "a second one does not run after exit code 2");

        const string Start = "ExecStopPost=/bin/sh -c '";
        var script = lines.Single(line => line.StartsWith(Start, StringComparison.Ordinal))[Start.Length..^1]
            .Replace("$$", "$", StringComparison.Ordinal).Replace("/var/backups/@DAEMON@", folder.Path, StringComparison.Ordinal)
            .Replace("@DAEMON@", "grafana-test", StringComparison.Ordinal);
        var sh = new ProcessStartInfo("/bin/sh", ["-c", script]);
        sh.Environment.Remove("EXIT_STATUS");
        if (exitStatus is not null) sh.Environment["EXIT_STATUS"] = exitStatus;
        using (var run = Process.Start(sh)!) run.WaitForExit();
        return string.Join(' ', Directory.GetFiles(folder.Path)
            .Select(path => Path.GetFileName(path)["grafana-test-".Length..^".tar.gz".Length]).Order(StringComparer.Ordinal));
    }
}
