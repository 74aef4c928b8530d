using Athena.Common.GrafanaLog.Line;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.GrafanaLog.Sources.FileSource;
using Athena.Common.Time;
using static Athena.Common.Tests.GrafanaLog.LogDirectory;

namespace Athena.Common.Tests.GrafanaLog.Ranges;

/// <summary>
/// A long file is read in parts at the same time; whatever happens meanwhile, it is told as when it is read line by line.
/// </summary>
public sealed class FilePartsTests
{
    private const int LineCount = 6_000;

    private readonly List<string> lines = [];
    private readonly Lock gate = new();
    private int joined;
    private LogDirectory log = null!;

    [SetUp]
    public void MakeLog()
    {
        log = new LogDirectory();
        lines.Clear();
        joined = 0;
        File.WriteAllText(log.Path, string.Concat(Enumerable.Range(0, LineCount).Select(Numbered)));
    }

    [TearDown]
    public void RemoveDirectory() => log.Dispose();

    [Test]
    public void Every_line_comes_once_and_in_order()
    {
        Coverage coverage = Read(Collecting);
        Assert.That(lines, Is.EqualTo(Messages(LineCount)));
        Assert.That((coverage.LinesRead, coverage.IsComplete, joined), Is.EqualTo((LineCount, true, 4)));
    }

    [Test]
    public void A_part_that_is_refused_is_read_again_line_by_line()
    {
        int begun = 0;
        Read(() => ++begun % 2 == 0 ? Collecting() with { TryJoin = () => false } : Collecting());
        Assert.That(lines, Is.EqualTo(Messages(LineCount)));
        Assert.That(joined, Is.EqualTo(2));
    }

    [Test]
    public void A_short_file_is_read_by_one_thread()
    {
        Source(4, least: 1024 * 1024).ReadWindowInParts(AnyTime, Take, () => throw new InvalidOperationException());
        Assert.That(lines, Is.EqualTo(Messages(LineCount)));
    }

    [Test]
    public void Only_the_window_is_cut_into_parts()
    {
        var window = new Window(At(0).AddSeconds(LineCount / 3), At(0).AddSeconds(LineCount * 2 / 3));
        Source(4).ReadWindowInParts(window, Take, Collecting);
        Assert.That(lines, Is.EqualTo(Messages(LineCount)[(LineCount / 3)..(LineCount * 2 / 3)]));
        Assert.That(joined, Is.EqualTo(4));
    }

    [Test]
    public void What_a_handler_of_a_part_throws_comes_out()
    {
        int begun = 0;
        Assert.That(
            () => Read(() =>
                ++begun == 3 ? Collecting() with { OnLine = (scoped in LogLine _) => throw new IOException("mine") } : Collecting()),
            Throws.InstanceOf<IOException>().With.Message.EqualTo("mine"));
    }

    [Test]
    public void Can_be_cancelled_while_parts_are_read()
    {
        using var cancel = new CancellationTokenSource();
        Assert.That(
            () => Source(4).ReadWindowInParts(
                AnyTime, Take, () => new LinePart((scoped in LogLine _) => cancel.Cancel(), () => true), null, cancel.Token),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Tells_how_far_all_parts_are_together()
    {
        var told = new List<WindowProgress>();
        Source(4).ReadWindowInParts(AnyTime, Take, Collecting, new Told(told));
        Assert.That(told.Select(progress => progress.Lines), Is.Ordered.And.All.LessThanOrEqualTo(LineCount));
        Assert.That(told[^1], Is.EqualTo(new WindowProgress(At(0).AddSeconds(LineCount - 1), LineCount)));
        Assert.That(told.Select(progress => progress.At), Is.All.LessThan(At(0).AddSeconds(LineCount)));
    }

    [Test]
    public void A_log_that_is_truncated_meanwhile_is_told_as_a_gap_from_the_last_line_that_was_seen()
    {
        Coverage coverage = Read(() => Collecting() with { OnLine = (scoped in LogLine _) => Truncate() });
        Gap gap = coverage.Gaps.Single();
        Assert.That((gap.Cause, gap.Why, gap.To), Is.EqualTo((GapCause.Unreadable, "the log was truncated while it was read", AnyTime.To)));
        Assert.That(gap.From, Is.EqualTo(At(0).AddSeconds(coverage.LinesRead - 1)));

        void Truncate()
        {
            lock (gate)
                File.WriteAllText(log.Path, "");
        }
    }

    /// <summary>The third part has begun behind other bytes than those that the second has read since.</summary>
    [Test]
    public void A_part_behind_bytes_that_were_written_anew_meanwhile_is_not_joined()
    {
        int begun = 0;
        long secondEnds = File.ReadAllText(log.Path).IndexOf("msg=m3100 ", StringComparison.Ordinal);
        Read(() => ++begun == 2 ? Rewriting(Collecting()) : Collecting());
        Assert.That(lines.Select(line => line.Replace('X', 'm')), Is.EqualTo(Messages(LineCount)));
        Assert.That(lines.Count(line => line.StartsWith('X')), Is.InRange(2, 500));
        Assert.That(joined, Is.EqualTo(3));

        LinePart Rewriting(LinePart part)
        {
            bool isDone = false;
            return part with
            {
                OnLine = (scoped in LogLine line) =>
                {
                    if (!isDone)
                        Rewrite();
                    isDone = true;
                    part.OnLine(in line);
                },
            };
        }

        void Rewrite()
        {
            string text = File.ReadAllText(log.Path);
            int from = text.IndexOf("msg=m2800 ", StringComparison.Ordinal);
            using var file = new FileStream(log.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            file.Position = from;
            file.Write(System.Text.Encoding.UTF8.GetBytes(text[from..(int)secondEnds].Replace("msg=m", "msg=X", StringComparison.Ordinal)));
        }
    }

    private static Window AnyTime => new(At(0), At(0).AddDays(1));

    private static string Numbered(int number) =>
        $"logger=test t={At(0).AddSeconds(number):yyyy-MM-dd'T'HH:mm:ss}Z level=info msg=m{number} pad={new string('p', 100)}\n";

    private static string[] Messages(int count) => [.. Enumerable.Range(0, count).Select(number => $"m{number}")];

    private ILogSource Source(int most, long least = 1) =>
        new FileLogSource(log.Path) { PartSizes = new PartSizes(most, least) };

    private Coverage Read(Func<LinePart> beginPart) => Source(4).ReadWindowInParts(AnyTime, Take, beginPart);

    private void Take(scoped in LogLine line) => lines.Add(line.Message.ToString());

    private LinePart Collecting()
    {
        var lines = new List<string>();
        return new LinePart(
            (scoped in LogLine line) => lines.Add(line.Message.ToString()),
            () =>
            {
                this.lines.AddRange(lines);
                joined++;
                return true;
            });
    }

    private sealed class Told(List<WindowProgress> told) : IProgress<WindowProgress>
    {
        public void Report(WindowProgress value) => told.Add(value);
    }
}
