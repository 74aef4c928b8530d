using Athena.Common.GrafanaLog.Line;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.Time;
using static Athena.Common.Tests.GrafanaLog.LogDirectory;

namespace Athena.Common.Tests.GrafanaLog.Ranges;

/// <summary>Which lines of a log file and its rotated predecessors a window brings.</summary>
public sealed class FileWindowTests
{
    private LogDirectory log = null!;

    [SetUp]
    public void MakeDirectory() => log = new LogDirectory();

    [TearDown]
    public void RemoveDirectory() => log.Dispose();

    [Test]
    public void The_begin_belongs_to_a_window_and_the_end_does_not()
    {
        log.Append(Line("a", 9) + Line("b", 10) + Line("c", 14) + Line("d", 15));
        WindowRead read = Read(10, 15);
        Assert.That(read.Messages, Is.EqualTo((string[])["b", "c"]));
        Assert.That(read.Coverage, Is.EqualTo(new Coverage(new Window(At(10), At(15)), [], [], 2, 0)).Using<Coverage>(Same));
        Assert.That(read.Coverage.IsComplete, Is.True);
    }

    [Test]
    public void A_line_is_of_the_window_that_holds_its_own_time_whatever_its_offset()
    {
        log.Append(
            "logger=test t=2026-11-21T13:09:59.999999999+02:00 level=info msg=a\nlogger=test t=2026-11-21T13:10:00+02:00 "
            + "level=info msg=b\n" + Line("c", 11));
        WindowRead read = Read(10, 15);
        Assert.That(read.Messages, Is.EqualTo((string[])["b", "c"]));
        Assert.That(read.Coverage.Notes, Is.EqualTo((string[])["the zone of the log's times changed from +02:00 to +00:00"]));
        Assert.That(read.Coverage.IsComplete, Is.True);
    }

    [Test]
    public void Lines_a_little_out_of_order_are_found_at_both_ends_and_across_a_rotation()
    {
        log.Append(Stamped("a", "11:09:50") + Stamped("b", "11:10:03"));
        log.Rotate();
        log.Append(
            Stamped("c", "11:09:58") + Stamped("d", "11:10:00.5") + Stamped("e", "11:15:05") + Stamped("f", "11:14:59")
            + Stamped("g", "11:15:11"));
        Assert.That(Read(10, 15).Messages, Is.EqualTo((string[])["b", "d", "f"]));
    }

    [Test]
    public void The_last_minutes_of_a_long_file_are_found()
    {
        log.Append(string.Concat(Enumerable.Range(0, 40_000)
            .Select(i => Stamped($"m{i}", $"11:{i / 1000:D2}:{i % 1000 * 60 / 1000:D2}"))));
        WindowRead read = Read(38, 40);
        Assert.That(read.Messages, Is.EqualTo(Enumerable.Range(38_000, 2000).Select(i => $"m{i}")));
        Assert.That(read.Coverage.IsComplete, Is.True);
    }

    [Test]
    public void A_clock_that_was_wrong_for_a_while_hides_nothing()
    {
        string Stretch(string name, int minute) =>
            string.Concat(Enumerable.Range(0, 2000).Select(i => Stamped($"{name}{i}", $"11:{minute:D2}:{i % 60:D2}")));
        string before = Stretch("a", 10);
        string unset = string.Concat(Enumerable.Range(0, 8000)
            .Select(i => $"logger=test t=1970-01-01T00:00:{i % 60:D2}Z level=info msg=unset\n"));
        string ahead = "logger=test t=2026-11-21T19:00:00Z level=info msg=ahead\n";
        log.Append(Stretch("old", 1) + before + unset + ahead + Stretch("b", 12) + Stretch("late", 30));
        Assert.That(Read(10, 11).Messages, Has.Count.EqualTo(2000));
        Assert.That(Read(12, 13).Messages, Has.Count.EqualTo(2000));
    }

    [Test]
    public void Lines_without_a_time_belong_where_the_line_before_them_does()
    {
        log.Append(
            "panic: before anything\n" + Line("a", 1) + "goroutine 1\n\n" + Line("b", 10) + "goroutine 2\n" + "level=info msg=timeless\n"
            + Line("c", 20) + "goroutine 3\n");
        Assert.That(Read(0, 5).Coverage.LinesNotUnderstood, Is.EqualTo(2));
        WindowRead read = Read(5, 15);
        Assert.That(read.Coverage.LinesNotUnderstood, Is.EqualTo(2));
        Assert.That(read.Coverage.Notes, Is.EqualTo((string[])["2 lines were not understood"]));
        Assert.That(Read(15, 25).Coverage.LinesNotUnderstood, Is.EqualTo(1));
        Assert.That(Read(0, 25).Coverage.LinesNotUnderstood, Is.EqualTo(5));
    }

    [Test]
    public void Lines_of_more_than_a_mebibyte_hinder_nobody_and_the_search_finds_its_way_around_them()
    {
        string huge = new string('x', 3 * 1024 * 1024) + "\n";
        log.Append(Line("a", 1) + huge + Line("b", 10) + huge + Line("c", 20) + huge + Line("d", 30));
        WindowRead read = Read(5, 25);
        Assert.That(read.Messages, Is.EqualTo((string[])["b", "c"]));
        Assert.That(read.Coverage.LinesNotUnderstood, Is.EqualTo(2));
    }

    [Test]
    public void What_is_too_long_to_be_read_even_shortened_is_a_gap_between_its_neighbours()
    {
        string endless = string.Concat(Enumerable.Repeat("word ", 400_000)) + "\n";
        log.Append(Line("a", 1) + Line("b", 10) + endless + Line("c", 20) + Line("d", 30));
        WindowRead read = Read(5, 25);
        Assert.That(read.Messages, Is.EqualTo((string[])["b", "c"]));
        Gap gap = read.Coverage.Gaps.Single();
        Assert.That((gap.From, gap.To.AddTicks(-1), gap.Cause), Is.EqualTo((At(10), At(20), GapCause.Unreadable)));
        Assert.That(Read(11, 19).Coverage.Gaps.Single().From, Is.EqualTo(At(11)), "also where no line of the window is beside it");
    }

    [Test]
    public void Half_a_line_at_the_live_end_is_not_handed_out_and_no_gap()
    {
        log.Append(Line("a", 1) + Line("b", 2)[..^5]);
        WindowRead read = Read(1, 15);
        Assert.That(read.Messages, Is.EqualTo((string[])["a"]));
        Assert.That(read.Coverage.Notes, Is.EqualTo((string[])["the log ends in the middle of a line"]));
        Assert.That((read.Coverage.IsComplete, read.Coverage.LinesNotUnderstood), Is.EqualTo((true, 0)));
    }

    [Test]
    public void The_rotated_files_of_the_window_are_read_oldest_first_and_no_others()
    {
        for (int minute = 0; minute < 30; minute++)
        {
            log.Append(Line($"m{minute}", minute));
            string rotated = log.Rotate();
            File.SetLastWriteTimeUtc(rotated, At(minute).UtcDateTime);
            if (minute is < 8 or > 16)
                File.WriteAllText(rotated, Line("another", minute)); // As if it had these lines: they do not belong into the window.
        }
        log.Append(Line("live", 31));
        Assert.That(Read(10, 15).Messages, Is.EqualTo((string[])["m10", "m11", "m12", "m13", "m14"]));
    }

    [Test]
    public void Copies_of_rotated_files_with_names_that_mislead_are_read_all_the_same()
    {
        File.WriteAllText($"{log.Path}.2026-11-21.001", Line("late", 12));
        File.SetLastWriteTimeUtc($"{log.Path}.2026-11-21.001", At(12).UtcDateTime);
        File.WriteAllText($"{log.Path}.2026-11-21.002", Line("early", 2));
        File.SetLastWriteTimeUtc($"{log.Path}.2026-11-21.002", At(2).UtcDateTime);
        log.Append(Line("live", 14));
        Assert.That(Read(10, 15).Messages, Is.EquivalentTo((string[])["late", "live"]));
    }

    [Test]
    public void What_another_program_rotated_is_read_in_the_order_of_the_last_change()
    {
        foreach ((string name, int minute) in (IEnumerable<(string, int)>)[(".10", 1), (".9", 2), (".1", 3)])
        {
            File.WriteAllText(log.Path + name, Line($"m{minute}", minute));
            File.SetLastWriteTimeUtc(log.Path + name, At(minute).UtcDateTime);
        }
        log.Append(Line("m4", 4));
        Assert.That(Read(1, 15).Messages, Is.EqualTo((string[])["m1", "m2", "m3", "m4"]));
    }

    [Test]
    public void A_rotation_while_the_window_is_read_loses_nothing_and_doubles_nothing()
    {
        log.Append(Line("a", 1) + Line("b", 2));
        var read = new List<string>();
        Coverage coverage = Source.ReadWindow(new Window(At(1), At(15)), (scoped in LogLine line) =>
        {
            string message = line.Message.ToString();
            read.Add(message);
            if (message == "a")
            {
                log.Append(Line("c", 3));
                log.Rotate();
                log.Append(Line("d", 4));
                log.Rotate();
                log.Append(Line("e", 5));
            }
        });
        Assert.That(read, Is.EqualTo((string[])["a", "b", "c", "d", "e"]));
        Assert.That(coverage.IsComplete, Is.True);
    }

    [Test]
    public void A_copy_that_is_not_yet_truncated_is_not_read_twice()
    {
        log.Append(Line("a", 1) + Line("b", 2));
        File.Copy(log.Path, log.Path + ".1");
        Assert.That(Read(1, 15).Messages, Is.EqualTo((string[])["a", "b"]));
    }

    [Test]
    public void Can_be_cancelled_and_tells_how_far_it_is()
    {
        log.Append(string.Concat(Enumerable.Range(0, 5000).Select(i => Line($"m{i}", 1))));
        var told = new List<WindowProgress>();
        using var cancel = new CancellationTokenSource();
        int lines = 0;
        Assert.That(
            () => Source.ReadWindow(
                new Window(At(0), At(15)),
                (scoped in LogLine _) =>
                {
                    if (++lines == 3000)
                        cancel.Cancel();
                },
                new Told(told),
                cancel.Token),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(lines, Is.InRange(3000, 4500));
        Assert.That(told[0], Is.EqualTo(new WindowProgress(At(1), told[0].Lines)));
        Assert.That(told[0].Lines, Is.InRange(500, 1500));
    }

    [Test]
    public void What_the_handler_throws_comes_out()
    {
        log.Append(Line("a", 1));
        Assert.That(
            () => Source.ReadWindow(new Window(At(0), At(15)), (scoped in LogLine _) => throw new IOException("mine")),
            Throws.InstanceOf<IOException>());
    }

    [Test]
    public void Takes_no_memory_for_a_line()
    {
        log.Append(string.Concat(Enumerable.Range(0, 20_000).Select(i => Line($"m{i}", 1))));
        long few = Allocated(lines: 200);
        long many = Allocated(lines: 20_000);
        Assert.That(many - few, Is.LessThan(20_000), "less than a byte a line");
    }

    private ILogSource Source => LogSource.TryParse($"file:{log.Path}", out _)!;

    private WindowRead Read(int from, int to) => WindowRead.OfFile(log.Path, At(from), At(to));

    private static string Stamped(string message, string time) => $"logger=test t=2026-11-21T{time}Z level=info msg={message}\n";

    private static bool Same(Coverage one, Coverage other) =>
        one.Window == other.Window && one.Gaps.SequenceEqual(other.Gaps) && one.Notes.SequenceEqual(other.Notes)
        && (one.LinesRead, one.LinesNotUnderstood) == (other.LinesRead, other.LinesNotUnderstood);

    private long Allocated(int lines)
    {
        string path = log.Path + "." + lines;
        File.WriteAllLines(path, File.ReadLines(log.Path).Take(lines));
        ILogSource source = LogSource.TryParse($"file:{path}", out _)!;
        ParsedLineHandler nothing = (scoped in LogLine _) => { };
        var window = new Window(At(0), At(15));
        source.ReadWindow(window, nothing);
        long before = GC.GetAllocatedBytesForCurrentThread();
        source.ReadWindow(window, nothing);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private sealed class Told(List<WindowProgress> told) : IProgress<WindowProgress>
    {
        public void Report(WindowProgress value) => told.Add(value);
    }
}
