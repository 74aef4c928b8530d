using Athena.Common.GrafanaLog.Line;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.GrafanaLog.Sources.JournalSource;
using Athena.Common.Tests.GrafanaLog.Sources.JournalSource;
using Athena.Common.Time;

namespace Athena.Common.Tests.GrafanaLog.Ranges;

/// <summary>What the reading of a window brought.</summary>
/// <param name="Messages"><c>msg</c> of each line, in the order in which they came.</param>
/// <param name="Lines">Each line by what tells it from others.</param>
internal sealed record WindowRead(Coverage Coverage, IReadOnlyList<string> Messages, IReadOnlyList<string> Lines)
{
    public static WindowRead Of(ILogSource source, Window window)
    {
        var messages = new List<string>();
        var lines = new List<string>();
        Coverage coverage = source.ReadWindow(window, (scoped in LogLine line) =>
        {
            Assert.That(window.Contains(line.Time!.Value), Is.True);
            messages.Add(line.Message.ToString());
            lines.Add(
                $"{line.Time:O} {line.Kind} {line.UserId} {line.Login.ToString()} {line.Status} {line.Path.ToString()} "
                + $"{line.Message.ToString()}");
        });
        Assert.That(coverage.LinesRead, Is.EqualTo(lines.Count));
        foreach (Gap gap in coverage.Gaps)
            Assert.That((gap.From >= window.From, gap.From < gap.To, gap.To <= window.To), Is.EqualTo((true, true, true)), $"{gap}");
        return new WindowRead(coverage, messages, lines);
    }

    public static WindowRead OfFile(string path, DateTimeOffset from, DateTimeOffset to) =>
        Of(LogSource.TryParse($"file:{path}", out _)!, new Window(from, to));

    /// <summary>The journal in a directory, read by the tests' own binary.</summary>
    public static JournalLogSource Journal(string folder) => new(new JournalUnit(JournalEntry.Unit, folder))
    {
        Reader = [Environment.ProcessPath!, typeof(WindowRead).Assembly.Location],
    };

    public static WindowRead OfJournal(string folder, Window window) => Of(Journal(folder), window);
}
