using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.GrafanaLog.Sources.FileSource;
using static Athena.Common.Tests.GrafanaLog.LogDirectory;

namespace Athena.Common.Tests.GrafanaLog.Ranges;

/// <summary>What of a window a log file cannot tell, and how it is said.</summary>
public sealed class FileWindowGapTests
{
    private LogDirectory log = null!;

    [SetUp]
    public void MakeDirectory() => log = new LogDirectory();

    [TearDown]
    public void RemoveDirectory() => log.Dispose();

    [Test]
    public void A_log_that_begins_later_is_a_gap_up_to_its_first_line()
    {
        log.Append(Line("a", 4));
        Assert.That(Read(0, 15).Coverage.Gaps, Is.EqualTo((Gap[])[new Gap(At(0), At(4), GapCause.BeginsLater, "the log begins at 11:04")]));
        Assert.That(Read(4, 15).Coverage.IsComplete, Is.True);
        Assert.That(
            WindowRead.OfFile(log.Path, At(0).AddDays(-1), At(0).AddDays(-1).AddMinutes(5)).Coverage.Gaps.Single().Why,
            Is.EqualTo("the log begins at 2026-11-21 11:04"));
    }

    [Test]
    public void A_phrase_gives_the_time_in_the_offset_of_the_window()
    {
        log.Append(Line("a", 4));
        WindowRead read = WindowRead.OfFile(log.Path, At(0).ToOffset(TimeSpan.FromHours(2)), At(15));
        Assert.That(read.Coverage.Gaps.Single().Why, Is.EqualTo("the log begins at 13:04"));
    }

    [Test]
    public void A_quiet_end_is_no_gap()
    {
        log.Append(Line("a", 1));
        WindowRead read = Read(5, 15);
        Assert.That((read.Coverage.IsComplete, read.Messages.Count), Is.EqualTo((true, 0)));
    }

    [Test]
    public void No_log_is_no_sight()
    {
        Gap gap = Read(0, 15).Coverage.Gaps.Single();
        Assert.That((gap.From, gap.To, gap.Cause), Is.EqualTo((At(0), At(15), GapCause.NoLog)));
        Assert.That(gap.Why, Does.Contain(log.Path + " is not there"));
    }

    [TestCase("")]
    [TestCase("panic: nothing of Grafana\ngoroutine 1\n")]
    [TestCase("level=info msg=half")]
    public void A_log_without_any_time_is_no_sight(string text)
    {
        log.Append(text);
        Gap gap = Read(0, 15).Coverage.Gaps.Single();
        Assert.That((gap.From, gap.To, gap.Cause), Is.EqualTo((At(0), At(15), GapCause.NoLog)));
        Assert.That(gap.Why, Does.Contain("holds no line with a time"));
    }

    [Test]
    public void The_console_format_is_no_sight_and_says_what_to_do()
    {
        Coverage coverage = WindowRead.OfFile(RecordedLogs.Path("console-format/terminal.log"), At(0), At(15)).Coverage;
        Assert.That(
            coverage.Gaps.Select(gap => (gap.From, gap.To, gap.Cause)).Distinct(),
            Is.EqualTo(((DateTimeOffset, DateTimeOffset, GapCause)[])[(At(0), At(15), GapCause.NoLog)]));
        Assert.That(coverage.Gaps, Has.Some.Matches<Gap>(gap => gap.Why.Contains("format = text", StringComparison.Ordinal)));
    }

    [Test]
    public void A_time_in_the_console_format_is_a_gap_between_the_lines_that_have_a_time()
    {
        log.Append(Line("a", 1) + "INFO [11-21|11:02:00] Starting Grafana   logger=settings\n" + Line("b", 3));
        Assert.That(
            Read(1, 15).Coverage.Gaps.Select(gap => (gap.From, gap.To, gap.Cause)),
            Is.EqualTo(((DateTimeOffset, DateTimeOffset, GapCause)[])[(At(1), At(3), GapCause.NoLog)]));
        Assert.That(Read(2, 15).Coverage.Gaps.Single().From, Is.EqualTo(At(2)));
        Assert.That(Read(3, 15).Coverage.IsComplete, Is.True);
    }

    [Test]
    public void A_file_that_may_not_be_read_is_a_gap_between_its_neighbours()
    {
        log.Append(Line("a", 1));
        log.Rotate();
        log.Append(Line("b", 5));
        string closed = log.Rotate();
        log.Append(Line("c", 10));
        File.SetUnixFileMode(log.Folder, (UnixFileMode)0b111_101_101);
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
        log.Append(Line("a", 1));
        File.SetUnixFileMode(log.Folder, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(log.Path, UnixFileMode.None);
        Gap gap = Unprivileged.Do(() => Read(1, 15)).Coverage.Gaps.Single();
        Assert.That((gap.From, gap.To, gap.Cause), Is.EqualTo((At(1), At(15), GapCause.NoLog)));
    }

    [Test]
    public void A_number_that_is_missing_is_a_gap_between_its_neighbours()
    {
        foreach (int minute in (int[])[1, 2, 5, 6])
        {
            log.Append(Line($"m{minute}", minute));
            File.Move(log.Path, $"{log.Path}.2026-11-21.00{minute}");
        }
        log.Append(Line("live", 7));
        WindowRead read = Read(1, 15);
        Assert.That(read.Messages, Is.EqualTo((string[])["m1", "m2", "m5", "m6", "live"]));
        Assert.That(read.Coverage.Gaps, Is.EqualTo(
            (Gap[])[new Gap(At(2), At(5), GapCause.Unreadable, "grafana.log.2026-11-21.003 to .004 are missing")]));
        Assert.That(Read(5, 15).Coverage.IsComplete, Is.True);
    }

    [Test]
    public void The_first_files_of_the_oldest_day_are_not_missed_but_those_of_a_later_day_are()
    {
        File.WriteAllText($"{log.Path}.2026-11-20.007", Line("a", 1));
        File.WriteAllText($"{log.Path}.2026-11-21.002", Line("b", 5));
        log.Append(Line("c", 7));
        Assert.That(Read(1, 15).Coverage.Gaps, Is.EqualTo(
            (Gap[])[new Gap(At(1), At(5), GapCause.Unreadable, "grafana.log.2026-11-21.001 is missing")]));
    }

    [TestCase(".2026-11-21.001.gz")]
    [TestCase(".1.gz")]
    public void A_packed_file_is_named(string ending)
    {
        File.WriteAllText(log.Path + ending, "packed");
        log.Append(Line("a", 4));
        Gap gap = Read(1, 15).Coverage.Gaps.Single();
        Assert.That(
            gap, Is.EqualTo(new Gap(At(1), At(4), GapCause.Unreadable, $"grafana.log{ending} is packed: unpack it to have it read")));
        Assert.That(Read(4, 15).Coverage.IsComplete, Is.True);
    }

    [Test]
    public void A_rotated_file_that_was_cut_is_a_gap_up_to_the_next_one()
    {
        log.Append(Line("a", 1) + Line("b", 2)[..^9]);
        log.Rotate();
        log.Append(Line("c", 8));
        WindowRead read = Read(1, 15);
        Assert.That(read.Messages, Is.EqualTo((string[])["a", "c"]));
        Assert.That(read.Coverage.Gaps, Is.EqualTo(
            (Gap[])[new Gap(At(1), At(8), GapCause.Unreadable, "a rotated file ends in the middle of a line")]));
        Assert.That(read.Coverage.LinesNotUnderstood, Is.EqualTo(1));
    }

    [Test]
    public void A_log_that_is_truncated_while_it_is_read_is_a_gap_and_does_not_end_the_process()
    {
        log.Append(string.Concat(Enumerable.Range(0, 20_000).Select(i => Line($"m{i}", 1 + (i / 10_000)))));
        Coverage coverage = Common.GrafanaLog.Sources.LogSource.TryParse($"file:{log.Path}", out _)!
            .ReadWindow(new(At(1), At(15)), (scoped in Common.GrafanaLog.Line.LogLine line) =>
            {
                if (line.Message.Equals("m5000"u8))
                    File.WriteAllText(log.Path, Line("new", 14));
            });
        Gap gap = coverage.Gaps.Single();
        Assert.That((gap.From, gap.To, gap.Cause), Is.EqualTo((At(1), At(15), GapCause.Unreadable)));
        Assert.That(coverage.LinesRead, Is.InRange(5000, 8000));
    }

    [Test]
    public void A_log_whose_present_file_is_gone_tells_what_the_rotated_ones_hold()
    {
        log.Append(Line("a", 1) + Line("b", 5));
        log.Rotate();
        WindowRead read = Read(1, 15);
        Assert.That(read.Messages, Is.EqualTo((string[])["a", "b"]));
        Gap gap = read.Coverage.Gaps.Single();
        Assert.That((gap.From, gap.To, gap.Cause), Is.EqualTo((At(5), At(15), GapCause.Unreadable)));
        Assert.That(Read(1, 5).Coverage.IsComplete, Is.True);
    }

    [Test]
    public void A_clock_that_was_set_back_leaves_a_gap_over_what_was_passed_twice()
    {
        log.Append(Line("a", 1) + Line("b", 2) + Line("c", 3) + Line("d", 2) + Line("e", 4));
        WindowRead read = Read(1, 15);
        Assert.That(read.Messages, Is.EqualTo((string[])["a", "b", "c", "d", "e"]));
        Gap gap = read.Coverage.Gaps.Single();
        Assert.That((gap.From, gap.To.AddTicks(-1), gap.Cause), Is.EqualTo((At(2), At(3), GapCause.ClockSet)));
        Assert.That(gap.Why, Does.Contain("went back from 11:03 to 11:02"));
    }

    [Test]
    public void What_was_written_under_a_clock_that_was_ahead_is_missing_where_it_happened()
    {
        log.Append(Line("a", 1) + Line("b", 2) + Line("ahead", 40) + Line("ahead", 41) + Line("c", 5) + Line("d", 6));
        Gap gap = Read(1, 15).Coverage.Gaps.Single();
        Assert.That((gap.From, gap.To), Is.EqualTo((At(2), At(15))), "from the last line before it, up to as far as it was ahead");
        Assert.That(Read(30, 50).Coverage.IsComplete, Is.False);
        Assert.That(Read(30, 50).Messages, Is.EqualTo((string[])["ahead", "ahead"]));
    }

    [TestCase("Nov 20 10:00:10 athena grafana[812]: ", "journalctl -u grafana-server -o cat")]
    [TestCase("2026-11-20T10:00:10+02:00 athena grafana-server[812]: ", "journalctl -u grafana-server -o cat")]
    [TestCase("<30>Nov  2 10:00:10 athena grafana[812]: ", "journalctl -u grafana-server -o cat")]
    [TestCase("2026-11-20T08:00:10.100000000Z stdout F ", "kubectl logs POD")]
    [TestCase("grafana-1  | ", "docker compose logs --no-color --no-log-prefix")]
    [TestCase("\u001b[36mgrafana-1  | \u001b[0m", "docker compose logs --no-color --no-log-prefix")]
    [TestCase("[pod/grafana-7d9/grafana] ", "without --prefix")]
    [TestCase("2026-11-20T08:00:10.100000000Z ", "without --timestamps")]
    [TestCase("whatever> ", "«whatever>»")]
    public void A_copy_with_marks_of_another_program_is_refused_with_the_command_that_makes_a_readable_one(string mark, string remedy)
    {
        log.Append("-- Journal begins here --\n" + string.Concat(Enumerable.Range(1, 3).Select(minute => mark + Line("x", minute))));
        Assert.That(Read(0, 10).Coverage.Gaps.Single(), Has.Property("Cause").EqualTo(GapCause.NoLog).And.Property("Why").Contains(remedy));
        Assert.That(LogFileInspection.Of(log.Path).Problem, Does.Contain(remedy));
        File.WriteAllText(log.Path, string.Concat(Enumerable.Range(1, 3)
            .Select(minute => mark + "{\"level\":\"info\",\"logger\":\"test\",\"msg\":\"x\",\"t\":\"2026-11-21T11:00:00Z\"}\n")));
        Assert.That(Read(0, 10).Coverage.Gaps.Single().Why, Does.Contain(remedy), "the JSON format likewise");
    }

    [TestCase("{\"log\":\"logger=context t=2026-11-21T11:00:00Z level=info msg=x\\n\",\"stream\":\"stdout\"}", "docker logs")]
    [TestCase("{\"log\":\"{\\\"level\\\":\\\"info\\\",\\\"logger\\\":\\\"x\\\"}\\n\",\"stream\":\"stdout\"}", "docker logs")]
    [TestCase("{\"MESSAGE\":\"logger=context t=2026-11-21T11:00:00Z level=info msg=x\",\"_PID\":\"812\"}", "-o cat")]
    [TestCase("{\"line\":\"logger=context t=2026-11-21T11:00:00Z level=info msg=x\",\"labels\":{}}", "wrapped in JSON by another program")]
    [TestCase("t=2026-11-20T10:01:00+0200 lvl=info msg=\"Request Completed\" logger=context userId=2", "Grafana 8 or older")]
    [TestCase("{\"@t\":\"2020\",\"lvl\":\"info\",\"msg\":\"x\"}", "Grafana 8 or older")]
    public void A_log_that_is_wrapped_or_too_old_is_named(string line, string what)
    {
        log.Append(line + "\n" + line + "\n");
        Assert.That(Read(0, 10).Coverage.Gaps.Single().Why, Does.Contain(what));
        Assert.That(LogFileInspection.Of(log.Path).Problem, Does.Contain(what));
    }

    [Test]
    public void A_byte_order_mark_at_the_begin_is_no_part_of_the_first_line()
    {
        log.Append("\uFEFF" + Line("a", 1) + Line("b", 2));
        Assert.That(Read(1, 10).Messages, Is.EqualTo((string[])["a", "b"]));
        Assert.That(Read(1, 10).Coverage.IsComplete, Is.True);
    }

    [Test]
    public void A_copy_in_another_encoding_or_packed_is_named()
    {
        File.WriteAllText(log.Path, Line("a", 1), System.Text.Encoding.Unicode);
        Assert.That(Read(0, 10).Coverage.Gaps.Single().Why, Does.Contain("iconv -f UTF-16"));
        File.WriteAllBytes(log.Path, [0x1F, 0x8B, 8, 0, 0, 0, 10]);
        Assert.That(Read(0, 10).Coverage.Gaps.Single().Why, Does.Contain("zcat"));
    }

    private WindowRead Read(int from, int to) => WindowRead.OfFile(log.Path, At(from), At(to));
}
