using Athena.Common.Logs.Windows;
using static Athena.Common.Tests.Logs.LogDirectory;

namespace Athena.Common.Tests.Logs.Windows;

/// <summary>What of a window a log file cannot tell, and how it is said.</summary>
public sealed class FileWindowGapTests
{
    private LogDirectory _log = null!;

    [SetUp]
    public void MakeDirectory() => _log = new LogDirectory();

    [TearDown]
    public void RemoveDirectory() => _log.Dispose();

    [Test]
    public void A_log_that_begins_later_is_a_gap_up_to_its_first_line()
    {
        _log.Append(Line("a", 4));
        Assert.That(Read(0, 15).Coverage.Gaps, Is.EqualTo((Gap[])[new Gap(At(0), At(4), GapCause.BeginsLater, "the log begins at 11:04")]));
        Assert.That(Read(4, 15).Coverage.IsComplete, Is.True);
        Assert.That(WindowRead.OfFile(_log.Path, At(0).AddDays(-1), At(0).AddDays(-1).AddMinutes(5)).Coverage.Gaps.Single().Why, Is.EqualTo("the log begins at 2026-11-21 11:04"));
    }

    [Test]
    public void A_phrase_gives_the_time_in_the_offset_of_the_window()
    {
        _log.Append(Line("a", 4));
        WindowRead read = WindowRead.OfFile(_log.Path, At(0).ToOffset(TimeSpan.FromHours(2)), At(15));
        Assert.That(read.Coverage.Gaps.Single().Why, Is.EqualTo("the log begins at 13:04"));
    }

    [Test]
    public void A_quiet_end_is_no_gap()
    {
        _log.Append(Line("a", 1));
        WindowRead read = Read(5, 15);
        Assert.That((read.Coverage.IsComplete, read.Messages.Count), Is.EqualTo((true, 0)));
    }

    [Test]
    public void No_log_is_no_sight()
    {
        Gap gap = Read(0, 15).Coverage.Gaps.Single();
        Assert.That((gap.From, gap.To, gap.Cause), Is.EqualTo((At(0), At(15), GapCause.NoLog)));
        Assert.That(gap.Why, Does.Contain(_log.Path + " is not there"));
    }

    [TestCase("")]
    [TestCase("panic: nothing of Grafana\ngoroutine 1\n")]
    [TestCase("level=info msg=half")]
    public void A_log_without_any_time_is_no_sight(string text)
    {
        _log.Append(text);
        Gap gap = Read(0, 15).Coverage.Gaps.Single();
        Assert.That((gap.From, gap.To, gap.Cause), Is.EqualTo((At(0), At(15), GapCause.NoLog)));
        Assert.That(gap.Why, Does.Contain("holds no line with a time"));
    }

    [Test]
    public void The_console_format_is_no_sight_and_says_what_to_do()
    {
        Coverage coverage = WindowRead.OfFile(RecordedLogs.Path("console-format/terminal.log"), At(0), At(15)).Coverage;
        Assert.That(coverage.Gaps.Select(gap => (gap.From, gap.To, gap.Cause)).Distinct(), Is.EqualTo(((DateTimeOffset, DateTimeOffset, GapCause)[])[(At(0), At(15), GapCause.NoLog)]));
        Assert.That(coverage.Gaps, Has.Some.Matches<Gap>(gap => gap.Why.Contains("format = text", StringComparison.Ordinal)));
    }

    [Test]
    public void A_time_in_the_console_format_is_a_gap_between_the_lines_that_have_a_time()
    {
        _log.Append(Line("a", 1) + "INFO [11-21|11:02:00] Starting Grafana   logger=settings\n" + Line("b", 3));
        Assert.That(Read(1, 15).Coverage.Gaps.Select(gap => (gap.From, gap.To, gap.Cause)), Is.EqualTo(((DateTimeOffset, DateTimeOffset, GapCause)[])[(At(1), At(3), GapCause.NoLog)]));
        Assert.That(Read(2, 15).Coverage.Gaps.Single().From, Is.EqualTo(At(2)));
        Assert.That(Read(3, 15).Coverage.IsComplete, Is.True);
    }

    [Test]
    public void A_file_that_may_not_be_read_is_a_gap_between_its_neighbours()
    {
        _log.Append(Line("a", 1));
        _log.Rotate();
        _log.Append(Line("b", 5));
        string closed = _log.Rotate();
        _log.Append(Line("c", 10));
        File.SetUnixFileMode(_log.Folder, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(closed, UnixFileMode.None);
        WindowRead read = Unprivileged.Do(() => Read(1, 15));
        Assert.That(read.Messages, Is.EqualTo((string[])["a", "c"]));
        Gap gap = read.Coverage.Gaps.Single();
        Assert.That((gap.From, gap.To, gap.Cause), Is.EqualTo((At(1), At(10), GapCause.Unreadable)));
        Assert.That(gap.Why, Does.Contain("Permission denied: " + closed));
    }

    [Test]
    public void A_log_that_may_not_be_read_is_no_sight()
    {
        _log.Append(Line("a", 1));
        File.SetUnixFileMode(_log.Folder, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(_log.Path, UnixFileMode.None);
        Gap gap = Unprivileged.Do(() => Read(1, 15)).Coverage.Gaps.Single();
        Assert.That((gap.From, gap.To, gap.Cause), Is.EqualTo((At(1), At(15), GapCause.NoLog)));
    }

    [Test]
    public void A_number_that_is_missing_is_a_gap_between_its_neighbours()
    {
        foreach (int minute in (int[])[1, 2, 5, 6])
        {
            _log.Append(Line($"m{minute}", minute));
            File.Move(_log.Path, $"{_log.Path}.2026-11-21.00{minute}");
        }
        _log.Append(Line("live", 7));
        WindowRead read = Read(1, 15);
        Assert.That(read.Messages, Is.EqualTo((string[])["m1", "m2", "m5", "m6", "live"]));
        Assert.That(read.Coverage.Gaps, Is.EqualTo((Gap[])[new Gap(At(2), At(5), GapCause.Unreadable, "grafana.log.2026-11-21.003 to .004 are missing")]));
        Assert.That(Read(5, 15).Coverage.IsComplete, Is.True);
    }

    [Test]
    public void The_first_files_of_the_oldest_day_are_not_missed_but_those_of_a_later_day_are()
    {
        File.WriteAllText($"{_log.Path}.2026-11-20.007", Line("a", 1));
        File.WriteAllText($"{_log.Path}.2026-11-21.002", Line("b", 5));
        _log.Append(Line("c", 7));
        Assert.That(Read(1, 15).Coverage.Gaps, Is.EqualTo((Gap[])[new Gap(At(1), At(5), GapCause.Unreadable, "grafana.log.2026-11-21.001 is missing")]));
    }

    [TestCase(".2026-11-21.001.gz")]
    [TestCase(".1.gz")]
    public void A_packed_file_is_named(string ending)
    {
        File.WriteAllText(_log.Path + ending, "packed");
        _log.Append(Line("a", 4));
        Gap gap = Read(1, 15).Coverage.Gaps.Single();
        Assert.That(gap, Is.EqualTo(new Gap(At(1), At(4), GapCause.Unreadable, $"grafana.log{ending} is packed: unpack it to have it read")));
        Assert.That(Read(4, 15).Coverage.IsComplete, Is.True);
    }

    [Test]
    public void A_rotated_file_that_was_cut_is_a_gap_up_to_the_next_one()
    {
        _log.Append(Line("a", 1) + Line("b", 2)[..^9]);
        _log.Rotate();
        _log.Append(Line("c", 8));
        WindowRead read = Read(1, 15);
        Assert.That(read.Messages, Is.EqualTo((string[])["a", "c"]));
        Assert.That(read.Coverage.Gaps, Is.EqualTo((Gap[])[new Gap(At(1), At(8), GapCause.Unreadable, "a rotated file ends in the middle of a line")]));
        Assert.That(read.Coverage.LinesNotUnderstood, Is.EqualTo(1));
    }

    [Test]
    public void A_log_that_is_truncated_while_it_is_read_is_a_gap_and_does_not_end_the_process()
    {
        _log.Append(string.Concat(Enumerable.Range(0, 20_000).Select(i => Line($"m{i}", 1 + (i / 10_000)))));
        Coverage coverage = Common.Logs.LogSource.TryParse($"file:{_log.Path}", out _)!.ReadWindow(new(At(1), At(15)), (scoped in Common.Logs.LogLine line) =>
        {
            if (line.Message.Equals("m5000"u8))
                File.WriteAllText(_log.Path, Line("new", 14));
        });
        Gap gap = coverage.Gaps.Single();
        Assert.That((gap.From, gap.To, gap.Cause), Is.EqualTo((At(1), At(15), GapCause.Unreadable)));
        Assert.That(coverage.LinesRead, Is.InRange(5000, 8000));
    }

    [Test]
    public void A_log_whose_present_file_is_gone_tells_what_the_rotated_ones_hold()
    {
        _log.Append(Line("a", 1) + Line("b", 5));
        _log.Rotate();
        WindowRead read = Read(1, 15);
        Assert.That(read.Messages, Is.EqualTo((string[])["a", "b"]));
        Gap gap = read.Coverage.Gaps.Single();
        Assert.That((gap.From, gap.To, gap.Cause), Is.EqualTo((At(5), At(15), GapCause.Unreadable)));
        Assert.That(Read(1, 5).Coverage.IsComplete, Is.True);
    }

    [Test]
    public void A_clock_that_was_set_back_is_told()
    {
        _log.Append(Line("a", 1) + Line("b", 10) + Line("c", 5));
        WindowRead read = Read(1, 15);
        Assert.That(read.Messages, Is.EqualTo((string[])["a", "b", "c"]));
        Assert.That(read.Coverage.Notes, Is.EqualTo((string[])["the log's time went back by 300 s to 11:05: lines around it may be missed"]));
    }

    private WindowRead Read(int from, int to) => WindowRead.OfFile(_log.Path, At(from), At(to));
}
