using System.Diagnostics;
using Athena.Common.GrafanaLog.Line;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.Tests.GrafanaLog.Sources.JournalSource;
using Athena.Common.Time;
using static Athena.Common.Tests.GrafanaLog.Sources.JournalSource.JournalEntry;

namespace Athena.Common.Tests.GrafanaLog.Ranges;

/// <summary>
/// A journal that is vacuumed, damaged, cut short or absent, and a reader that dies: what can be read comes, the rest is told.
/// </summary>
public sealed class JournalWindowGapTests
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
    public void A_vacuumed_journal_begins_later()
    {
        journal.Write("system", Line("a", 100));
        File.Delete(journal.Archive("system"));
        journal.Write("system", Line("b", 240));
        journal.Write("user-1000", new JournalEntry("older, but another's", 1, "user@1000.service"));
        WindowRead read = Read(60, 300);
        Assert.That(read.Messages, Is.EqualTo((string[])["b"]));
        Assert.That(read.Coverage.Gaps, Is.EqualTo((Gap[])[new Gap(At(60), At(240), GapCause.BeginsLater, "the log begins at 11:04")]));
    }

    [Test]
    public void No_journal_is_no_sight()
    {
        Gap gap = Read(0, 300).Coverage.Gaps.Single();
        Assert.That((gap.From, gap.To, gap.Cause), Is.EqualTo((At(0), At(300), GapCause.NoLog)));
        Assert.That(gap.Why, Does.Contain("There is no journal in " + journal.Folder));
    }

    [Test]
    public void The_console_format_is_no_sight()
    {
        journal.Write("system", Line("a", 0), new JournalEntry("INFO [11-21|11:02:00] Starting Grafana   logger=settings", 120));
        Gap gap = Read(60, 300).Coverage.Gaps.Single();
        Assert.That((gap.From, gap.To, gap.Cause), Is.EqualTo((At(60), At(300), GapCause.NoLog)));
        Assert.That(gap.Why, Does.Contain("[log.console]"));
    }

    [TestCase(64)]
    [TestCase(5000)]
    [TestCase(300_000)]
    public void A_file_that_was_cut_short_is_a_gap_of_its_time_and_the_others_are_read(int length)
    {
        journal.Write("system", Line("a", 60));
        journal.Archive("system");
        journal.Write("system", Line("lost", 120), Line("lost too", 180));
        string cut = journal.Archive("system");
        Cut(cut, length);
        journal.Write("system", Line("b", 240));
        WindowRead read = Read(60, 300);
        Assert.That(read.Messages, Is.EqualTo((string[])["a", "b"]));
        Gap gap = read.Coverage.Gaps.Single();
        Assert.That((gap.Cause, gap.Why.Contains(cut, StringComparison.Ordinal)), Is.EqualTo((GapCause.Unreadable, true)));
        if (length > 1000)
            Assert.That((gap.From, gap.To), Is.EqualTo((At(120), At(180))), "its header tells");
        else
            Assert.That((gap.From, gap.To), Is.EqualTo((At(60), At(300))));
    }

    [Test]
    public void A_file_that_may_not_be_read_is_a_gap()
    {
        journal.Write("system", Line("lost", 60));
        string closed = journal.Archive("system");
        journal.Write("system", Line("b", 240));
        File.SetUnixFileMode(closed, UnixFileMode.None);
        File.SetUnixFileMode(journal.PathOf("system"), (UnixFileMode)0b110_100_100);
        JournalReport report = Unprivileged.Do(
            () => JournalWindow.Read(journal.Unit, new Window(At(60), At(300)), _ => { }, (_, _) => { }));
        Assert.That(report.Gaps, Has.Some.Matches<Gap>(gap => gap.Cause == GapCause.Unreadable && gap.Why == $"{closed} may not be read"));
    }

    [Test]
    public void Rubbish_anywhere_in_a_file_leaves_what_is_readable_and_a_coverage_that_says_so(
        [Values(2, 8, 9)] int tenth, [Values(0, 5, 9)] int hundredth, [Values] bool isFollowed)
    {
        string[] damaged = [.. Enumerable.Range(1, 2000).Select(i => $"m{i}")];
        journal.Write("system", [.. damaged.Select((message, i) => Line(message, 60 + (i / 20)))]);
        string path = isFollowed ? journal.Archive("system") : journal.PathOf("system");
        string[] next = isFollowed ? ["n1", "n2"] : [];
        if (isFollowed)
            journal.Write("system", [.. next.Select(message => Line(message, 200))]);
        int used = Used(path);
        using (FileStream file = File.OpenWrite(path))
        {
            // Behind the header; the file is longer than what is used of it.
            file.Seek(4096 + ((used - 4096) * ((tenth * 10) + hundredth) / 100), SeekOrigin.Begin);
            for (int block = 0; block < 100; block++)
                file.Write("rubbish, rubbish, rubbish, rubbish"u8);
        }
        WindowRead read = Read(60, 300);
        TestContext.Out.WriteLine($"{read.Messages.Count} lines, {string.Join("; ", read.Coverage.Gaps)}");
        string[] all = [.. damaged, .. next];
        Assert.That(read.Messages, Is.SubsetOf(all).And.SupersetOf(next));
        Assert.That(read.Messages, Is.Unique);

        // The other way round is possible: rubbish on what no line needs leaves all of them, in a file that is known to be damaged.
        if (read.Messages.Count < all.Length) Assert.That(read.Coverage.IsComplete, Is.False);
        else Assert.That(read.Coverage.Gaps, Has.All.Property(nameof(Gap.Cause)).EqualTo(GapCause.Unreadable));
    }

    [Test]
    public void A_file_that_was_not_closed_properly_is_a_gap_up_to_the_next_one()
    {
        journal.Write("system", Line("a", 60), Line("b", 120));
        string archived = journal.Archive("system");
        File.Move(archived, archived + "~");
        journal.Write("system", Line("c", 180, SecondBoot));
        WindowRead read = Read(60, 300);
        Assert.That(read.Messages, Is.EqualTo((string[])["a", "b", "c"]));
        Gap gap = read.Coverage.Gaps.Single();
        Assert.That((gap.From, gap.To, gap.Cause), Is.EqualTo((At(120), At(180), GapCause.Unreadable)));
        Assert.That(Read(180, 300).Coverage.IsComplete, Is.True);
    }

    [Test]
    public void A_reader_that_is_killed_midway_is_a_gap_from_its_last_line_on()
    {
        journal.Write("system", [.. Enumerable.Range(1, 10_000).Select(i => Line($"m{i}", 60 + (i / 50)))]);
        int handed = 0;
        DateTimeOffset last = default;
        Coverage coverage = WindowRead.Journal(journal.Folder).ReadWindow(new Window(At(60), At(300)), (scoped in LogLine line) =>
        {
            // The pipe holds less than what is still to come, so the child cannot have ended.
            if (++handed == 10)
                KillChildren();
            last = line.Time!.Value;
        });
        Assert.That(handed, Is.InRange(10, 9999));
        Assert.That(coverage.LinesRead, Is.EqualTo(handed));
        Assert.That(coverage.Gaps, Is.EqualTo(
            (Gap[])[new Gap(last, At(300), GapCause.ReaderDied, "the process that reads the journal was killed")]));
    }

    [Test]
    public void A_journal_that_is_cut_under_the_reader_ends_at_most_the_reader()
    {
        journal.Write("system", [.. Enumerable.Range(1, 20_000).Select(i => Line($"m{i}", 60 + (i / 100)))]);
        int handed = 0;
        Coverage coverage = WindowRead.Journal(journal.Folder).ReadWindow(new Window(At(60), At(300)), (scoped in LogLine _) =>
        {
            if (++handed == 10)
                Cut(journal.PathOf("system"), 4096);
        });
        TestContext.Out.WriteLine(string.Join("; ", coverage.Gaps));
        Assert.That(handed, Is.InRange(10, 19_999));
        Assert.That(
            coverage.Gaps, Has.Some.Matches<Gap>(gap => gap.Cause is GapCause.ReaderDied or GapCause.Unreadable && gap.To == At(300)));
    }

    [TestCase("/bin/false", "the process that reads the journal ended with exit code 1")]
    [TestCase("/bin/true", "the process that reads the journal ended with exit code 0")]
    [TestCase("/nowhere/at/all", "the process that reads the journal could not be started: ")]
    public void A_reader_that_is_none_is_a_gap(string binary, string why)
    {
        journal.Write("system", Line("a", 60));
        Coverage coverage = (WindowRead.Journal(journal.Folder) with { Reader = [binary] })
            .ReadWindow(new Window(At(60), At(300)), (scoped in LogLine _) => { });
        Gap gap = coverage.Gaps.Single();
        Assert.That((gap.From, gap.To, gap.Cause), Is.EqualTo((At(60), At(300), GapCause.ReaderDied)));
        Assert.That(gap.Why, Does.StartWith(why));
    }

    [Test]
    public void A_reader_that_is_silent_is_ended()
    {
        var time = new SuddenTime();
        var window = new Window(At(60), At(300));
        var lines = new WindowLines(window, (_, scoped in _) => { });
        Coverage coverage = new JournalChildWindow(["/bin/sh", "-c", "exec sleep 600"], time)
            .Read(journal.Unit, window, lines, () => { }, CancellationToken.None);
        Assert.That(coverage.Gaps.Single().Why, Is.EqualTo("the process that reads the journal was silent for 60 s and was ended"));
    }

    [Test]
    public void Cancelling_ends_the_reader()
    {
        using var cancel = new CancellationTokenSource();
        journal.Write("system", [.. Enumerable.Range(1, 10_000).Select(i => Line($"m{i}", 60 + (i / 50)))]);
        Assert.That(
            () => WindowRead.Journal(journal.Folder)
                .ReadWindow(new Window(At(60), At(300)), (scoped in LogLine _) => cancel.Cancel(), cancel: cancel.Token),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Children(), Is.Empty);
    }

    [Test]
    public void What_the_handler_throws_comes_out_and_the_reader_ends()
    {
        journal.Write("system", [.. Enumerable.Range(1, 10_000).Select(i => Line($"m{i}", 60 + (i / 50)))]);
        Assert.That(
            () => WindowRead.Journal(journal.Folder)
                .ReadWindow(new Window(At(60), At(300)), (scoped in LogLine _) => throw new InvalidOperationException("mine")),
            Throws.InvalidOperationException.With.Message.EqualTo("mine"));
        Assert.That(() => Children(), Is.Empty.After(10_000, 20));
    }

    private static DateTimeOffset At(int second) => Begin.AddSeconds(second);

    private WindowRead Read(int from, int to) => WindowRead.OfJournal(journal.Folder, new Window(At(from), At(to)));

    private static void Cut(string path, int length)
    {
        using FileStream file = File.OpenWrite(path);
        file.SetLength(length);
    }

    /// <summary>Up to where there is something else than zeros.</summary>
    private static int Used(string path) => File.ReadAllBytes(path).AsSpan().LastIndexOfAnyExcept((byte)0);

    private void KillChildren()
    {
        foreach (Process child in Children())
            child.Kill();
    }

    /// <summary>The processes that read this test's journal.</summary>
    private Process[] Children() => [.. Process.GetProcesses().Where(process =>
    {
        try
        {
            return File.ReadAllText($"/proc/{process.Id}/cmdline")
                .Contains($"read-journal-window\0{journal.Folder}/", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    })];

    /// <summary>A clock whose timers are due at once.</summary>
    private sealed class SuddenTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
