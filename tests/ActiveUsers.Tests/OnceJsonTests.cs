using System.Runtime.CompilerServices;
using System.Text.Json;
using Athena.ActiveUsers.CommandLine;
using Athena.ActiveUsers.Pulses;
using Athena.Common.Grafana.Identities;
using Athena.Common.Grafana.Usage;

namespace Athena.ActiveUsers.Tests;

/// <summary>docs/once-json.md is a contract: a window and the opens of a dashboard, compared whole with <c>docs/samples</c>.</summary>
internal sealed class OnceJsonTests
{
    [Test]
    public void A_window_has_the_shape_of_the_contract()
    {
        var activity = Some.Activity(
            Some.User(2, "naledi \"x\" <b>\n", 10, rendered: 3, dashboards: [("ward", 2), ("gone", 0)]),
            Some.User(2, "naledi \"x\" <b>\n", 1, org: -1),
            Some.User(3, "johan", 6, proof: ActivityProof.TabOnly),
            Some.User(4, "report", 5, proof: ActivityProof.RendererOnly, rendered: 5),
            Some.User(28, "sa-1-athena-bot", 34)) with
        {
            AnonymousRequests = 17,
            Security = new SecurityTally(3, 1, 2, 4, 5, 6),
            Pages = new PageTally(99, 7, 12, 180, 420),
        };
        var reading = new WindowReading(
            activity,
            Some.Coverage(Some.Gap(0, 4, "the log begins at 06:04")) with
            {
                Notes = ["2 lines were not understood"],
                LinesNotUnderstood = 2,
            });
        var userDirectory = Some.UserDirectory([2, 3, 4], [28]);
        AssertSame("once", Json(
            reading,
            Pulse.Of(reading, userDirectory, null, null),
            new Dictionary<string, string> { ["ward"] = "Ward Occupancy" },
            Some.Zone));
    }

    [Test]
    public void An_empty_window_has_the_same_fields()
    {
        var reading = new WindowReading(Some.Activity(), Some.Coverage());
        var empty = JsonSerializer.Deserialize<JsonElement>(Json(
            reading, Pulse.Of(reading, UserDirectory.Unread, null, null), new Dictionary<string, string>(), Some.Zone));
        var full = JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(PathOf("once")));
        Assert.That(empty.EnumerateObject().Select(field => field.Name), Is.EqualTo(full.EnumerateObject().Select(field => field.Name)));
        Assert.That(empty.GetProperty("latencyMs").GetProperty("pageP95").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public void The_opens_of_a_dashboard_have_the_shape_of_the_contract()
    {
        var activity = Some.Activity() with
        {
            Opens =
            [
                new DashboardOpen(Some.Six.AddMilliseconds(61_250), 2, "naledi", 1),
                new DashboardOpen(Some.Six.AddMinutes(5), 3, "johan", 2),
            ],
        };
        AssertSame(
            "once-dashboard", Json(new DashboardOpens(new WindowReading(activity, Some.Coverage()), "ward", "Ward Occupancy"), Some.Zone));
    }

    private static void AssertSame(string name, string json)
    {
        var path = PathOf(name);
        if (Environment.GetEnvironmentVariable("UPDATE_SAMPLES") == "1") File.WriteAllText(path, json + "\n");
        Assert.That(json + "\n", Is.EqualTo(File.ReadAllText(path)));
    }

    private static string PathOf(string name, [CallerFilePath] string source = "") =>
        Path.Combine(Path.GetDirectoryName(source)!, "../../docs/samples", name + ".json");

    private static string Json(WindowReading reading, Pulse pulse, IReadOnlyDictionary<string, string> titles, TimeZoneInfo zone)
    {
        using var text = new StringWriter();
        OnceJson.Write(text, reading, pulse, titles, zone);
        return text.ToString();
    }

    private static string Json(DashboardOpens opens, TimeZoneInfo zone)
    {
        using var text = new StringWriter();
        OnceJson.Write(text, opens, zone);
        return text.ToString();
    }
}
