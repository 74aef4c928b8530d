using System.Globalization;
using Athena.Common.Grafana.Health;
using Athena.Common.Grafana.Monitoring;
using Athena.Common.Grafana.Probes;
using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Sources;
using Athena.Compliance.Evidence;
using Athena.Tests.Shared;
using Moq;

namespace Athena.Compliance.Tests;

/// <summary>What time it is for Grafana, by a log that it writes and a proxy that answers in its place.</summary>
internal sealed class GrafanaClockTests
{
    private static readonly DateTimeOffset Nine = new(2026, 11, 16, 9, 0, 0, TimeSpan.FromHours(2));
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(20);

    private readonly ManualTime time = new(Nine.AddMinutes(-30));
    private readonly List<string> lines = [];
    private ProbeBook book = ProbeBook.Empty;
    private string path = "";
    private TimeSpan ahead;
    private TimeSpan? proxyAhead;
    private bool isLogSeen = true;

    [SetUp]
    public void Begin()
    {
        path = Path.GetTempFileName();
        (book, ahead, proxyAhead, isLogSeen) = (ProbeBook.Empty, TimeSpan.Zero, null, true);
        lines.Clear();
        time.Jump(Nine.AddMinutes(-30) - time.GetUtcNow());
    }

    [TearDown]
    public void RemoveTheLog() => File.Delete(path);

    [TestCase(0)]
    [TestCase(0.02)]
    [TestCase(3)]
    [TestCase(20)]
    public async Task Once_a_probe_that_was_sent_after_it_is_in_the_log_it_is_reached(double hoursAhead)
    {
        ahead = TimeSpan.FromHours(hoursAhead);
        Assert.That(await AskAtAsync(Nine + Settle), Is.True);
    }

    /// <summary>Whatever a proxy writes as <c>Date</c>: the log is written by Grafana's clock, and is not yet complete.</summary>
    [Test]
    public async Task A_Grafana_whose_clock_is_behind_is_waited_for(
        [Values(0.02, 0.3, 3, 20)] double hoursBehind, [Values(null, 0, 5)] double? proxyHoursAhead)
    {
        (ahead, proxyAhead) = (-TimeSpan.FromHours(hoursBehind), proxyHoursAhead is { } hours ? TimeSpan.FromHours(hours) : null);
        var clock = Clock();
        var first = await AskAtAsync(Nine + Settle, clock);
        Assert.That(first, Is.Not.True, "its line may be on its way");
        for (var at = Nine + (Settle * 2); at < Nine + TimeSpan.FromHours(hoursBehind) + Settle; at += TimeSpan.FromHours(hoursBehind / 7))
            Assert.That(await AskAtAsync(at, clock), Is.False, $"{at}");
        Assert.That(await AskAtAsync(Nine + TimeSpan.FromHours(hoursBehind) + (Settle * 2), clock), Is.True);
    }

    [Test]
    public async Task Where_no_line_of_a_probe_is_seen_it_is_not_known_however_well_it_answers()
    {
        isLogSeen = false;
        proxyAhead = TimeSpan.Zero;
        var clock = Clock();
        Assert.That(await AskAtAsync(Nine + Settle, clock), Is.Null);
        Assert.That(await AskAtAsync(Nine + (Settle * 3), clock), Is.Null);
        proxyAhead = TimeSpan.FromHours(-1);
        Assert.That(await AskAtAsync(Nine + (Settle * 4), clock), Is.False);
    }

    [TestCase(-1, false)]
    [TestCase(0, true)]
    [TestCase(-250_000, null)]
    public async Task Without_probes_the_header_says_it_unless_its_clock_was_never_set(double hours, bool? isReached)
    {
        proxyAhead = TimeSpan.FromHours(hours);
        Assert.That(await AskAtAsync(Nine + Settle, Clock(hasProbes: false)), Is.EqualTo(isReached));
    }

    [Test]
    public async Task What_a_probe_of_a_clock_that_was_ahead_is_said_to_have_been_sent_at_proves_nothing()
    {
        time.Jump(TimeSpan.FromHours(3));
        await SendAsync(default);
        lines.Clear();
        time.Jump(TimeSpan.FromHours(-3));
        ahead = TimeSpan.FromHours(-2);
        var clock = Clock();
        await AskAtAsync(Nine + Settle, clock);
        Assert.That(await AskAtAsync(Nine + (Settle * 2), clock), Is.False);
        Assert.That(book.Probes, Has.Count.EqualTo(2));
    }

    private Task<bool?> AskAtAsync(DateTimeOffset at) => AskAtAsync(at, Clock());

    private Task<bool?> AskAtAsync(DateTimeOffset at, GrafanaClock clock)
    {
        if (at > time.GetUtcNow()) time.Advance(at - time.GetUtcNow());
        return clock.HasReachedAsync(Nine, default);
    }

    private GrafanaClock Clock(bool hasProbes = true)
    {
        var door = new Mock<IAnonymousProbe>();
        door.Setup(d => d.LookAsync(default))
            .ReturnsAsync(() =>
                new HealthLook(time.GetUtcNow(), HealthVerdict.Up, "12.4.0", "") { ServerDate = time.GetUtcNow() + proxyAhead });
        var source = LogSource.TryParse("file:" + path, out _)!;
        return new GrafanaClock(
            new LogWindows(source), new GrafanaDirectory(null, door.Object, time), hasProbes ? () => book : null, SendAsync, Settle, time);
    }

    private Task SendAsync(CancellationToken cancel)
    {
        var nonce = string.Create(CultureInfo.InvariantCulture, $"{book.Probes.Count:x16}");
        book = book.With(new ProbeRecord(nonce, time.GetUtcNow(), time.GetUtcNow(), 302, ProbeAnswer.LoginPage));
        if (isLogSeen)
        {
            var at = (time.GetUtcNow() + ahead).ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
            lines.Add(
                $"logger=context userId=0 orgId=0 uname= t={at} level=info msg=\"Request Completed\" method=GET "
                + $"path=/d/athena-probe-{nonce} status=302 remote_addr=127.0.0.1 time_ms=1 duration=1ms size=30 referer= handler=/d/:uid "
                + "status_source=server");
        }

        File.WriteAllLines(path, lines);
        return Task.CompletedTask;
    }
}
