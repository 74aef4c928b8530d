using System.Runtime.Versioning;
using Athena.Common.Checks;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.GrafanaLog.Sources.FileSource;
using Athena.Common.GrafanaLog.Sources.JournalSource;
using static Athena.Common.Tests.GrafanaLog.Sources.JournalSource.JournalEntry;

namespace Athena.Common.Tests.GrafanaLog.Sources.JournalSource;

/// <summary>A journal that is damaged, may not be read, or is not there.</summary>
[SupportedOSPlatform("linux")]
public sealed class JournalTroubleTests
{
    private JournalDirectory journal = null!;

    [SetUp]
    public void MakeDirectory()
    {
        journal = new JournalDirectory();
        File.SetUnixFileMode(journal.Folder, (UnixFileMode)0b111_101_101);
    }

    [TearDown]
    public void RemoveDirectory() => journal.Dispose();

    [Test]
    public void No_journal_is_a_problem_until_there_is_one()
    {
        Assert.That(journal.Log.Open(null).IsContinuous, Is.True);
        journal.Look();
        Assert.That(journal.Last.Problem, Does.Contain("There is no journal in " + journal.Folder).And.Contain("systemd-journald"));
        Assert.That(journal.Last.Position, Is.Null);

        journal.Write("system", Line("one", 1));
        journal.Time.Advance(TimeSpan.FromSeconds(1));
        journal.Look();
        Assert.That(journal.Last.Problem, Is.Null);
        Assert.That(journal.Gaps.Single().Why, Does.Contain("could not be read since"));
        journal.Write("system", Line("two", 2));
        Assert.That(journal.Look(), Is.EqualTo((string[])["two"]));
    }

    [Test]
    public void Names_the_group_when_the_journal_may_not_be_read_and_goes_on_when_it_may()
    {
        journal.Write("system", Line("old", 0));
        journal.Log.Open(null);
        journal.Write("system", Line("one", 1));
        journal.Look();
        journal.Stop();
        journal.Write("system", Line("two", 2));
        File.SetUnixFileMode(journal.PathOf("system"), UnixFileMode.None);
        LogContinuity continuity = Unprivileged.Do(() => journal.Log.Open(journal.Last.Position));
        Assert.That(continuity.IsContinuous, Is.False);
        Assert.That(continuity.Why, Does.Contain("Permission denied: " + journal.PathOf("system"))
            .And.Contain("SupplementaryGroups=systemd-journal"));
        Unprivileged.Do(journal.Look);
        Assert.That(journal.Last.Problem, Is.EqualTo(continuity.Why));

        File.SetUnixFileMode(journal.PathOf("system"), (UnixFileMode)0b110_100_100);
        Assert.That(Unprivileged.Do(journal.Look), Is.Empty, "it is tried once a second");
        journal.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(Unprivileged.Do(journal.Look), Is.EqualTo((string[])["two"]));
        Assert.That(journal.Last.Problem, Is.Null);
        Assert.That(journal.Gaps, Is.Empty, "nothing was missed after all");
    }

    [Test]
    public void Another_persons_own_journal_need_not_be_readable()
    {
        journal.Write("system", Line("old", 0));
        journal.Write("user-1000", new JournalEntry("private", 1, "user@1000.service"));
        File.SetUnixFileMode(journal.PathOf("system"), (UnixFileMode)0b110_100_100);
        File.SetUnixFileMode(journal.PathOf("user-1000"), UnixFileMode.None);
        Unprivileged.Do(() => journal.Log.Open(null));
        Unprivileged.Do(journal.Look);
        Assert.That(journal.Last.Problem, Is.Null);
        Assert.That(journal.Gaps, Is.Empty);
    }

    [Test]
    public void Nor_need_it_be_whole()
    {
        journal.Write("system", Line("old", 0));
        journal.Log.Open(null);
        File.WriteAllText(journal.PathOf("user-1000"), "no journal");
        journal.Write("system", Line("one", 1));
        Assert.That(journal.Look(), Is.EqualTo((string[])["one"]));
        journal.Time.Advance(TimeSpan.FromMinutes(1));
        journal.Look();
        Assert.That(journal.Last.Problem, Is.Null, "the journal that is written to can be read");
        Assert.That(journal.Gaps, Is.Empty, "nothing of Grafana's is in it");
        Assert.That(journal.Restart(), Is.EqualTo(LogContinuity.Continuous));
    }

    [TestCase(0)]
    [TestCase(64)]
    [TestCase(5000)]
    public void A_file_that_was_cut_short_is_named_and_the_others_are_read(int length)
    {
        journal.Write("system", Line("old", 0));
        journal.Log.Open(null);
        journal.Write("system", Line("zero", 0));
        journal.Look();
        journal.Stop();
        journal.Write("system", Line("lost", 1));
        string archived = journal.Archive("system");
        using (FileStream file = File.OpenWrite(archived))
            file.SetLength(length);
        journal.Write("system", Line("one", 2));
        LogContinuity gap = journal.Restart();
        Assert.That(gap.IsContinuous, Is.False);
        Assert.That(gap.Why, length == 0 ? Does.Contain("begins at") : Does.Contain(archived).And.Contain("journalctl --verify"));
        Assert.That(journal.Look(), Is.EqualTo((string[])["one"]));
        Assert.That(journal.Last.Problem, Is.Null);
        Assert.That(journal.Gaps, Is.Empty, "it is told once");
    }

    [Test]
    public void Rubbish_in_the_middle_of_a_file_does_not_end_the_reading_of_the_others()
    {
        journal.Write("system", Line("zero", 0));
        journal.Log.Open(null);
        journal.Look();
        journal.Stop();
        journal.Write("system", [.. Enumerable.Range(1, 50).Select(second => Line($"m{second}", second))]);
        string archived = journal.Archive("system");
        using (FileStream file = File.OpenWrite(archived))
        {
            // Behind the header and the hash tables: the objects.
            file.Seek(file.Length - 8 * 1024 * 1024 + 6_000_000 < 0 ? 4096 : 300_000, SeekOrigin.Begin);
            for (int block = 0; block < 1000; block++)
                file.Write("rubbish, rubbish, rubbish, rubbish"u8);
        }
        journal.Write("system", Line("after", 100));
        LogContinuity continuity = journal.Restart();
        string[] found = journal.Look();
        Assert.That(found, Does.Contain("after"));
        bool isWhole = found.Length == 51;
        journal.Time.Advance(TimeSpan.FromMinutes(1));
        journal.Look();
        Assert.That(isWhole || !continuity.IsContinuous || journal.Gaps.Count > 0, Is.True, "what was lost is told");
    }

    [Test]
    public void A_damaged_file_that_is_older_than_the_last_line_is_no_gap()
    {
        string rubbish = journal.PathOf("system@old");
        File.WriteAllText(rubbish, "no journal");
        File.SetLastWriteTimeUtc(rubbish, Begin.AddDays(-1).UtcDateTime);
        journal.Write("system", Line("one", 1), Line("two", 2));
        journal.Log.Open(null);
        Assert.That(journal.Restart(), Is.EqualTo(LogContinuity.Continuous));
    }

    [Test]
    public void The_check_says_what_it_found()
    {
        journal.Write("system",
            new JournalEntry("x", 0, "grafana.service"),
            new JournalEntry(null, 1).With("MESSAGE",
                "logger=context userId=7 t=2021-11-21T11:00:01Z level=info msg=\"Request Completed\" method=GET path=/ status=302"));
        LogFileInspection ours = JournalInspection.Of(journal.Unit);
        Assert.That(ours, Is.EqualTo(new LogFileInspection(LogFileFormat.Text, Begin.AddSeconds(1), 1, false, null)));
        LogFileInspection other = JournalInspection.Of(new JournalUnit("grafana-enterprise.service", journal.Folder));
        Assert.That(other.Hint, Is.EqualTo(
            "The journal holds no line of grafana-enterprise.service. It holds lines of grafana-server.service, grafana.service."));
        Assert.That(
            (other.LastLineAt, other.Elsewhere),
            Is.EqualTo(((DateTimeOffset?)null, $"journal:{journal.Folder}/grafana-server.service")),
            "grafana.service writes no line as Grafana does");
        var report = new CheckReport();
        LogCheck.Run(
            LogSource.TryParse($"journal:{journal.Folder}/grafana-enterprise.service", out _)!,
            report,
            Begin,
            "",
            "/etc/default/athena-workers");
        Assert.That(report.Findings.Single(), Is.EqualTo(new CheckFinding(
            CheckOutcome.Failed,
            $"Log journal:{journal.Folder}/grafana-enterprise.service: {other.Hint} Grafana's lines are in {other.Elsewhere}",
            $"Set LOG={other.Elsewhere} in /etc/default/athena-workers.",
            "LOG")));
        report = new CheckReport();
        LogCheck.Run(LogSource.TryParse($"journal:{journal.Folder}/loki.service", out _)!, report, Begin, "", "/etc/default/grafana-test");
        Assert.That(report.Findings[0].Outcome, Is.EqualTo(CheckOutcome.Failed), "Grafana has Grafana in its name");
        Assert.That(JournalInspection.Of(new JournalUnit(Unit, "/nowhere")).Problem, Does.Contain("There is no journal in /nowhere"));
    }
}
