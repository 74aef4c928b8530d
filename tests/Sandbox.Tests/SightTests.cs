using System.Text.RegularExpressions;
using Athena.Tests.Shared;

namespace Athena.Sandbox.Tests;

/// <summary>What the daemons judge their sight by: the line of a probe, and the time at which a user was last seen.</summary>
internal sealed partial class SightTests
{
    // Recorded: a GET of a dashboard that does not exist, by nobody.
    private const string RecordedProbe =
        "logger=context userId=0 orgId=0 uname= t=2026-11-21T02:26:13.633311418Z level=info msg=\"Request Completed\" method=GET "
        + "path=/d/athena-probe-5f2c1a/x status=302 remote_addr=127.0.0.1 time_ms=0 duration=44.02µs size=71 referer= "
        + "handler=/d/:uid/:slug status_source=server";

    private static readonly DateTimeOffset Morning = new(2026, 11, 21, 7, 0, 0, TimeSpan.Zero);

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_probe_leaves_the_recorded_line_whatever_router_logging_is(bool routerLogging)
    {
        using var directory = new TemporaryDirectory();
        await using var grafana = await StandInGrafana.StartAsync(new StandInOptions
        {
            LogFile = directory["grafana.log"],
            RouterLogging = routerLogging,
        });
        using var probe = new Browser(grafana);
        Assert.That((await probe.AskAsync("GET", "/d/athena-probe-5f2c1a/x")).Status, Is.EqualTo(302));
        Assert.That(Mask((await File.ReadAllLinesAsync(directory["grafana.log"])).Skip(1).Single()), Is.EqualTo(Mask(RecordedProbe)));
    }

    [Test]
    public async Task A_probe_without_a_slug_shows_its_nonce_and_our_referer()
    {
        using var directory = new TemporaryDirectory();
        await using var grafana = await StandInGrafana.StartAsync(new StandInOptions
        {
            LogFile = directory["grafana.log"],
            RouterLogging = false,
            SubPath = "/grafana",
        });
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
        {
            BaseAddress = grafana.Url,
        };
        http.DefaultRequestHeaders.Referrer = new Uri(grafana.Url, "/grafana/athena-workers/active-users");
        using var answer = await http.GetAsync("/grafana/d/athena-probe-0123456789abcdef");
        var line = (await File.ReadAllLinesAsync(directory["grafana.log"])).Skip(1).Single();
        Assert.Multiple(() =>
        {
            Assert.That(answer.Headers.Location!.OriginalString, Is.EqualTo(
                "/grafana/login?redirectTo=%2Fgrafana%2Fd%2Fathena-probe-0123456789abcdef"));
            Assert.That(line, Does.Contain(" path=/d/athena-probe-0123456789abcdef status=302 "));
            Assert.That(line, Does.Contain("/grafana/athena-workers/active-users handler=/d/:uid "));
        });
    }

    [Test]
    public async Task Last_seen_moves_with_requests_and_at_most_every_quarter_of_an_hour()
    {
        var time = new ManualTime(Morning);
        await using var grafana = await StandInGrafana.StartAsync(new StandInOptions { Time = time });
        grafana.Database.AddUser("naledi", "naledi@example.org", "", "right");
        using var naledi = new Browser(grafana);
        var steps = new List<DateTimeOffset>();
        async Task Note(Func<Task> act)
        {
            await act();
            steps.Add(grafana.Database.Find("naledi")!.LastSeen);
        }

        await Note(() => naledi.AskAsync("POST", "/login", new { user = "naledi", password = "right" }));
        time.Advance(TimeSpan.FromSeconds(30));
        await Note(() => naledi.AskAsync("GET", "/api/user"));
        time.Advance(TimeSpan.FromMinutes(9));
        await Note(() => naledi.AskAsync("GET", "/api/user"));
        await naledi.AskAsync("POST", "/api/user/auth-tokens/rotate");
        time.Advance(TimeSpan.FromMinutes(7));
        await Note(() => naledi.AskAsync("GET", "/api/user"));
        Assert.That(steps, Is.EqualTo(new[]
        {
            Morning.AddYears(-10), // signing in alone does not move it
            Morning.AddSeconds(30),
            Morning.AddSeconds(30),
            Morning.AddSeconds(30).AddMinutes(16),
        }));
    }

    [Test]
    public async Task Who_only_signed_up_was_never_seen()
    {
        await using var grafana = await StandInGrafana.StartAsync(new StandInOptions { Time = new ManualTime(Morning) });
        using var stranger = new Browser(grafana);
        await stranger.SignUpAsync("new@example.net");
        using var admin = new Browser(grafana, "admin", "admin");
        var list = (await admin.AskAsync("GET", "/api/users?query=new@example.net")).Json;
        Assert.That(
            list[0].GetProperty("lastSeenAt").GetString(),
            Is.EqualTo("2016-11-21T07:00:00Z"),
            "ten years before their creation, as recorded");
    }

    private static string Mask(string line) => Varying().Replace(line, "$1=*");

    [GeneratedRegex(@"\b(t|time_ms|duration)=[^ ]+")]
    private static partial Regex Varying();
}
