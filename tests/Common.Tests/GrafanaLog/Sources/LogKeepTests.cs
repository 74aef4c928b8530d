using Athena.Common.Checks;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.GrafanaLog.Sources.FileSource;
using Athena.Common.GrafanaLog.Sources.JournalSource;
using Athena.Common.Time;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.GrafanaLog.Sources;

/// <summary>LOG_KEEP against what Grafana, journald and the disk hold.</summary>
internal sealed class LogKeepTests
{
    private static readonly TimeSpan Wanted = TimeSpan.FromDays(30);
    private static readonly DateTimeOffset Now = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);
    private static readonly JournalRoom Roomy = new(true, 1L << 28, 100L << 30);

    [TestCase(-0.4, "0 s")]
    [TestCase(12.6, "13 s")]
    [TestCase(7200, "2 h")]
    public void How_old_a_line_is_has_no_sign(double seconds, string said) =>
        Assert.That(Duration.Spoken(TimeSpan.FromSeconds(seconds)), Is.EqualTo(said));

    [TestCase("7", 7, "Grafana keeps it for 7 days")]
    [TestCase("1", 1, "Grafana keeps it for 1 day ")]
    public void A_file_that_grafana_removes_too_early_has_the_line_to_write(string days, int enough, string what)
    {
        var kept = FileKeep.Of(Wanted, File(("max_days", days)), TimeSpan.FromDays(6));
        Assert.Multiple(() =>
        {
            Assert.That(kept.What, Does.StartWith(what).And.EndsWith("its oldest line is 6 days old"));
            Assert.That(kept.Remedy, Does.StartWith("Write into /etc/grafana/grafana.ini, section [log.file]: max_days = 30 "));
            Assert.That(kept.Enough, Is.EqualTo(TimeSpan.FromDays(enough)));
        });
    }

    [TestCase("max_days", "30")]
    [TestCase("max_days", "400")]
    [TestCase("log_rotate", "false")]
    public void A_file_that_is_kept_for_long_enough_has_none(string key, string value) =>
        Assert.That(FileKeep.Of(Wanted, File((key, value)), TimeSpan.FromDays(2)).Remedy, Is.Null, "a young log may grow old yet");

    [Test]
    public void Where_the_settings_cannot_be_read_the_oldest_line_decides()
    {
        Assert.Multiple(() =>
        {
            Assert.That(FileKeep.Of(Wanted, null, TimeSpan.FromDays(31)).Remedy, Is.Null);
            var young = FileKeep.Of(Wanted, null, TimeSpan.FromDays(6));
            Assert.That(young.What, Does.StartWith("how long Grafana keeps it could not be read"));
            Assert.That(young.Remedy, Does.Contain("max_days = 30"));
            Assert.That(FileKeep.Of(Wanted, null, null).What, Does.EndWith("no line of it can be read"));
        });
    }

    [Test]
    public void The_oldest_line_is_looked_for_in_the_rotated_files_too()
    {
        using var folder = new TemporaryDirectory();
        Write("grafana.log", "logger=x t=2026-11-30T11:00:00Z level=info msg=new\n");
        Write("grafana.log.2026-11-28.001", "panic: no time\nlogger=x t=2026-11-26T12:00:00Z level=info msg=old\n");
        Write("grafana.log.2026-11-29.001", "logger=x t=2026-11-28T12:00:00Z level=info msg=old\n");
        var report = new CheckReport();
        LogCheck.RunOnKeep(new FileLogSource(folder["grafana.log"]), Wanted, File(("max_days", "7")), report, Now, "/etc/default/x");
        var finding = report.Findings.Single();
        Assert.Multiple(() =>
        {
            Assert.That(finding.Outcome, Is.EqualTo(CheckOutcome.Note));
            Assert.That(finding.What, Does.EndWith("; its oldest line is 4 days old; LOG_KEEP is 30d"));
            Assert.That(finding.Remedy, Does.EndWith("Or say that it is enough: LOG_KEEP=7d in /etc/default/x."));
            Assert.That(report.ExitCode, Is.Zero, "a remark is no failure");
        });

        void Write(string name, string text) => System.IO.File.WriteAllText(folder[name], text);
    }

    [Test]
    public void A_journal_that_is_not_kept_over_a_boot_has_the_lines_to_write()
    {
        foreach (var kept in (LogKeep[])
        [
            JournalKeep.Of(Wanted, new JournaldSettings("volatile"), Roomy, TimeSpan.FromDays(40)),
            JournalKeep.Of(Wanted, new JournaldSettings(), Roomy with { IsOnDisk = false }, TimeSpan.FromDays(40)),
        ])
            Assert.That(
                kept.Remedy, Does.Contain("Storage=persistent, MaxRetentionSec=30day, each").And.Contain("restart systemd-journald"));
    }

    [Test]
    public void A_journal_that_is_cut_off_by_time_or_by_room_says_by_which()
    {
        var byTime = JournalKeep.Of(Wanted, new JournaldSettings(MaxRetention: TimeSpan.FromDays(14)), Roomy, TimeSpan.FromDays(13));
        var full = JournalKeep.Of(Wanted, new JournaldSettings(), new JournalRoom(true, 4L << 30, 100L << 30), TimeSpan.FromDays(10));
        Assert.Multiple(() =>
        {
            Assert.That(byTime.What, Does.StartWith("journald removes what is older than 14 days (MaxRetentionSec)"));
            Assert.That(byTime.Enough, Is.EqualTo(TimeSpan.FromDays(14)));
            Assert.That(full.What, Does.StartWith("the journal is full at 4 GiB (SystemMaxUse)"));
            Assert.That(full.Remedy, Does.Contain("SystemMaxUse=24G"), "three times as long, and as much again");
        });
    }

    [Test]
    public void A_journal_with_room_is_well_however_young_it_is()
    {
        Assert.Multiple(() =>
        {
            Assert.That(JournalKeep.Of(Wanted, new JournaldSettings(), Roomy, TimeSpan.FromHours(3)).Remedy, Is.Null);
            Assert.That(JournalKeep.Of(Wanted, new JournaldSettings("persistent"), Roomy with { Disk = null }, null).Remedy, Is.Null);
            Assert.That(
                JournalKeep.Of(Wanted, new JournaldSettings(), new JournalRoom(true, 4L << 30, 100L << 30), TimeSpan.FromDays(31)).Remedy,
                Is.Null, "full, and old enough");
        });
    }

    [TestCase("30day", 30)]
    [TestCase("2week", 14)]
    [TestCase("1month", 30.4375)]
    [TestCase("1 day 12 h", 1.5)]
    [TestCase("86400", 1)]
    [TestCase("0", null)]
    [TestCase("for ever", null)]
    public void Time_spans_of_systemd_are_understood(string text, double? days) => Assert.That(
        JournaldSettings.Of($"[Journal]\nMaxRetentionSec={text}\n").MaxRetention, Is.EqualTo(days is { } d ? TimeSpan.FromDays(d) : null));

    [Test]
    public void Drop_ins_win_over_the_file_and_those_of_etc_over_those_of_the_distribution()
    {
        using var root = new TemporaryDirectory();
        Write("etc/systemd/journald.conf", "[Journal]\n#Storage=none\nStorage=volatile\nSystemMaxUse=1G\n");
        Write("usr/lib/systemd/journald.conf.d/50-x.conf", "[Journal]\nMaxRetentionSec=1day\n");
        Write("etc/systemd/journald.conf.d/50-x.conf", "[Journal]\nMaxRetentionSec=30day\n[Other]\nSystemMaxUse=9G\n");
        Write("usr/lib/systemd/journald.conf.d/10-y.conf", "[Journal]\nStorage=persistent\nSystemMaxUse=512M\n");
        Assert.That(JournaldSettings.Read(root.Path), Is.EqualTo(new JournaldSettings("persistent", TimeSpan.FromDays(30), 512L << 20)));

        void Write(string path, string text)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(root[path])!);
            System.IO.File.WriteAllText(root[path], text);
        }
    }

    [Test]
    public void Without_any_file_journald_decides() => Assert.That(JournaldSettings.Read("/nowhere"), Is.EqualTo(new JournaldSettings()));

    private static Func<string, string?> File(params (string Key, string Value)[] settings) =>
        key => Array.Find(settings, one => one.Key == key).Value;
}
