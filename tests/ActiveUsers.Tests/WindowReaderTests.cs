using Athena.ActiveUsers.Evidence;
using Athena.ActiveUsers.Policy;
using Athena.ActiveUsers.Pulses;
using Athena.Common.Grafana.Health;
using Athena.Common.Grafana.Identities;
using Athena.Common.Grafana.Monitoring;
using Athena.Common.Grafana.Probes;
using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.Time;
using Athena.Tests.Shared;

namespace Athena.ActiveUsers.Tests;

/// <summary>How the daemon asks for a window, and what it makes of it together with its probes.</summary>
internal sealed class WindowReaderTests
{
    private static readonly ActiveUsersOptions Options =
        new(Some.Wording, TimeSpan.FromSeconds(10), true, new HashSet<long> { 3 }, new AlertLimits(20, 20), true);

    [Test]
    public void A_log_that_begins_later_begins_at_the_time_that_people_read_beside_it()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory["grafana.log"], Line("04:04:00", "GET", "/api/search", 200, 2, "naledi"));
        var reading = Reader(new LogWindows(LogSource.TryParse("file:" + directory["grafana.log"], out _)!))
            .Read(Some.Quarter, ProbeBook.Empty, CancellationToken.None);
        Assert.That(TelegramText(reading), Does.Contain("Not seen: 06:00–06:04, the log begins at 06:04"));
    }

    [Test]
    public void Only_probes_that_were_sent_are_taken_for_echoes()
    {
        var log = new Asked();
        Reader(log).Read(
            Some.Quarter,
            ProbeBook.Empty.With(new ProbeRecord("5f2c1a", Some.Six, Some.Six, 302, ProbeAnswer.LoginPage)),
            CancellationToken.None);
        Assert.That(log.Options!.SentProbes, Is.EqualTo(new[] { "5f2c1a" }));
        Assert.That(log.Options.IgnoredIds, Is.EqualTo(new[] { 3L }));
    }

    /// <summary>
    /// router_logging off, no account in Grafana, nobody on a page that would reload: the log has the probe's line and nothing else.
    /// </summary>
    [TestCase(false)]
    [TestCase(true)]
    public void A_quiet_window_is_called_quiet_only_where_the_probes_login_page_is_in_the_log(bool isRouterLogging)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory["grafana.log"],
            Line("03:59:00", "GET", "/d/x", 302) + Line("04:07:00", "GET", "/d/athena-probe-5f2c1a", 302)
            + (isRouterLogging ? Line("04:07:00.1", "GET", "/login", 200, referer: "http://x/athena-workers/active-users") : ""));
        var book = ProbeBook.Empty.With(new ProbeRecord(
            "5f2c1a", Some.Six.AddMinutes(7), Some.Six.AddMinutes(7), 302, ProbeAnswer.LoginPage)
        { IsLoginShown = true });
        var reader = Reader(new LogWindows(LogSource.TryParse("file:" + directory["grafana.log"], out _)!));
        var text = TelegramText(reader.Judge(reader.Read(Some.Quarter, book, CancellationToken.None), UserDirectory.Unread, book));
        Assert.That(text, isRouterLogging
            ? Is.EqualTo("nobody active\nAthena, 06:00–06:15 SAST")
            : Does.Contain("Could not see all").And.Contain("router_logging seems to be off"));
    }

    private static WindowReader Reader(ILogWindows log) =>
        new(log, new GrafanaDirectory(grafana: null, door: null, TimeProvider.System), Options);

    private static string TelegramText(WindowReading reading) =>
        Common.Notify.Channels.Telegram.TelegramWriter.Plain(PulseText.Of(
            Pulse.Of(reading, UserDirectory.Unread, null, null), null, null, null, Some.Wording))
            .Replace("\u200b", "", StringComparison.Ordinal);

    private static string Line(string time, string method, string path, int status, long id = 0, string login = "", string referer = "") =>
        $"logger=context userId={id} orgId={(id > 0 ? 1 : 0)} uname={login} t=2026-11-21T{time}Z level=info msg=\"Request Completed\" "
        + $"method={method} path={path} status={status} remote_addr=127.0.0.1 time_ms=2 duration=2ms size=71 referer={referer} handler=/x "
        + "status_source=server\n";

    private sealed class Asked : ILogWindows
    {
        public ActivityCounterOptions? Options { get; private set; }

        public WindowReading Read(Window window, ActivityCounterOptions options, CancellationToken cancel)
        {
            Options = options;
            return new WindowReading(Some.Activity(), Some.Coverage());
        }
    }
}
