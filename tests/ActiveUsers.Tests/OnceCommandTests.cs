using System.Globalization;
using System.Text.Json;
using Athena.ActiveUsers.CommandLine;
using Athena.Common.Settings;
using Athena.Tests.Shared;

namespace Athena.ActiveUsers.Tests;

/// <summary><c>once</c> at logs of other hosts, which nobody probes.</summary>
internal sealed class OnceCommandTests
{
    private const string Log = "day/rotated/grafana.log";

    [Test]
    public async Task Of_a_copy_that_ends_before_the_window_nobody_is_not_said()
    {
        var text = await OnceAsync("--from", "2026-11-21T12:00:00+02:00", "--to", "2026-11-21T12:15:00+02:00");
        Assert.That(text, Does.Contain("Could not see whether anybody was active").And.Contain("Not seen: the log ends at 03:31"));
        Assert.That(text, Does.Not.Contain("nobody active"));
    }

    [Test]
    public async Task Of_a_copy_that_ends_in_the_window_the_rest_was_not_seen()
    {
        var text = await OnceAsync("--from", "2026-11-21T03:25:00+02:00", "--to", "2026-11-22T03:25:00+02:00");
        Assert.That(text, Does.Match("Not seen: .*, the log ends at 03:31"));
        Assert.That(text, Does.Contain("probably a service account").Or.Not.Contain("service accounts"));
    }

    [Test]
    public async Task A_window_that_the_copy_holds_whole_has_no_gap() =>
        Assert.That(
            await OnceAsync("--from", "2026-11-21T03:25:00+02:00", "--to", "2026-11-21T03:31:00+02:00"),
            Does.Not.Contain("Not seen").And.Contain("naledi"));

    [Test]
    public async Task Accounts_that_only_look_like_service_accounts_are_named_and_said_to_be_only_probably_so()
    {
        var text = await OnceAsync("--from", "2026-11-21T03:20:00+02:00", "--to", "2026-11-21T03:31:00+02:00");
        Assert.That(text, Does.Contain("(by their logins alone)").And.Match("sa-1-looks-like .*probably a service account"));
    }

    [Test]
    public async Task A_log_that_is_not_there_is_said_whole_with_what_to_do()
    {
        var text = await OnceAsync(new Dictionary<string, string> { ["LOG"] = "file:/nowhere/grafana.log" }, "--from", "2026-11-21");
        Assert.That(text, Does.Contain("set LOG to the file that Grafana writes.").And.Not.Contain("…"));
    }

    [Test]
    public async Task Of_one_that_was_named_to_it_it_is_said_which_names_there_are() => Assert.That(
        await OnceAsync([], "--log", "/nowhere/grafana.log", "--from", "2026-11-21"),
        Does.StartWith("grafana-active-users: --log /nowhere/grafana.log: there is no file")
            .And.Contain("--log journal:grafana-server.service").And.Not.Contain("Could not see"));

    /// <summary>So long that it is read in parts, with one line for all that makes a line depend on those before it.</summary>
    [Test]
    public async Task A_long_log_is_counted_to_the_line()
    {
        const int Lines = 140_000;
        var folder = Directory.CreateTempSubdirectory("athena-once-");
        try
        {
            var log = Path.Combine(folder.FullName, "grafana.log");
            await using (var writer = new StreamWriter(log))
            {
                for (var i = 0; i < Lines; i++) await writer.WriteAsync(LineOfLongLog(i));
            }

            Assert.That(new FileInfo(log).Length, Is.GreaterThan(33 * 1024 * 1024));
            var json = JsonSerializer.Deserialize<JsonElement>(
                await OnceAsync(
                    [], "--log", log, "--from", "2026-11-21T05:00:00+02:00", "--to", "2026-11-23T00:00:00+02:00", "--output", "json"));
            Assert.That(
                json.GetProperty("users").EnumerateArray()
                    .Select(user => (user.GetProperty("id").GetInt64(), user.GetProperty("requests").GetInt64())).Order(),
                Is.EqualTo(Enumerable.Range(1, 7).Select(id => ((long)id, (long)Lines / 7))));
            Assert.That(json.GetProperty("coverage").GetProperty("linesRead").GetInt64(), Is.EqualTo(Lines));
            Assert.That(json.GetProperty("coverage").GetProperty("notes").EnumerateArray().Select(note => note.GetString()),
                Is.EqualTo((string[])["1 line was not understood"]));
            Assert.That(json.GetProperty("coverage").GetProperty("gaps").EnumerateArray().Select(gap => gap.GetProperty("why").GetString()),
                Has.One.Contains("the log's time went back from 22:13 to 22:12"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string LineOfLongLog(int i)
    {
        var time = new DateTime(2026, 11, 21, 6, 0, 0).AddMilliseconds(i * 500L);
        var stamp = (i == 116_800 ? time.AddMinutes(-1) : time).ToString("yyyy-MM-dd'T'HH:mm:ss.fff", CultureInfo.InvariantCulture);
        return $"logger=context userId={1 + (i % 7)} orgId=1 uname=user.{1 + (i % 7)} t={stamp}+02:00 level=info msg=\"Request "
            + "Completed\" method=GET path=/api/search status=200 remote_addr=127.0.0.1 time_ms=5 duration=5.1ms size=163 "
            + "referer=https://grafana.example.net/d/ward-occupancy/ward-occupancy?orgId=1 handler=/api/search status_source=server\n"
            + (i == 90_000 ? "panic: nothing of Grafana\n" : "");
    }

    private static Task<string> OnceAsync(params string[] span) =>
        OnceAsync([], ["--log", Repository.PathOf("tests/Fixtures/logs/" + Log), .. span]);

    private static async Task<string> OnceAsync(Dictionary<string, string> environment, params string[] arguments)
    {
        using var output = new StringWriter();
        var program = ActiveUsersProgram.Create(_ => new SettingsSource(environment, null));
        await program.InvokeAsync(["once", .. arguments], output, output);
        return output.ToString().Replace("\u200b", "", StringComparison.Ordinal);
    }
}
