using Athena.Common.GrafanaLog.Line;
using Athena.Common.GrafanaLog.Sources.FileSource;
using static Athena.Common.Tests.GrafanaLog.LogDirectory;

namespace Athena.Common.Tests.GrafanaLog.Sources.FileSource;

public sealed class LogFileInspectionTests
{
    private LogDirectory logs = null!;

    [SetUp]
    public void MakeDirectory() => logs = new LogDirectory();

    [TearDown]
    public void RemoveDirectory() => logs.Dispose();

    [TestCase("json-and-text/file.json.log", LogFileFormat.Json, true)]
    [TestCase("json-and-text/journal.text.log", LogFileFormat.Text, true)]
    [TestCase("day/rotated/grafana.log", LogFileFormat.Text, true)]
    [TestCase("router-logging-off/grafana.log", LogFileFormat.Text, false)]
    public void Tells_the_format_and_whether_router_logging_is_on(string name, LogFileFormat format, bool hasSuccessfulRequests)
    {
        LogFileInspection found = LogFileInspection.Of(RecordedLogs.Path(name));
        Assert.That(found.Format, Is.EqualTo(format));
        Assert.That(found.HasSuccessfulRequests, Is.EqualTo(hasSuccessfulRequests));
        Assert.That(found.Requests, Is.Positive);
        Assert.That(found.Problem, Is.Null);
        Assert.That(found.LastLineAt, Is.EqualTo(LogLine.Parse(RecordedLogs.Lines(name)[^1]).Time));
    }

    [Test]
    public void Refuses_the_console_format()
    {
        LogFileInspection found = LogFileInspection.Of(RecordedLogs.Path("console-format/terminal.log"));
        Assert.That(found.Format, Is.EqualTo(LogFileFormat.Console));
        Assert.That(found.Problem, Does.Contain("[log.file]"));
    }

    [Test]
    public void An_empty_file_is_no_problem()
    {
        logs.Append("");
        Assert.That(LogFileInspection.Of(logs.Path), Is.EqualTo(new LogFileInspection(LogFileFormat.Empty, null, 0, false, null)));
    }

    [Test]
    public void Something_else_is_called_so()
    {
        logs.Append("127.0.0.1 - - [21/Nov/2026:03:36:45 +0200] \"GET / HTTP/1.1\" 200\n");
        Assert.That(LogFileInspection.Of(logs.Path).Format, Is.EqualTo(LogFileFormat.NotGrafana));
        Assert.That(LogFileInspection.Of(logs.Path).Problem, Does.Contain("LOG"));
    }

    [Test]
    public void An_absent_file_is_a_problem_with_its_remedy()
    {
        LogFileInspection found = LogFileInspection.Of(logs.Path);
        Assert.That(found.Format, Is.EqualTo(LogFileFormat.Unreadable));
        Assert.That(found.Problem, Does.Contain("not there"));
    }

    [Test]
    public void The_last_line_that_could_be_told_decides()
    {
        logs.Append(
            "INFO [11-21|03:46:55] Starting Grafana    logger=settings\n" + Line("text", minute: 9) + "panic: oh no\nlogger=test level=in");
        LogFileInspection found = LogFileInspection.Of(logs.Path);
        Assert.That(found.Format, Is.EqualTo(LogFileFormat.Text));
        Assert.That(found.LastLineAt, Is.EqualTo(At(9)));
    }

    [Test]
    public void Only_the_end_of_a_large_file_is_looked_at()
    {
        logs.Append("logger=context level=info msg=\"Request Completed\" status=200 t=2026-11-21T11:00:00Z\n");
        logs.Append(string.Concat(Enumerable.Range(0, 300).Select(number => Line($"{number}-{new string('x', 1000)}"))));
        Assert.That(LogFileInspection.Of(logs.Path).Requests, Is.Zero);
    }
}
