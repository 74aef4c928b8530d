using System.IO.Compression;
using System.Text;
using Athena.Common.GrafanaLog.Line;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.Tests.GrafanaLog.Sources.JournalSource;
using Athena.Common.Time;
using static Athena.Common.Tests.GrafanaLog.Sources.JournalSource.JournalEntry;

namespace Athena.Common.Tests.GrafanaLog.Ranges;

/// <summary>Which lines of a unit in the journal a window brings, read by another process.</summary>
public sealed class JournalWindowTests
{
    private JournalDirectory journal = null!;

    [SetUp]
    public void MakeDirectory() => journal = new JournalDirectory();

    [TearDown]
    public void RemoveDirectory() => journal.Dispose();

    [Test]
    public void The_time_of_the_line_decides_and_not_that_of_its_arrival()
    {
        journal.Write(
            "system", Line("old", 0), Arrived("a", 99, 101), Arrived("b", 100, 101), Arrived("c", 199, 230), Arrived("d", 200, 231),
            Line("e", 500));
        WindowRead read = Read(100, 200);
        Assert.That(read.Messages, Is.EqualTo((string[])["b", "c"]));
        Assert.That((read.Coverage.IsComplete, read.Coverage.Notes.Count), Is.EqualTo((true, 0)));
    }

    /// <summary>journald stalled: what was written before the window's end arrives minutes after it.</summary>
    [Test]
    public void A_line_that_arrives_minutes_late_is_read_where_it_belongs_and_told_where_it_arrives()
    {
        journal.Write("system", Line("old", 0), Line("a", 150), Arrived("late", 190, 390), Line("b", 400), Line("end", 1000));
        Assert.That(Read(100, 200).Messages, Is.EqualTo((string[])["a", "late"]));
        WindowRead next = Read(300, 500);
        Assert.That(next.Messages, Is.EqualTo((string[])["b"]));
        Assert.That(next.Coverage.Notes.Single(), Does.Contain("1 line of up to").And.Contain("arrived only now"));
    }

    [Test]
    public void A_clock_that_is_set_back_behind_the_window_makes_it_read_on()
    {
        journal.Write("system", Line("old", 0), Line("a", 150), Line("ahead", 5000));
        journal.Write("system", [.. Enumerable.Range(0, 50).Select(i => Line($"ahead{i}", 5001 + i))]);
        journal.Write("system", Line("b", 180), Line("c", 300));
        WindowRead read = Read(100, 200);
        Assert.That(read.Messages, Is.EqualTo((string[])["a", "b"]));
        Assert.That(read.Coverage.Gaps.Select(gap => gap.Cause), Has.Some.EqualTo(GapCause.ClockSet));
    }

    [Test]
    public void Other_units_and_other_journals_are_none_of_its_business()
    {
        journal.Write("system", Line("old", 0), new JournalEntry(LineText("x", 101), 101, "other.service"), Line("a", 102));
        journal.Write("user-1000", new JournalEntry("private", 103, "user@1000.service"));
        Assert.That(Read(100, 200).Messages, Is.EqualTo((string[])["a"]));
    }

    [Test]
    public void Rotated_files_and_two_boots_are_one_journal()
    {
        journal.Write("system", Line("a", 1), Line("b", 100));
        journal.Archive("system");
        journal.Write("system", Line("c", 150, SecondBoot), Line("d", 250, SecondBoot));
        Assert.That(Read(100, 200).Messages, Is.EqualTo((string[])["b", "c"]));
        Assert.That(Read(1, 1000).Messages, Is.EqualTo((string[])["a", "b", "c", "d"]));
    }

    [Test]
    public void Split_lines_are_joined_pieces_counted_and_binary_ones_read()
    {
        string longPath = new('p', 2 * 48 * 1024);
        string line =
            $"logger=context userId=7 t=2021-11-21T11:02:00Z level=info msg=\"Request Completed\" method=GET path=/{longPath} status=200";
        journal.Write(
            "system", Line("old", 0),
            Line("a", 110),
            new JournalEntry(line[..(48 * 1024)], 120).With("_LINE_BREAK", "line-max"),
            new JournalEntry(line[(48 * 1024)..(96 * 1024)], 120).With("_LINE_BREAK", "line-max"),
            new JournalEntry(line[(96 * 1024)..], 120),
            new JournalEntry(LineText("piece", 121), 121).With("_LINE_BREAK", "eof"),
            new JournalEntry(null, 130)
                .With("MESSAGE", [.. Encoding.UTF8.GetBytes(LineText("b", 130)), .. " b=\""u8, 0x1b, 0x07, 0xff, (byte)'"']));
        WindowRead read = Read(100, 200);
        Assert.That(read.Messages, Is.EqualTo((string[])["a", "Request Completed", "b"]));
        Assert.That(read.Lines[1], Does.Contain(longPath));
        Assert.That(read.Coverage.LinesNotUnderstood, Is.EqualTo(1));
        Assert.That(read.Coverage.IsComplete, Is.True);
    }

    [Test]
    public void What_is_no_line_of_Grafana_is_counted()
    {
        journal.Write("system", Line("old", 0), Line("a", 110), new JournalEntry("panic: x\ngoroutine 1", 111), new JournalEntry("", 112));
        WindowRead read = Read(100, 200);
        Assert.That((read.Messages.Count, read.Coverage.LinesNotUnderstood), Is.EqualTo((1, 2)));
    }

    [Test]
    public void A_line_above_a_mebibyte_is_counted()
    {
        journal.Write("system", Line("old", 0), Line("a", 110), new JournalEntry(new string('x', 1024 * 1024 + 1), 111), Line("b", 112));
        WindowRead read = Read(100, 200);
        Assert.That((read.Messages.Count, read.Coverage.LinesNotUnderstood), Is.EqualTo((2, 1)));
    }

    [Test]
    public void Dropped_lines_are_a_gap_from_the_line_before_to_the_notice()
    {
        journal.Write(
            "system", Line("old", 0), Line("a", 110), Suppressed(112, 140, Unit), Line("b", 141), Suppressed(9, 142, "other.service"),
            Suppressed(1, 150, Unit, isFieldGiven: false));
        WindowRead read = Read(100, 200);
        Assert.That(read.Messages, Is.EqualTo((string[])["a", "b"]));
        Assert.That(read.Coverage.Gaps, Is.EqualTo((Gap[])
        [
            new Gap(At(110), At(140), GapCause.Dropped, "journald dropped 112 lines"),
            new Gap(At(141), At(150), GapCause.Dropped, "journald dropped 1 line"),
        ]));
    }

    [Test]
    public void The_recorded_day_is_the_same_as_in_the_files_also_in_windows_of_a_minute()
    {
        FeedRecorded();
        DateTimeOffset begin = new(2026, 11, 21, 1, 20, 0, TimeSpan.Zero);
        DateTimeOffset end = begin.AddMinutes(12);
        WindowRead files = WindowRead.OfFile(RecordedLogs.Path("day/rotated/grafana.log"), begin, end);
        WindowRead whole = WindowRead.OfJournal(journal.Folder, new Window(begin, end));
        Assert.That(files.Lines, Has.Count.EqualTo(2619));
        Assert.That(whole.Lines, Is.EqualTo(files.Lines));

        var parts = new List<string>();
        for (DateTimeOffset from = begin; from < end; from = from.AddMinutes(1))
            parts.AddRange(WindowRead.OfJournal(journal.Folder, new Window(from, from.AddMinutes(1))).Lines);
        Assert.That(parts.Order(StringComparer.Ordinal), Is.EqualTo(whole.Lines.Order(StringComparer.Ordinal)));
    }

    [Test]
    public void Both_boots_of_the_recorded_journal_are_read()
    {
        FeedRecorded();
        WindowRead whole = WindowRead.OfJournal(
            journal.Folder, new Window(new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero), new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero)));
        journal.Log.Open(new LogPosition("file:/before", "1:1", 0, "", new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        int timed = journal.LookAtLines().Count(line => LogLine.Parse(line).Time is not null);
        Assert.That(whole.Lines, Has.Count.EqualTo(timed).And.Count.GreaterThan(2619));
    }

    [Test]
    public void The_child_gets_no_secret_and_no_input()
    {
        Environment.SetEnvironmentVariable("ATHENA_TEST_SECRET", "hush");
        try
        {
            var start = JournalChild.StartInfo(["/bin/program", "first"], journal.Unit, new Window(At(0), At(1)));
            Assert.That(start.Environment.Keys, Has.All.Matches<string>(name =>
                name.StartsWith("DOTNET_", StringComparison.Ordinal) || name == "LD_LIBRARY_PATH"));
            Assert.That((start.UseShellExecute, start.FileName, start.ArgumentList[0]), Is.EqualTo((false, "/bin/program", "first")));
        }
        finally
        {
            Environment.SetEnvironmentVariable("ATHENA_TEST_SECRET", null);
        }
    }

    private static DateTimeOffset At(int second) => Begin.AddSeconds(second);

    private static JournalEntry Arrived(string message, int written, int arrived) => new(LineText(message, written), arrived);

    private WindowRead Read(int from, int to) => WindowRead.OfJournal(journal.Folder, new Window(At(from), At(to)));

    private void FeedRecorded()
    {
        using var export = new MemoryStream();
        using (var packed = new GZipStream(
            File.OpenRead(RecordedLogs.Path("journal/journal-two-boots.export.gz")), CompressionMode.Decompress))
            packed.CopyTo(export);
        using var feed = new JournalFeed(journal.PathOf("system"));
        feed.Write(export.ToArray());
    }
}
