using Athena.Common.GrafanaLog.Sources;
using Athena.Common.GrafanaLog.Sources.FileSource;
using Athena.Common.GrafanaLog.Sources.JournalSource;
using static Athena.Common.Tests.GrafanaLog.Sources.JournalSource.JournalEntry;

namespace Athena.Common.Tests.GrafanaLog.Sources.JournalSource;

/// <summary>Following journal files that systemd-journal-remote made.</summary>
public sealed class JournalLogTests
{
    private JournalDirectory journal = null!;

    [SetUp]
    public void MakeDirectory() => journal = new JournalDirectory();

    [TearDown]
    public void RemoveDirectory() => journal.Dispose();

    [Test]
    public void Begins_at_the_end_and_hands_over_what_comes()
    {
        journal.Write("system", Line("old", 1));
        Assert.That(journal.Log.Open(null), Is.EqualTo(LogContinuity.Continuous));
        Assert.That(journal.Look(), Is.Empty);
        journal.Write("system", Line("one", 2), Line("two", 3));
        Assert.That(journal.Look(), Is.EqualTo((string[])["one", "two"]));
        Assert.That(journal.Last.Problem, Is.Null);
        Assert.That(journal.Last.Position!.LastLineAt, Is.EqualTo(Begin.AddSeconds(3)));
        Assert.That(journal.Last.Position.Source, Is.EqualTo($"journal:{journal.Folder}/{Unit}"));
    }

    [Test]
    public void Sees_entries_while_another_process_writes_them()
    {
        using var feed = new JournalFeed(journal.PathOf("system"));
        feed.Write(new JournalEntry("another unit", 0, "ssh.service"), Line("first", 1));
        long begin = TimeProvider.System.GetTimestamp();
        while (JournalFile.In([journal.Folder]).Count == 0 && TimeProvider.System.GetElapsedTime(begin) < TimeSpan.FromSeconds(20))
            Thread.Yield();
        journal.Log.Open(null);
        var expected = new List<string>();
        var found = new List<string>();
        for (int number = 0; number < 300; number++)
        {
            feed.Write(Line($"line-{number}", 2 + number));
            expected.Add($"line-{number}");
            if (number % 20 == 0)
                found.AddRange(journal.Look());
        }

        // Whether the first was written before the journal was opened is the writer's affair: it may be found and does not count.
        while (found.Count(message => message != "first") is var ours && ours < expected.Count
            && journal.LookFor(expected.Count - ours) is [_, ..] more)
            found.AddRange(more);
        Assert.That(found.SkipWhile(message => message == "first"), Is.EqualTo(expected));
        Assert.That(journal.Gaps, Is.Empty);
    }

    [Test]
    public void Other_units_are_not_read()
    {
        journal.Write("system", Line("old", 1));
        journal.Log.Open(null);
        journal.Write("system",
            new JournalEntry(LineText("imitated", 2), 2, "ssh.service"),
            new JournalEntry("Started Grafana instance", 3, "init.scope").With("UNIT", Unit),
            Line("ours", 4));
        Assert.That(journal.Look(), Is.EqualTo((string[])["ours"]));
    }

    [Test]
    public void Goes_on_behind_the_cursor_after_a_restart()
    {
        journal.Write("system", Line("old", 1));
        journal.Log.Open(null);
        journal.Write("system", Line("one", 2));
        journal.Look();
        journal.Stop();
        journal.Write("system", Line("two", 3));
        Assert.That(journal.Restart(), Is.EqualTo(LogContinuity.Continuous));
        Assert.That(journal.Look(), Is.EqualTo((string[])["two"]));
        Assert.That(journal.Restart(), Is.EqualTo(LogContinuity.Continuous));
        Assert.That(journal.Look(), Is.Empty);
    }

    [Test]
    public void A_unit_that_never_logged_is_waited_for_also_across_a_restart()
    {
        journal.Write("system", new JournalEntry("another unit", 0, "ssh.service"));
        journal.Log.Open(null);
        Assert.That(journal.Look(), Is.Empty);
        Assert.That(journal.Last.Position, Is.Not.Null, "or a restart would begin at the end again");
        journal.Stop();
        journal.Write("system", Line("first", 1));
        Assert.That(journal.Restart(), Is.EqualTo(LogContinuity.Continuous));
        journal.Write("system", Line("second", 2));
        Assert.That(journal.Look(), Is.EqualTo((string[])["first", "second"]));
    }

    [Test]
    public void A_second_boot_follows_the_first()
    {
        journal.Write("system", Line("before", 1));
        journal.Log.Open(null);
        journal.Look();
        journal.Stop();
        journal.Write("system", Line("shutting-down", 2));
        journal.Archive("system");

        // The monotonic clock begins anew.
        journal.Write("system", Line("after", 100, SecondBoot).With("_X", "1"));
        Assert.That(journal.Restart(), Is.EqualTo(LogContinuity.Continuous));
        Assert.That(journal.Look(), Is.EqualTo((string[])["shutting-down", "after"]));
    }

    [Test]
    public void A_rotated_file_is_read_to_its_end_before_the_new_one()
    {
        journal.Write("system", Line("old", 1));
        journal.Log.Open(null);
        journal.Look();
        journal.Write("system", Line("one", 2));
        journal.Archive("system");
        journal.Write("system", Line("two", 3));
        Assert.That(journal.Look(), Is.EqualTo((string[])["one", "two"]));
        journal.Write("system", Line("three", 4));
        Assert.That(journal.Look(), Is.EqualTo((string[])["three"]));
        Assert.That(journal.Gaps, Is.Empty);
    }

    [Test]
    public void Making_room_for_what_was_read_already_is_no_gap()
    {
        journal.Write("system", Line("old", 1));
        journal.Log.Open(null);
        journal.Look();
        string archived = journal.Archive("system");
        journal.Write("system", Line("one", 2));
        Assert.That(journal.Look(), Is.EqualTo((string[])["one"]));
        File.Delete(archived);
        journal.Write("system", Line("two", 3));
        Assert.That(journal.Look(), Is.EqualTo((string[])["two"]));
        Assert.That(journal.Gaps, Is.Empty);
    }

    [Test]
    public void Files_that_came_and_went_between_two_looks_are_a_gap()
    {
        journal.Write("system", Line("old", 1));
        journal.Log.Open(null);
        journal.Look();
        File.Delete(journal.Archive("system"));
        journal.Write("system", Line("never-seen", 2));
        File.Delete(journal.Archive("system"));
        journal.Write("system", Line("one", 3));
        Assert.That(journal.Look(), Is.EqualTo((string[])["one"]));
        Assert.That(journal.Gaps, Has.Count.EqualTo(1));
        Assert.That(journal.Gaps[0].Why, Does.Contain("came and went"));
    }

    [Test]
    public void A_cursor_whose_file_was_removed_while_we_were_away_is_a_gap_with_its_ends()
    {
        journal.Write("system", Line("zero", 0));
        journal.Log.Open(null);
        journal.Write("system", Line("one", 1));
        journal.Look();
        journal.Stop();
        File.Delete(journal.Archive("system"));
        journal.Write("system", Line("five", 5), Line("six", 6));
        LogContinuity gap = journal.Restart();
        Assert.Multiple(() =>
        {
            Assert.That(gap.IsContinuous, Is.False);
            Assert.That((gap.From, gap.To), Is.EqualTo(((DateTimeOffset?)Begin.AddSeconds(1), (DateTimeOffset?)Begin.AddSeconds(5))));
            Assert.That(gap.Why, Does.Contain("removed to make room"));
            Assert.That(journal.Look(), Is.EqualTo((string[])["five", "six"]));
        });
        Assert.That(journal.Restart(), Is.EqualTo(LogContinuity.Continuous));
    }

    [Test]
    public void Another_machines_cursor_is_a_gap()
    {
        journal.Write("system", Line("one", 1), Line("two", 2));
        journal.Log.Open(null);
        journal.Look();
        LogPosition position = journal.Last.Position! with
        {
            Cursor = "s=0123456789abcdef0123456789abcdef;i=7;b=0123456789abcdef0123456789abcdef;m=5;t=64413cd2b0940;x=1",
        };
        LogContinuity gap = journal.Log.Open(position);
        Assert.That(gap.IsContinuous, Is.False);
        Assert.That(gap.Why, Does.Contain("another machine"));
    }

    [TestCase("nonsense")]
    [TestCase("")]
    public void A_cursor_that_is_none_is_a_gap(string cursor)
    {
        journal.Write("system", Line("one", 1));
        LogContinuity gap = journal.Log.Open(LogPosition.ByCursor(journal.Log.Source, cursor, Begin));
        Assert.That(gap.IsContinuous, Is.False);
        journal.Write("system", Line("two", 2));
        Assert.That(journal.Look(), Is.EqualTo((string[])["two"]));
    }

    [Test]
    public void Going_over_from_the_file_is_a_gap_that_is_read_from_the_last_line_on()
    {
        journal.Write("system", Line("one", 1), Line("two", 2), Line("three", 3));
        LogContinuity gap = journal.Log.Open(new LogPosition("file:/var/log/grafana/grafana.log", "1:2", 300, "abc", Begin.AddSeconds(1)));
        Assert.That(gap.Why, Is.EqualTo(
            $"The log that is read was file:/var/log/grafana/grafana.log before and is journal:{journal.Folder}/{Unit} now."));
        Assert.That((gap.From, gap.To), Is.EqualTo(((DateTimeOffset?)Begin.AddSeconds(1), (DateTimeOffset?)Begin.AddSeconds(2))));
        Assert.That(journal.Look(), Is.EqualTo((string[])["two", "three"]));
    }

    [Test]
    public void Going_over_to_the_file_is_a_gap()
    {
        journal.Write("system", Line("one", 1));
        journal.Log.Open(null);
        journal.Look();
        string path = Path.Combine(journal.Folder, "grafana.log");
        File.WriteAllText(path, LineText("one", 1) + "\n");
        using var file = new FileLog(path, journal.Time);
        LogContinuity gap = file.Open(journal.Last.Position);
        Assert.That(gap.Why, Is.EqualTo($"The log that is read was journal:{journal.Folder}/{Unit} before and is file:{path} now."));
    }

    [Test]
    public void A_handler_that_throws_gets_the_entry_again()
    {
        journal.Write("system", Line("old", 0));
        journal.Log.Open(null);
        journal.Write("system", Line("one", 1), Line("two", 2));
        Assert.That(() => journal.Log.Read(_ => throw new InvalidOperationException("a bug")), Throws.InvalidOperationException);
        Assert.That(journal.Look(), Is.EqualTo((string[])["one", "two"]));
    }

    [Test]
    public void Nothing_new_is_the_same_answer_again()
    {
        journal.Write("system", Line("one", 1));
        journal.Log.Open(null);
        journal.Look();
        LogRead before = journal.Log.Read(_ => { });
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        LogRead after = journal.Log.Read(_ => { });
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - allocated, Is.LessThan(200));
        Assert.That(after, Is.SameAs(before));
    }

    [Test]
    public void A_long_backlog_is_read_in_portions()
    {
        journal.Write("system", Line("old", 0));
        journal.Log.Open(null);
        string filler = new('x', 40_000);
        journal.Write("system",
        [
            .. Enumerable.Range(1, 250).Select(number => new JournalEntry($"{LineText($"m{number}", number)} text={filler}", number)),
        ]);
        int lines = journal.Log.Read(_ => { }).Lines;
        Assert.That(lines, Is.InRange(50, 150));
        Assert.That(journal.Look(), Has.Length.EqualTo(250 - lines));
    }

    [Test]
    public void Console_output_is_refused_with_the_remedy()
    {
        journal.Write("system", Line("old", 0));
        journal.Log.Open(null);
        journal.Write("system", new JournalEntry(
            "\u001b[32mINFO \u001b[0m[11-21|03:36:45] Starting Grafana                         \u001b[32mlogger\u001b[0m=settings", 1));
        journal.Look();
        Assert.That(journal.Last.Problem, Does.Contain("[log.console]"));
    }
}
