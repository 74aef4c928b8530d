using Athena.Common.GrafanaLog.Line;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.Tests.GrafanaLog.Sources.JournalSource;

namespace Athena.Common.Tests.GrafanaLog;

/// <summary>Reading what was written since a time.</summary>
public sealed class LogPastTests
{
    [Test]
    public void Reads_rotated_files_oldest_first_and_nothing_older_than_wanted()
    {
        using var log = new LogDirectory();
        log.Append(LogDirectory.Line("a", 1));
        File.SetLastWriteTimeUtc(log.Rotate(), LogDirectory.At(1).UtcDateTime);
        log.Append(LogDirectory.Line("b", 10) + LogDirectory.Line("c", 20));
        log.Rotate();
        log.Append(LogDirectory.Line("d", 30) + "no line of Grafana\n" + LogDirectory.Line("e", 40) + "half a li");
        (LogPast past, string[] read) = Read($"file:{log.Path}", LogDirectory.At(15));
        Assert.That(read, Is.EqualTo((string[])["c", "d", "e"]));
        Assert.That(past, Is.EqualTo(new LogPast(LogDirectory.At(10), null)), "the oldest file was not needed");
    }

    [Test]
    public void Says_from_when_on_it_could_see()
    {
        using var log = new LogDirectory();
        log.Append(LogDirectory.Line("a", 5));
        log.Rotate();
        File.WriteAllText($"{log.Path}.1.gz", "packed");
        log.Append(LogDirectory.Line("b", 6));
        (LogPast past, string[] read) = Read($"file:{log.Path}", LogDirectory.At(0));
        Assert.That(read, Is.EqualTo((string[])["a", "b"]));
        Assert.That(past.Begins, Is.EqualTo(LogDirectory.At(5)));
    }

    [Test]
    public void Reads_what_is_there_and_tells_what_is_not()
    {
        using var log = new LogDirectory();
        (LogPast absent, string[] nothing) = Read($"file:{log.Path}", LogDirectory.At(0));
        Assert.That((absent.Begins, nothing.Length), Is.EqualTo(((DateTimeOffset?)null, 0)));
        Assert.That(absent.Problem, Does.Contain(log.Path));

        log.Append(LogDirectory.Line("a", 5));
        log.Rotate();
        (LogPast moved, string[] read) = Read($"file:{log.Path}", LogDirectory.At(0));
        Assert.That(read, Is.EqualTo((string[])["a"]));
        Assert.That(moved.Problem, Does.Contain("is not there"));
    }

    [Test]
    public void Reads_the_journal_from_a_time_on()
    {
        using var journal = new JournalDirectory();
        journal.Write("system", JournalEntry.Line("a", 1), JournalEntry.Line("b", 600));
        journal.Archive("system");
        journal.Write("system", JournalEntry.Line("c", 700, JournalEntry.SecondBoot));
        (LogPast past, string[] read) = Read($"journal:{journal.Folder}/{JournalEntry.Unit}", JournalEntry.Begin.AddSeconds(600));
        Assert.That(past, Is.EqualTo(new LogPast(JournalEntry.Begin.AddSeconds(1), null)));
        Assert.That(read, Is.EqualTo((string[])["b", "c"]));
    }

    [Test]
    public void Lines_that_journald_dropped_are_told_of()
    {
        using var journal = new JournalDirectory();
        journal.Write("system", JournalEntry.Line("a", 1), JournalEntry.Suppressed(7, 2, JournalEntry.Unit));
        (LogPast past, _) = Read($"journal:{journal.Folder}/{JournalEntry.Unit}", JournalEntry.Begin);
        Assert.That(past.Problem, Does.Contain("dropped 7 lines"));
    }

    [Test]
    public void A_journal_that_is_not_there_is_a_problem()
    {
        using var journal = new JournalDirectory();
        (LogPast past, _) = Read($"journal:{journal.Folder}/{JournalEntry.Unit}", JournalEntry.Begin);
        Assert.That((past.Begins, past.Problem is null), Is.EqualTo(((DateTimeOffset?)null, false)));
    }

    private static (LogPast Past, string[] Messages) Read(string source, DateTimeOffset since)
    {
        var read = new List<string>();
        LogPast past = LogSource.TryParse(source, out _)!.ReadSince(since, line => read.Add(LogLine.Parse(line).Message.ToString()));
        return (past, [.. read]);
    }
}
