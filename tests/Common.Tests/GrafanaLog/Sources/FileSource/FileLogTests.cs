using Athena.Common.GrafanaLog.Line;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.GrafanaLog.Sources.FileSource;
using static Athena.Common.Tests.GrafanaLog.LogDirectory;

namespace Athena.Common.Tests.GrafanaLog.Sources.FileSource;

/// <summary>Following one file: growth, half lines, long lines, absence, what it costs.</summary>
public sealed class FileLogTests
{
    private LogDirectory logs = null!;

    [SetUp]
    public void MakeDirectory() => logs = new LogDirectory();

    [TearDown]
    public void RemoveDirectory() => logs.Dispose();

    [Test]
    public void Without_a_position_it_begins_at_the_present_end()
    {
        logs.Append(Line("old"));
        LogContinuity continuity = logs.Log.Open(null);
        string[] nothing = logs.Look();
        logs.Append(Line("new", minute: 7));

        Assert.That(continuity, Is.EqualTo(LogContinuity.Continuous));
        Assert.That(nothing, Is.Empty);
        Assert.That(logs.Look(), Is.EqualTo((string[])["new"]));
        Assert.That(logs.Last.Problem, Is.Null);
        Assert.That(logs.Last.Gap, Is.Null);
        Assert.That(logs.Last.Position!.LastLineAt, Is.EqualTo(At(7)));
        Assert.That(logs.Last.Position.Source, Is.EqualTo("file:" + logs.Path));
        Assert.That(logs.Last.Position.Offset, Is.EqualTo(new FileInfo(logs.Path).Length));
    }

    [Test]
    public void A_line_half_written_at_the_start_is_read_whole()
    {
        logs.Append(Line("old") + "logger=test level=info ");
        logs.Log.Open(null);
        string[] nothing = logs.Look();
        logs.Append("msg=whole\n");

        Assert.That(nothing, Is.Empty);
        Assert.That(logs.Look(), Is.EqualTo((string[])["whole"]));
    }

    [Test]
    public void Keeps_a_half_written_line_until_its_end_comes()
    {
        logs.Append("");
        logs.Log.Open(null);
        logs.Append(Line("one") + "logger=test level=info m");
        Assert.That(logs.Look(), Is.EqualTo((string[])["one"]));
        long offset = logs.Last.Position!.Offset;
        logs.Append("sg=tw");
        Assert.That(logs.Look(), Is.Empty);
        Assert.That(logs.Last.Position!.Offset, Is.EqualTo(offset));
        logs.Append("o\n" + Line("three"));
        Assert.That(logs.Look(), Is.EqualTo((string[])["two", "three"]));
        Assert.That(logs.Log.NotUnderstood, Is.Zero);
    }

    [Test]
    public void Reads_lines_that_are_longer_than_its_buffer()
    {
        logs.Append("");
        logs.Log.Open(null);
        string longMessage = new('x', 900_000);
        logs.Append(Line(longMessage) + Line("next"));
        Assert.That(logs.Look(), Is.EqualTo((string[])[longMessage, "next"]));
        Assert.That(logs.Log.TooLong, Is.Zero);
    }

    [Test]
    public void Hands_over_a_line_over_one_mebibyte_shortened_when_its_end_was_written()
    {
        logs.Append(Line("before"));
        logs.Log.Open(null);
        string half = new('x', LogFile.MaxLine);
        logs.Append($"logger=test level=info msg=long referer={half}");
        Assert.That(logs.Look(), Is.Empty);
        logs.Append(half);
        Assert.That(logs.Look(), Is.Empty);
        LogPosition inside = logs.Last.Position!;
        logs.Append("\n" + Line("after"));

        Assert.That(logs.Look(), Is.EqualTo((string[])["long", "after"]));
        Assert.That(logs.Log.TooLong, Is.Zero);
        Assert.That(logs.Last.Gap, Is.Null);
        Assert.That(inside.Offset, Is.EqualTo(Line("before").Length));
        Assert.That(logs.Restart(), Is.EqualTo(LogContinuity.Continuous));
        logs.Append(Line("later"));
        Assert.That(logs.Look(), Is.EqualTo((string[])["later"]));
    }

    [Test]
    public void Skips_and_counts_what_is_too_long_even_so()
    {
        logs.Append("");
        logs.Log.Open(null);
        logs.Append(string.Concat(Enumerable.Repeat("word ", LogFile.MaxLine / 2)) + "\n" + Line("after"));
        Assert.That(logs.Look(), Is.EqualTo((string[])["after"]));
        Assert.That(logs.Log.TooLong, Is.EqualTo(1));
    }

    [Test]
    public void A_long_backlog_is_read_in_parts()
    {
        logs.Append("");
        logs.Log.Open(null);
        string padding = new('x', 1000);
        logs.Append(string.Concat(Enumerable.Range(0, 9000).Select(number => Line($"{number}-{padding}"))));

        int looks = 0;
        while (logs.Look().Length > 0)
            looks++;
        Assert.That(
            logs.Read.Select(message => message.Split('-')[0]), Is.EqualTo(Enumerable.Range(0, 9000).Select(number => number.ToString())));
        Assert.That(looks, Is.EqualTo(3), "9 MB at 4 MiB a call");
    }

    [Test]
    public void Counts_what_it_does_not_understand_and_hands_it_over_all_the_same()
    {
        logs.Append("");
        logs.Log.Open(null);
        logs.Append("panic: oh no\n\n" + Line("fine"));
        Assert.That(logs.Look(), Is.EqualTo((string[])["", "", "fine"]));
        Assert.That(logs.Log.NotUnderstood, Is.EqualTo(2));
    }

    [Test]
    public void Says_that_the_file_is_absent_and_reads_it_from_its_start_when_it_comes()
    {
        Assert.That(logs.Log.Open(null), Is.EqualTo(LogContinuity.Continuous));
        Assert.That(logs.Look(), Is.Empty);
        Assert.That(logs.Last.Problem, Does.Contain(logs.Path).And.Contain("[log]"));
        Assert.That(logs.Last.Position, Is.Null);

        logs.Append(Line("first"));
        Assert.That(logs.Look(), Is.EqualTo((string[])["first"]));
        Assert.That(logs.Last.Problem, Is.Null);
        Assert.That(logs.Last.Gap, Is.Null);
    }

    [Test]
    public void Says_that_the_directory_is_absent_and_reads_the_file_when_it_comes()
    {
        string folder = Path.Combine(logs.Folder, "later");
        string path = Path.Combine(folder, "grafana.log");
        using var log = new FileLog(path, logs.Time);
        log.Open(null);
        Assert.That(log.Read(_ => { }).Problem, Does.Contain(folder).And.Contain("[paths]"));

        Directory.CreateDirectory(folder);
        File.WriteAllText(path, Line("first"));
        Assert.That(log.Read(_ => { }).Lines, Is.EqualTo(1));
    }

    [Test]
    public void A_kept_position_waits_for_a_file_that_is_absent()
    {
        logs.Append(Line("one", minute: 1));
        logs.Log.Open(null);
        logs.Look();
        string away = Path.Combine(logs.Folder, "elsewhere");
        File.Move(logs.Path, away);

        LogContinuity continuity = logs.Restart();
        Assert.That(continuity.IsContinuous, Is.False);
        Assert.That(continuity.Why, Does.Contain("not there"));
        logs.Look();
        Assert.That(logs.Last.Position, Is.Not.Null, "what was kept is still to be kept");

        File.Move(away, logs.Path);
        logs.Append(Line("two", minute: 2));
        Assert.That(logs.Look(), Is.EqualTo((string[])["two"]));
        Assert.That(logs.Last.Gap, Is.Null, "nothing was missed after all");
        Assert.That(logs.Last.Problem, Is.Null);
    }

    [Test]
    public void Something_else_in_the_place_of_the_file_is_a_problem_and_not_the_end()
    {
        logs.Append(Line("one"));
        logs.Log.Open(null);
        logs.Look();
        logs.Rotate();
        Directory.CreateDirectory(logs.Path);
        Assert.That(logs.Look(), Is.Empty);
        Assert.That(logs.Last.Problem, Does.Contain("is a directory"));

        Directory.Delete(logs.Path);
        logs.Append(Line("two"));
        Assert.That(logs.Look(), Is.EqualTo((string[])["two"]));
        Assert.That(logs.Last.Problem, Is.Null);
        Assert.That(logs.Last.Gap, Is.Null);
    }

    [TestCase("INFO [11-21|03:46:55] Starting Grafana    logger=settings\n")]
    [TestCase("\u001b[32mINFO \u001b[0m[11-21|03:46:55] Starting Grafana \u001b[32mlogger\u001b[0m=settings\r\n")]
    public void The_console_format_is_a_problem_that_names_the_setting(string line)
    {
        logs.Append(line);
        logs.Log.Open(null);
        Assert.That(logs.Look(), Is.Empty);
        Assert.That(logs.Last.Problem, Does.Contain("[log.file]").And.Contain("format = text"), "said at the start, before a line comes");

        logs.Append(Line("repaired"));
        logs.Look();
        Assert.That(logs.Last.Problem, Is.Null);
        logs.Append(line);
        logs.Look();
        Assert.That(logs.Last.Problem, Does.Contain("[log.file]"));
    }

    [Test]
    public void Costs_no_memory_when_there_is_nothing_new()
    {
        logs.Append(Line("one"));
        logs.Log.Open(null);
        LineHandler onLine = _ => { };
        logs.Log.Read(onLine);
        logs.Log.Read(onLine);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            logs.Log.Read(onLine);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
}
