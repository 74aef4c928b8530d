using Athena.Common.Grafana.Usage;
using Athena.Common.Tests.GrafanaLog;
using Athena.Common.Time;

namespace Athena.Common.Tests.Grafana.Usage;

/// <summary>From the request for a dashboard to the end of the last query of its first burst.</summary>
internal sealed class DashboardLoadTests
{
    private const string Ward = "https://grafana.example.net/d/ward/ward?orgId=1";

    [Test]
    public void It_begins_with_the_request_for_the_page_and_ends_with_the_last_query_of_the_first_burst() => Assert.That(
        Loads(
            Line.Request(path: "/d/ward", time: "06:00:00.100", ms: 100),
            Line.Open("ward", time: "06:00:00.800"),
            Query("06:00:01.500", 40),
            Query("06:00:02.600", 900),
            Query("06:00:07.600", 30)),
        Is.EqualTo(new[] { ("ward", 2600L) }));

    [Test]
    public void Without_a_page_it_begins_with_the_request_for_the_dashboard() => Assert.That(
        Loads(Line.Open("ward", time: "06:00:00.800"), Query("06:00:01.500", 40)), Is.EqualTo(new[] { ("ward", 705L) }));

    [Test]
    public void A_page_that_was_asked_for_long_before_is_not_of_it_and_is_used_once() => Assert.That(
        Loads(
            Line.Request(path: "/d/ward", time: "06:00:00.000", ms: 0),
            Line.Open("ward", time: "06:00:31.005"),
            Query("06:00:31.500", 40),
            Line.Request(path: "/d/ward", time: "06:01:00.000", ms: 0),
            Line.Open("ward", time: "06:01:00.500"),
            Query("06:01:01.000", 40),
            Line.Open("ward", time: "06:01:10.005"),
            Query("06:01:10.900", 40)),
        Is.EqualTo(new[] { ("ward", 500L), ("ward", 900L), ("ward", 1000L) }));

    [Test]
    public void A_slow_query_is_waited_for_and_refreshes_meanwhile_are_not_of_the_burst() => Assert.That(
        Loads(
            Line.Open("ward", time: "06:00:00.005"),
            Query("06:00:00.600", 40),
            Query("06:00:05.600", 40),
            Query("06:00:08.000", 7300)),
        Is.EqualTo(new[] { ("ward", 8000L) }));

    [Test]
    public void Queries_that_are_slower_than_the_refresh_do_not_go_on_for_ever() => Assert.That(
        Loads(
            [
                Line.Open("ward", time: "06:00:00.005"),
                .. Enumerable.Range(1, 11).Select(i => Query($"06:{(5 * i) / 60:00}:{(5 * i) % 60:00}.500", 4900)),
            ]).Single().Milliseconds,
        Is.LessThan(40_000));

    [Test]
    public void What_others_ask_from_the_same_page_and_what_comes_from_another_page_is_not_of_it() => Assert.That(
        Loads(
            Line.Open("ward", time: "06:00:00.005"),
            Query("06:00:00.500", 40),
            Line.Query(Ward, id: 3, time: "06:00:01.000"),
            Line.Query("https://grafana.example.net/d/lab/lab", time: "06:00:01.100")),
        Is.EqualTo(new[] { ("ward", 500L) }));

    [Test]
    public void A_second_form_of_the_same_opening_is_no_second_load() => Assert.That(
        Loads(
            Line.Open("ward", time: "06:00:00.005"),
            Line.Open("ward", time: "06:00:00.300", version: "v2beta1"),
            Query("06:00:01.000", 40)),
        Is.EqualTo(new[] { ("ward", 1000L) }));

    [Test]
    public void Without_a_query_nothing_is_known_nor_of_what_the_end_of_the_window_cuts()
    {
        var window = new Window(StrangeLog.Begin, StrangeLog.Begin.AddMinutes(15));
        Assert.That(
            Loads(
                window,
                Line.Open("text-only", time: "06:00:00"),
                Line.Open("ward", time: "06:14:58.500"),
                Query("06:14:59.200", 40),
                Line.Request(path: "/api/search", time: "06:14:59.900")),
            Is.Empty);
    }

    [Test]
    public void Visitors_without_a_name_are_many_and_are_not_told_apart() => Assert.That(
        Loads(
            Line.Open("ward", id: 0, time: "06:00:00.005"),
            Line.Query(Ward, id: 0, time: "06:00:01.000")),
        Is.Empty);

    /// <summary>What was opened with data on that machine, a new page in one to two seconds.</summary>
    [TestCase("day", "hl7-errors lab-turnaround redis-overview ward-occupancy", 300, 3000)]
    [TestCase("json-and-text/journal.text.log", "hl7-errors lab-turnaround redis-overview ward-occupancy", 1200, 1700)]
    [TestCase("json-and-text/file.json.log", "hl7-errors lab-turnaround redis-overview ward-occupancy", 1200, 1700)]
    [TestCase("anonymous-and-token-rotation/grafana.log", "hl7-errors redis-overview ward-occupancy", 1200, 2000)]
    [TestCase("database-outage/grafana.log", "walk", 300, 2000)]
    public void Recorded_openings_are_measured(string log, string dashboards, int least, int most)
    {
        var lines = log == "day" ? RecordedLogs.Day.SelectMany(RecordedLogs.Lines) : RecordedLogs.Lines(log);
        var loads = Counted.Lines(lines).Loads;
        Assert.That(loads.Select(load => load.Uid).Order(StringComparer.Ordinal), Is.EqualTo(dashboards.Split(' ')));
        Assert.That(loads.SelectMany(load => load.Times.Times).Select(time => time.Milliseconds), Is.All.InRange(least, most));
    }

    private static string Query(string time, long ms) =>
        Line.Request(2, time: time, method: "POST", path: "/api/ds/query", referer: Ward, ms: ms);

    private static IEnumerable<(string Uid, long Milliseconds)> Loads(params string[] lines) => Loads(window: null, lines);

    private static IEnumerable<(string Uid, long Milliseconds)> Loads(Window? window, params string[] lines) =>
        Counted.Text(string.Concat(lines), new ActivityCounterOptions { Window = window }).Loads.SelectMany(dashboard =>
            dashboard.Times.Times.SelectMany(time => Enumerable.Repeat((dashboard.Uid, time.Milliseconds), (int)time.Count)));
}
