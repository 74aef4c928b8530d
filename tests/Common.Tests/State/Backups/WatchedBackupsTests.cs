using System.Diagnostics;
using Athena.Common.Settings;
using Athena.Common.State.Backups;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.State.Backups;

/// <summary>Backups that others make: which are looked at, and when somebody is told.</summary>
internal sealed class WatchedBackupsTests
{
    private const long Usual = 40L << 20;

    private static readonly DateTimeOffset Now = new(2026, 11, 21, 6, 0, 0, TimeSpan.Zero);

    private static readonly WatchedBackups Watched = new("/var/backups/grafana/*.dump", TimeSpan.FromHours(26));

    [TestCase(26, "")]
    [TestCase(27, "the newest backup, 1.dump, is 27 h old; BACKUP_MAX_AGE is 26h")]
    [TestCase(71, "the newest backup, 1.dump, is 3 days old; BACKUP_MAX_AGE is 26h")]
    public void The_newest_may_be_so_old(int hours, string problem) =>
        Assert.That(Judge(("1.dump", Usual, hours), ("2.dump", Usual, 200)).Problem, Is.EqualTo(problem));

    [Test]
    public void None_is_a_problem() => Assert.That(Judge().Problem, Is.EqualTo("there is no backup /var/backups/grafana/*.dump"));

    [TestCase(Usual / 2, "")]
    [TestCase((Usual / 2) - 1, "the backup 1.dump has 20 MiB, less than half of what those before it have (40 MiB)")]
    [TestCase(0, "the backup 1.dump is empty")]
    public void The_newest_may_be_half_as_large_as_those_before_it_were(long size, string problem) => Assert.That(
        Judge(("1.dump", size, 3), ("2.dump", Usual, 27), ("3.dump", 3 * Usual, 51), ("4.dump", Usual / 3, 75)).Problem,
        Is.EqualTo(problem));

    [Test]
    public void Of_an_even_number_the_median_lies_between_the_two_in_the_middle() => Assert.That(
        Judge(("1.dump", 99, 3), ("2.dump", 100, 27), ("3.dump", 300, 51)).Problem, Does.EndWith("(200 bytes)"));

    [Test]
    public void What_lies_further_back_than_seven_says_nothing_of_today() => Assert.That(
        Judge([("0.dump", 60, 1), .. Enumerable.Range(1, 20).Select(n => ($"{n}.dump", n <= 7 ? 100L : 1000, 24.0 * n))]).IsWell, Is.True);

    [Test]
    public void Of_two_nobody_can_tell_which_is_too_small() =>
        Assert.That(Judge(("1.dump", 10, 3), ("2.dump", Usual, 27)).Problem, Is.Empty);

    [Test]
    public void One_that_is_being_written_is_measured_when_it_is_done()
    {
        (string, long, double)[] before = [("2.dump", Usual, 27), ("3.dump", Usual, 51), ("4.dump", Usual, 75)];
        Assert.Multiple(() =>
        {
            Assert.That(Judge([("1.dump", 10, 0.1), .. before]).Problem, Is.Empty);
            Assert.That(Judge([("1.dump", 10, 0.1), .. before]).Newest!.Name, Is.EqualTo("2.dump"));
            Assert.That(Judge([("1.dump", 10, 0.2), .. before]).Problem, Does.Contain("less than half"));
            Assert.That(Judge(("1.dump", 0, 0.1)).Problem, Is.Empty, "the first that there ever was");
        });
    }

    [Test]
    public void One_that_is_written_for_ever_does_not_hide_that_none_is_whole_for_days() => Assert.That(
        Judge(("1.dump", Usual, 0.1), ("2.dump", Usual, 53)).Problem, Does.StartWith("the newest backup, 2.dump, is 2 days old"));

    [Test]
    public void One_of_tomorrow_hides_nothing() =>
        Assert.That(Judge(("1.dump", Usual, -24), ("2.dump", Usual, 200)).Problem, Does.Contain("dated in the future"));

    [Test]
    public void What_a_name_holds_is_harmless() =>
        Assert.That(Judge(("a\u202e\n<b>.dump", 0, 3)).Problem, Does.Not.Contain("\n").And.Not.Contain("\u202e"));

    [Test]
    public void What_the_pattern_means_is_looked_at_and_nothing_that_is_no_file()
    {
        using var folder = new TemporaryDirectory();
        Write("a.dump");
        Write("b.dump.part");
        Write(".c.dump");
        Write("D.DUMP");
        Write("secret");
        File.CreateSymbolicLink(folder["latest.dump"], folder["secret"]);
        File.CreateSymbolicLink(folder["disk.dump"], "/dev/zero");
        File.CreateSymbolicLink(folder["nowhere.dump"], folder["gone"]);
        Directory.CreateDirectory(folder["e.dump"]);
        using (var made = Process.Start("mkfifo", folder["pipe.dump"])) made.WaitForExit();
        Assert.That(File.Exists(folder["pipe.dump"]), Is.True);
        File.SetLastWriteTimeUtc(folder["a.dump"], Now.UtcDateTime.AddHours(-1));
        File.SetUnixFileMode(folder["a.dump"], UnixFileMode.None);
        var look = In(folder).Look(Now);
        Assert.That(
            (look.Problem, look.Newest, look.Sentence),
            Is.EqualTo(("", new WatchedFile("a.dump", Now.AddHours(-1), 3), "the newest is 60 min old and has 3 bytes")));

        void Write(string name)
        {
            File.WriteAllText(folder[name], "abc");
            File.SetLastWriteTimeUtc(folder[name], Now.UtcDateTime);
        }
    }

    [Test]
    public void Of_a_folder_that_somebody_fills_a_part_is_looked_at_and_that_is_said()
    {
        using var folder = new TemporaryDirectory();
        for (var n = 0; n <= WatchedBackups.MostNames; n++) File.WriteAllText(folder[$"{n}"], "");
        Assert.That(In(folder).Look(Now).Problem, Does.EndWith("holds more than 10000 names, and not all are looked at"));
    }

    [Test]
    public void A_folder_that_is_not_there_or_is_none_is_said_with_what_to_do()
    {
        using var folder = new TemporaryDirectory();
        File.WriteAllText(folder["file"], "");
        var look = new WatchedBackups(folder["gone/*"], TimeSpan.FromHours(26)).Look(Now);
        Assert.Multiple(() =>
        {
            Assert.That(look.Problem, Is.EqualTo($"there is no folder {folder["gone"]}"));
            Assert.That(look.Remedy, Does.Contain("hides /home, /root, /tmp"));
            Assert.That(
                new WatchedBackups("/nowhere/*", TimeSpan.FromHours(26)).Look(Now).Remedy, Does.StartWith("Put WATCH_BACKUPS right"));
            Assert.That(new WatchedBackups(folder["file/*"], TimeSpan.FromHours(26)).Look(Now).IsWell, Is.False);
        });
    }

    [Test]
    public void A_folder_that_is_closed_to_us_is_said_with_what_opens_it([Values("---", "r--")] string group)
    {
        if (Environment.UserName == "root") NotRun.Because("to root no folder is closed");
        using var folder = new TemporaryDirectory();
        File.WriteAllText(folder["a.dump"], "abc");
        File.SetUnixFileMode(folder.Path, group == "---" ? UnixFileMode.None : UnixFileMode.UserRead);
        var look = In(folder).Look(Now);
        File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.That(look.Problem, Does.EndWith("may not be looked into"));
    }

    [TestCase("/var/backups/grafana/*.dump", true)]
    [TestCase("/var/backups/grafana/latest.dump", true)]
    [TestCase("backups/*.dump", false)]
    [TestCase("~/*.dump", false)]
    [TestCase("/var/*/grafana.dump", false)]
    [TestCase("/var/backups/", false)]
    [TestCase("/var/backups/../grafana/*.dump", false)]
    [TestCase("/var/backups/grafana-[0-9].dump", false)]
    [TestCase("/", false)]
    public void Stars_stand_in_the_last_part_alone(string pattern, bool isRight)
    {
        var reader = new SettingsReader(new SettingsSource(new Dictionary<string, string> { ["WATCH_BACKUPS"] = pattern }, null));
        var watched = WatchedBackups.Read(reader);
        Assert.That(
            (watched?.Pattern, reader.Problems.Count, reader.Remarks.Count), Is.EqualTo(isRight ? (pattern, 0, 0) : (null, 0, 1)));
    }

    private static BackupLook Judge(params (string Name, long Size, double Hours)[] files) => Watched.Judge(
        [.. files.Select(file => new WatchedFile(file.Name, Now.AddHours(-file.Hours), file.Size))], Now);

    private static WatchedBackups In(TemporaryDirectory folder) => new(folder["*.dump"], TimeSpan.FromHours(26));
}
