using Athena.Common.Grafana.Usage;
using Athena.Common.Tests.GrafanaLog;

namespace Athena.Common.Tests.Grafana.Usage;

/// <summary>Since when Grafana was not there when it began anew, by its own log.</summary>
internal sealed class ServerStartTests
{
    [Test]
    public void One_that_was_stopped_says_when() => Assert.That(
        Starts(
            Line.Request(time: "06:00:00"), Line.Server(0, "06:01:00"), Line.Request(time: "06:01:01"), Line.Server(1, "06:03:00"),
            Line.Server(2, "06:03:05")),
        Is.EqualTo(new[] { (60d, 185d) }));

    [Test]
    public void One_that_was_killed_is_missed_from_its_last_line_on() => Assert.That(
        Starts(Line.Request(time: "06:00:20"), Line.Server(1, "06:03:00"), Line.Request(time: "06:03:01"), Line.Server(2, "06:03:05")),
        Is.EqualTo(new[] { (20d, 185d) }));

    [Test]
    public void One_that_does_not_come_up_is_missed_from_the_first_of_its_starts_on() => Assert.That(
        Starts(
            Line.Server(2, "06:00:00"), Line.Server(0, "06:01:00"), Line.Server(1, "06:02:00"), Line.Server(1, "06:03:00"),
            Line.Server(2, "06:03:05")).Skip(1),
        Is.EqualTo(new[] { (60d, 185d) }));

    [Test]
    public void What_was_before_the_first_line_is_not_known()
    {
        Activity activity = Counted.Text(Line.Server(1, "06:02:00") + Line.Server(2, "06:02:05") + Line.Request(time: "06:04:00"));
        Assert.That(activity.Starts.Single().Since, Is.Null);
        Assert.That(activity.LastLine, Is.EqualTo(StrangeLog.Begin.AddMinutes(4)));
        Assert.That(activity.DownSince, Is.Null);
        Assert.That(
            Counted.Text(Line.Server(2) + Line.Server(0, "06:01:00")).DownSince, Is.EqualTo(StrangeLog.Begin.AddMinutes(1)));
    }

    [Test]
    public void The_recorded_restart_took_half_a_minute()
    {
        ServerStart[] starts = [.. Counted.Lines(RecordedLogs.Lines("attacks/grafana.log")).Starts];
        Assert.That(starts.Select(start => start.Since is { } since ? (int?)(start.At - since).TotalSeconds : null), Does.Contain(28));
    }

    private static IEnumerable<(double From, double To)> Starts(params string[] lines) =>
        Counted.Text(string.Concat(lines)).Starts.Select(start =>
            (((start.Since ?? StrangeLog.Begin) - StrangeLog.Begin).TotalSeconds, (start.At - StrangeLog.Begin).TotalSeconds));
}
