using System.Globalization;
using System.Text;
using Athena.Common.GrafanaLog.Line;
using FsCheck;
using FsCheck.Fluent;

namespace Athena.Common.Tests.GrafanaLog.Ranges;

/// <summary>Windows that meet add up to the whole: no line is lost or handed out twice.</summary>
public sealed class WindowSumTests
{
    [Test]
    public void Windows_of_a_second_of_the_recorded_day_add_up_to_the_day()
    {
        string path = RecordedLogs.Path("day/rotated/grafana.log");
        DateTimeOffset begin = new(2026, 11, 21, 1, 20, 13, TimeSpan.Zero);
        DateTimeOffset end = begin.AddSeconds(695);
        WindowRead whole = WindowRead.OfFile(path, begin, end);
        Assert.That(whole.Messages, Has.Count.EqualTo(RecordedLogs.Day.SelectMany(RecordedLogs.Lines)
            .Count(line => LogLine.Parse(line).Time is not null)));

        var parts = new List<string>();
        long notUnderstood = 0;
        for (DateTimeOffset from = begin; from < end; from = from.AddSeconds(1))
        {
            WindowRead part = WindowRead.OfFile(path, from, from.AddSeconds(1));
            parts.AddRange(part.Lines);
            notUnderstood += part.Coverage.LinesNotUnderstood;
            Assert.That(part.Coverage.IsComplete, Is.EqualTo(from > begin), $"{from:O}");
        }
        Assert.That(parts.Order(StringComparer.Ordinal), Is.EqualTo(whole.Lines.Order(StringComparer.Ordinal)));
        Assert.That(notUnderstood, Is.EqualTo(whole.Coverage.LinesNotUnderstood));
    }

    [Test]
    public void Windows_cut_anywhere_out_of_any_log_add_up()
    {
        Prop.ForAll(Logs().ToArbitrary(), (LogPlan plan) => Holds(plan)).Check(Config.QuickThrowOnFailure.WithMaxTest(150));
    }

    private static void Holds(LogPlan plan)
    {
        using var log = new LogDirectory();
        var written = new List<(DateTimeOffset Time, string Message)>();
        DateTimeOffset now = LogDirectory.At(0);
        int timeless = 0;
        foreach ((int step, int late, int what) in plan.Lines)
        {
            now = now.AddMilliseconds(step);
            var text = new StringBuilder();
            DateTimeOffset time = now.AddMilliseconds(-late);
            text.Append(CultureInfo.InvariantCulture,
                $"logger=test t={time:yyyy-MM-ddTHH:mm:ss.fffffff}Z level=info msg=m{written.Count} pad={new string('p', what * 5)}\n");
            written.Add((time, $"m{written.Count}"));
            if (what % 10 == 0)
            {
                timeless++;
                text.Append("panic: no line of Grafana\n");
            }
            log.Append(text.ToString());
            if (what > 97)
                log.Rotate();
        }
        if (!File.Exists(log.Path))
            log.Append("");

        DateTimeOffset[] cuts =
        [
            LogDirectory.At(0).AddDays(-1),
            .. plan.Cuts.Select(cut => LogDirectory.At(0).AddMilliseconds(cut)).Order(),
            LogDirectory.At(0).AddDays(1),
        ];
        var found = new List<string>();
        long notUnderstood = 0;
        for (int i = 1; i < cuts.Length; i++)
        {
            WindowRead part = WindowRead.OfFile(log.Path, cuts[i - 1], cuts[i]);
            Assert.That(part.Messages, Is.EqualTo(written.Where(line => line.Time >= cuts[i - 1] && line.Time < cuts[i])
                .Select(line => line.Message)));
            found.AddRange(part.Messages);
            notUnderstood += part.Coverage.LinesNotUnderstood;
        }
        Assert.That(found, Has.Count.EqualTo(written.Count));
        Assert.That(notUnderstood, Is.EqualTo(timeless));
    }

    private static Gen<LogPlan> Logs() =>
        from lines in (from step in Gen.Frequency((9, Gen.Choose(0, 500)), (1, Gen.Choose(0, 60_000)))
                       from late in Gen.Frequency((5, Gen.Constant(0)), (4, Gen.Choose(0, 50)), (1, Gen.Choose(0, 9_900)))
                       from what in Gen.Choose(1, 100)
                       select (step, late, what)).ListOf()
        from repeated in Gen.Choose(1, 20)
        from cuts in Gen.Choose(-5_000, 900_000).ListOf()
        select new LogPlan([.. Enumerable.Repeat(lines, repeated).SelectMany(line => line)], [.. cuts]);

    private sealed record LogPlan(IReadOnlyList<(int Step, int Late, int What)> Lines, IReadOnlyList<int> Cuts);
}
