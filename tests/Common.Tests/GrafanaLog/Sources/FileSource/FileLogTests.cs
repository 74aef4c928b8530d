using Athena.Common.GrafanaLog.Line;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.GrafanaLog.Sources.FileSource;
using static Athena.Common.Tests.GrafanaLog.LogDirectory;

namespace Athena.Common.Tests.GrafanaLog.Sources.FileSource;

/// <summary>Following one file: growth, half lines, long lines, absence, what it costs.</summary>
public sealed class FileLogTests
{
    private LogDirectory _logs = null!;

    [SetUp]
    public void MakeDirectory() => _logs = new LogDirectory();

    [TearDown]
    public void RemoveDirectory() => _logs.Dispose();

    [Test]
    public void Without_a_position_it_begins_at_the_present_end()
    {
        _logs.Append(Line("old"));
        LogContinuity continuity = _logs.Log.Open(null);
        string[] nothing = _logs.Look();
        _logs.Append(Line("new", minute: 7));

        Assert.That(continuity, Is.EqualTo(LogContinuity.Continuous));
        Assert.That(nothing, Is.Empty);
        Assert.That(_logs.Look(), Is.EqualTo((string[])["new"]));
        Assert.That(_logs.Last.Problem, Is.Null);
        Assert.That(_logs.Last.Gap, Is.Null);
        Assert.That(_logs.Last.Position!.LastLineAt, Is.EqualTo(At(7)));
        Assert.That(_logs.Last.Position.Source, Is.EqualTo("file:" + _logs.Path));
        Assert.That(_logs.Last.Position.Offset, Is.EqualTo(new FileInfo(_logs.Path).Length));
    }

    [Test]
    public void A_line_half_written_at_the_start_is_read_whole()
    {
        _logs.Append(Line("old") + "logger=test level=info ");
        _logs.Log.Open(null);
        string[] nothing = _logs.Look();
        _logs.Append("msg=whole\n");

        Assert.That(nothing, Is.Empty);
        Assert.That(_logs.Look(), Is.EqualTo((string[])["whole"]));
    }

    [Test]
    public void Keeps_a_half_written_line_until_its_end_comes()
    {
        _logs.Append("");
        _logs.Log.Open(null);
        _logs.Append(Line("one") + "logger=test level=info m");
        Assert.That(_logs.Look(), Is.EqualTo((string[])["one"]));
        long offset = _logs.Last.Position!.Offset;
        _logs.Append("sg=tw");
        Assert.That(_logs.Look(), Is.Empty);
        Assert.That(_logs.Last.Position!.Offset, Is.EqualTo(offset));
        _logs.Append("o\n" + Line("three"));
        Assert.That(_logs.Look(), Is.EqualTo((string[])["two", "three"]));
        Assert.That(_logs.Log.NotUnderstood, Is.Zero);
    }

    [Test]
    public void Reads_lines_that_are_longer_than_its_buffer()
    {
        _logs.Append("");
        _logs.Log.Open(null);
        string longMessage = new('x', 900_000);
        _logs.Append(Line(longMessage) + Line("next"));
        Assert.That(_logs.Look(), Is.EqualTo((string[])[longMessage, "next"]));
        Assert.That(_logs.Log.TooLong, Is.Zero);
    }

    [Test]
    public void Hands_over_a_line_over_one_mebibyte_shortened_when_its_end_was_written()
    {
        _logs.Append(Line("before"));
        _logs.Log.Open(null);
        string half = new('x', LogFile.MaxLine);
        _logs.Append($"logger=test level=info msg=long referer={half}");
        Assert.That(_logs.Look(), Is.Empty);
        _logs.Append(half);
        Assert.That(_logs.Look(), Is.Empty);
        LogPosition inside = _logs.Last.Position!;
        _logs.Append("\n" + Line("after"));

        Assert.That(_logs.Look(), Is.EqualTo((string[])["long", "after"]));
        Assert.That(_logs.Log.TooLong, Is.Zero);
        Assert.That(_logs.Last.Gap, Is.Null);
        Assert.That(inside.Offset, Is.EqualTo(Line("before").Length));
        Assert.That(_logs.Restart(), Is.EqualTo(LogContinuity.Continuous));
        _logs.Append(Line("later"));
        Assert.That(_logs.Look(), Is.EqualTo((string[])["later"]));
    }

    [Test]
    public void Skips_and_counts_what_is_too_long_even_so()
    {
        _logs.Append("");
        _logs.Log.Open(null);
        _logs.Append(string.Concat(Enumerable.Repeat("word ", LogFile.MaxLine / 2)) + "\n" + Line("after"));
        Assert.That(_logs.Look(), Is.EqualTo((string[])["after"]));
        Assert.That(_logs.Log.TooLong, Is.EqualTo(1));
    }

    [Test]
    public void A_long_backlog_is_read_in_parts()
    {
        _logs.Append("");
        _logs.Log.Open(null);
        string padding = new('x', 1000);
        _logs.Append(string.Concat(Enumerable.Range(0, 9000).Select(number => Line($"{number}-{padding}"))));

        int looks = 0;
        while (_logs.Look().Length > 0)
            looks++;
        Assert.That(
            _logs.Read.Select(message => message.Split('-')[0]), Is.EqualTo(Enumerable.Range(0, 9000).Select(number => number.ToString())));
        Assert.That(looks, Is.EqualTo(3), "9 MB at 4 MiB a call");
    }

    [Test]
    public void Counts_what_it_does_not_understand_and_hands_it_over_all_the_same()
    {
        _logs.Append("");
        _logs.Log.Open(null);
        _logs.Append("panic: oh no\n\n" + Line("fine"));
        Assert.That(_logs.Look(), Is.EqualTo((string[])["", "", "fine"]));
        Assert.That(_logs.Log.NotUnderstood, Is.EqualTo(2));
    }

    [Test]
    public void Says_that_the_file_is_absent_and_reads_it_from_its_start_when_it_comes()
    {
        Assert.That(_logs.Log.Open(null), Is.EqualTo(LogContinuity.Continuous));
        Assert.That(_logs.Look(), Is.Empty);
        Assert.That(_logs.Last.Problem, Does.Contain(_logs.Path).And.Contain("[log]"));
        Assert.That(_logs.Last.Position, Is.Null);

        _logs.Append(Line("first"));
        Assert.That(_logs.Look(), Is.EqualTo((string[])["first"]));
        Assert.That(_logs.Last.Problem, Is.Null);
        Assert.That(_logs.Last.Gap, Is.Null);
    }

    [Test]
    public void Says_that_the_directory_is_absent_and_reads_the_file_when_it_comes()
    {
        string folder = Path.Combine(_logs.Folder, "later");
        string path = Path.Combine(folder, "grafana.log");
        using var log = new FileLog(path, _logs.Time);
        log.Open(null);
        Assert.That(log.Read(_ => { }).Problem, Does.Contain(folder).And.Contain("[paths]"));

        Directory.CreateDirectory(folder);
        File.WriteAllText(path, Line("first"));
        Assert.That(log.Read(_ => { }).Lines, Is.EqualTo(1));
    }

    [Test]
    public void A_kept_position_waits_for_a_file_that_is_absent()
    {
        _logs.Append(Line("one", minute: 1));
        _logs.Log.Open(null);
        _logs.Look();
        string away = Path.Combine(_logs.Folder, "elsewhere");
        File.Move(_logs.Path, away);

        LogContinuity continuity = _logs.Restart();
        Assert.That(continuity.IsContinuous, Is.False);
        Assert.That(continuity.Why, Does.Contain("not there"));
        _logs.Look();
        Assert.That(_logs.Last.Position, Is.Not.Null, "what was kept is still to be kept");

        File.Move(away, _logs.Path);
        _logs.Append(Line("two", minute: 2));
        Assert.That(_logs.Look(), Is.EqualTo((string[])["two"]));
        Assert.That(_logs.Last.Gap, Is.Null, "nothing was missed after all");
        Assert.That(_logs.Last.Problem, Is.Null);
    }

    [Test]
    public void Something_else_in_the_place_of_the_file_is_a_problem_and_not_the_end()
    {
        _logs.Append(Line("one"));
        _logs.Log.Open(null);
        _logs.Look();
        _logs.Rotate();
        Directory.CreateDirectory(_logs.Path);
        Assert.That(_logs.Look(), Is.Empty);
        Assert.That(_logs.Last.Problem, Does.Contain("is a directory"));

        Directory.Delete(_logs.Path);
        _logs.Append(Line("two"));
        Assert.That(_logs.Look(), Is.EqualTo((string[])["two"]));
        Assert.That(_logs.Last.Problem, Is.Null);
        Assert.That(_logs.Last.Gap, Is.Null);
    }

    [TestCase("INFO [11-21|03:46:55] Starting Grafana    logger=settings\n")]
    [TestCase("\u001b[32mINFO \u001b[0m[11-21|03:46:55] Starting Grafana \u001b[32mlogger\u001b[0m=settings\r\n")]
    public void The_console_format_is_a_problem_that_names_the_setting(string line)
    {
        _logs.Append(line);
        _logs.Log.Open(null);
        Assert.That(_logs.Look(), Is.Empty);
        Assert.That(_logs.Last.Problem, Does.Contain("[log.file]").And.Contain("format = text"), "said at the start, before a line comes");

        _logs.Append(Line("repaired"));
        _logs.Look();
        Assert.That(_logs.Last.Problem, Is.Null);
        _logs.Append(line);
        _logs.Look();
        Assert.That(_logs.Last.Problem, Does.Contain("[log.file]"));
    }

    [Test]
    public void Costs_no_memory_when_there_is_nothing_new()
    {
        _logs.Append(Line("one"));
        _logs.Log.Open(null);
        LineHandler onLine = _ => { };
        _logs.Log.Read(onLine);
        _logs.Log.Read(onLine);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            _logs.Log.Read(onLine);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
}
