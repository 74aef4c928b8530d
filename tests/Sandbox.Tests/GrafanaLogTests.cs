using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Athena.Sandbox.Contract;
using Athena.Sandbox.GrafanaLog;
using Athena.Tests.Shared;

namespace Athena.Sandbox.Tests;

internal sealed partial class GrafanaLogTests
{
    [Test]
    public async Task Writes_each_kind_of_line_that_was_recorded()
    {
        using var directory = new TemporaryDirectory();
        await using (var grafana = await StandInGrafana.StartAsync(new StandInOptions
        {
            AuthProxy = true,
            SingleSignOn = new(),
            LogFile = directory["grafana.log"],
        }))
        {
            using var replay = new ContractReplay(grafana.Url, "admin", "admin", 8, (id, isDisabled) =>
                Task.FromResult(grafana.Database.WriteFlag(id, grafana.Database.Find($"{id}")!.Uid, isDisabled)));
            await replay.RunAsync();
        }

        var written = File.ReadLines(directory["grafana.log"]).Select(Mask).ToHashSet();
        var recorded = File.ReadLines(Path.Combine(TestContext.CurrentContext.TestDirectory, "Fixtures/grafana-contract/lines.log"))
            .Select(Mask).ToHashSet();
        Assert.Multiple(() =>
        {
            Assert.That(recorded, Has.Count.GreaterThan(80));
            Assert.That(recorded.Where(r => !written.Contains(r)), Is.Empty);
        });
    }

    [Test]
    public async Task Tells_of_a_sign_up_before_the_request_line()
    {
        using var directory = new TemporaryDirectory();
        await using var grafana = await StandInGrafana.StartAsync(new StandInOptions { LogFile = directory["grafana.log"] });
        using var stranger = new Browser(grafana);
        await stranger.SignUpAsync("crlf@example.org>\r\nRCPT TO:<boss@example.org");
        var lines = await LinesAfterTheStartAsync(directory["grafana.log"]);
        Assert.Multiple(() =>
        {
            Assert.That(lines, Has.Length.EqualTo(2));
            Assert.That(
                lines[0], Does.EndWith("""msg="Successful Login" User="crlf@example.org>\r\nrcpt to:<boss@example.org" """.TrimEnd()));
            Assert.That(lines[1], Does.StartWith("logger=context userId=0 orgId=0 uname= t="));
            Assert.That(lines[1], Does.Contain("method=POST path=/api/user/signup/step2 status=200"));
        });
    }

    [Test]
    public async Task Without_router_logging_hides_200_but_neither_the_sign_up_nor_errors()
    {
        using var directory = new TemporaryDirectory();
        await using var grafana = await StandInGrafana.StartAsync(new StandInOptions
        {
            LogFile = directory["grafana.log"],
            RouterLogging = false,
        });
        using var stranger = new Browser(grafana);
        await stranger.SignUpAsync("new@example.net");
        await stranger.AskAsync("GET", "/api/users");
        await stranger.AskAsync("GET", "/api/health");
        var lines = await LinesAfterTheStartAsync(directory["grafana.log"]);
        Assert.That(lines.Select(l => Regex.Match(l, "msg=\"[^\"]*\"").Value),
            Is.EqualTo(new[] { "msg=\"Successful Login\"", "msg=\"Access denied\"", "msg=\"Request Completed\"" }));
    }

    [Test]
    public async Task The_JSON_form_has_sorted_keys_and_numbers_as_recorded()
    {
        using var directory = new TemporaryDirectory();
        await using var grafana = await StandInGrafana.StartAsync(
            new StandInOptions { LogFile = directory["grafana.log"], LogFormat = LogFormat.Json, ServerOffset = TimeSpan.FromHours(2) });
        using var admin = new Browser(grafana, "admin", "admin");
        await admin.AskAsync("GET", "/api/user/orgs");
        var line = JsonSerializer.Deserialize<JsonElement>((await LinesAfterTheStartAsync(directory["grafana.log"])).Single());
        string[] recorded =
        [
            "duration", "handler", "level", "logger", "method", "msg", "orgId", "path", "referer", "remote_addr", "size", "status",
            "status_source", "t", "time_ms", "uname", "userId",
        ];
        Assert.Multiple(() =>
        {
            Assert.That(line.EnumerateObject().Select(p => p.Name), Is.EqualTo(recorded));
            Assert.That(line.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Number).Select(p => p.Name),
                Is.EqualTo(new[] { "orgId", "size", "status", "time_ms", "userId" }));
            Assert.That(line.GetProperty("t").GetString(), Does.EndWith("+02:00"));
        });
    }

    [Test]
    public async Task Goes_on_in_a_new_file_when_somebody_renamed_the_old_one_under_it()
    {
        using var directory = new TemporaryDirectory();
        await using var grafana = await StandInGrafana.StartAsync(new StandInOptions { LogFile = directory["grafana.log"] });
        File.Move(directory["grafana.log"], directory["grafana.log.1"]);
        grafana.Log.Rotate();
        using var stranger = new Browser(grafana);
        await stranger.SignUpAsync("new@example.net");
        Assert.That(await File.ReadAllTextAsync(directory["grafana.log"]), Does.Contain("new@example.net"));
    }

    [Test]
    public async Task Rotates_by_renaming_after_so_many_lines()
    {
        using var directory = new TemporaryDirectory();
        var time = new ManualTime(new DateTimeOffset(2026, 11, 21, 21, 30, 0, TimeSpan.Zero));
        await using var grafana = await StandInGrafana.StartAsync(
            new StandInOptions { LogFile = directory["grafana.log"], LogMaxLines = 3, Time = time, ServerOffset = TimeSpan.FromHours(2) });
        using var admin = new Browser(grafana, "admin", "admin");
        for (var i = 0; i < 6; i++) await admin.AskAsync("GET", "/api/user");
        time.Advance(TimeSpan.FromHours(1));
        await admin.AskAsync("GET", "/api/user");
        var files = Directory.GetFiles(directory.Path).Order(StringComparer.Ordinal)
            .ToDictionary(f => Path.GetFileName(f), f => File.ReadLines(f).Count());
        Assert.That(files, Is.EqualTo(new Dictionary<string, int>
        {
            ["grafana.log"] = 1,
            ["grafana.log.2026-11-21.001"] = 3,
            ["grafana.log.2026-11-21.002"] = 3,
            ["grafana.log.2026-11-22.001"] = 1,
        }), "the third file was renamed at the first write after midnight where the server is");
    }

    [TestCase("http://evil.example/\"><script>", "http://evil.example/%22%3E%3Cscript%3E", true)]
    [TestCase("http://h/d/w?var=%22quoted%22&auth_token=secret123&x=1 2", "http://h/d/w?auth_token=hidden&var=%22quoted%22&x=1+2", true)]
    [TestCase("http://127.0.0.1:3000/d/w/ü?q=名前", "http://127.0.0.1:3000/d/w/%C3%BC?q=%E5%90%8D%E5%89%8D", true)]
    [TestCase("javascript:alert(1)", "javascript:alert(1)", true)]
    [TestCase("", "", true)]
    [TestCase("not a url", "", false)]
    [TestCase("http://h/d/x\ty", "", false)]
    [TestCase("http://[bad", "", false)]
    [TestCase("http://h/%zz", "", false)]
    public void Cleans_a_referer_as_recorded(string header, string logged, bool understood) =>
        Assert.That(Referer.Clean(header), Is.EqualTo((logged, understood)));

    [TestCase(5_805, "580.5µs")]
    [TestCase(227_132, "22.7132ms")]
    [TestCase(10_000, "1ms")]
    [TestCase(15_000_000, "1.5s")]
    [TestCase(0, "0s")]
    public void Prints_durations_as_Go_does(long ticks, string expected) =>
        Assert.That(LineWriter.Duration(TimeSpan.FromTicks(ticks)), Is.EqualTo(expected));

    [TestCase("back\\slash", "back\\slash")]
    [TestCase("null", "\"null\"")]
    [TestCase(" lead", "\" lead\"")]
    [TestCase("null\0@x", "\"null\\u0000@x\"")]
    [TestCase("a=b", "\"a=b\"")]
    [TestCase("rtl\u202egnp", "rtl\u202egnp")]
    [TestCase("", "")]
    public void Quotes_a_value_only_where_Grafana_does(string value, string expected)
    {
        var entry = LogEntry.Of("http.server", DateTimeOffset.UnixEpoch, "info", "Successful Login", ("User", value));
        Assert.That(Encoding.UTF8.GetString(LineWriter.Format(entry, LogFormat.Text, TimeSpan.Zero)),
            Is.EqualTo($"logger=http.server t=1970-01-01T00:00:00Z level=info msg=\"Successful Login\" User={expected}\n"));
    }

    /// <summary>What follows the line in which a Grafana that starts says where it listens.</summary>
    private static async Task<string[]> LinesAfterTheStartAsync(string path)
    {
        var lines = await File.ReadAllLinesAsync(path);
        Assert.That(lines[0], Does.Contain("HTTP Server Listen"));
        return lines[1..];
    }

    /// <summary>
    /// Times, numbers, ids and the tag of the replay are no part of a line's shape; which organisation, user and names are kept.
    /// </summary>
    private static string Mask(string line)
    {
        line = Tag().Replace(line, "");
        line = Regex.Replace(line, "t=20\\S+", "t=T");
        line = Regex.Replace(line, "duration=\\S+", "duration=D");
        line = Regex.Replace(line, "(?<![\\w.:])/(?:[a-g][a-z0-9]{13})(?=[ /])", "/U");
        line = Regex.Replace(line, "users/[a-g][a-z0-9]{13}", "users/U");
        line = Regex.Replace(line, "(?<=[ /])[0-9a-f]{32}(?=[ /])", "H");
        line = Regex.Replace(line, "publicDashboardUid=\\S+", "publicDashboardUid=U");
        line = Regex.Replace(line, "ACE\\d+", "ACE");
        line = Regex.Replace(line, "(userId|time_ms|size)=\\d+", "$1=N");
        line = Regex.Replace(line, "orgId=[2-9]\\d*", "orgId=N");
        line = Regex.Replace(line, "(org-|/|user:|account:|id:)\\d+(?=[ /\"]|$)", "$1N");
        return line;
    }

    [GeneratedRegex("[-.]ct[0-9a-f]{8}[0-9]")]
    private static partial Regex Tag();
}
