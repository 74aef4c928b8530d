using System.Text.Json;
using Athena.EndToEnd.Harness;

namespace Athena.EndToEnd;

/// <summary>What the daemons write onto Grafana's dashboards, seen by an admin who looks at them.</summary>
internal sealed class AnnotationTests
{
    private const string Email = "zanele.dube@example.net";

    [Test]
    public async Task A_locked_stranger_is_on_the_dashboards_nameless_or_with_the_login_as_it_is_set()
    {
        await using var lab = await Lab.OpenAsync();
        lab.Program.Settings["GRAFANA_ANNOTATIONS"] = "yes";
        var daemon = await lab.StartDaemonAsync();
        using var stranger = await lab.SignUpAsync(Email, "Zanele Dube");
        await lab.IsLockedAsync(Email);
        var locked = (await SeenAsync(lab, 1)).Single();
        Assert.Multiple(() =>
        {
            Assert.That(locked.GetProperty("text").GetString(), Is.EqualTo("Account locked"));
            Assert.That(
                locked.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()),
                Is.EqualTo(new[] { "athena", "grafana-auto-disable", "locked" }));
            Assert.That(
                DateTimeOffset.FromUnixTimeMilliseconds(locked.GetProperty("time").GetInt64()),
                Is.EqualTo(DateTimeOffset.UtcNow).Within(Eventually.Patience));
        });
        var status = await lab.Program.RunAsync("status");
        Assert.That(status.Output, Does.Match(@"(?m)^On Grafana +1 written$"));
        await daemon.StopAsync();

        lab.Program.Settings["GRAFANA_ANNOTATIONS"] = "names";
        await lab.StartDaemonAsync(baseline: false);
        await lab.PressAsync("enable", lab.Account(Email));
        var approved = (await SeenAsync(lab, 2))[^1];
        Assert.That(
            approved.GetProperty("text").GetString()!.Replace("\u200b", "", StringComparison.Ordinal),
            Is.EqualTo($"Account let in: {Email}"));
    }

    [Test]
    public async Task Where_Grafana_does_not_allow_it_the_lock_is_as_ever_and_what_waits_is_written_once_it_does()
    {
        await using var lab = await Lab.OpenAsync();
        lab.Program.Settings["GRAFANA_ANNOTATIONS"] = "yes";
        lab.Grafana.Faults.Forbid("annotations:create");
        var check = await lab.Program.RunAsync("check");
        Assert.That(
            check.Output, Does.Contain("lacks the permission annotations:create. To give it: sudo grafana-auto-disable account repair"));
        var daemon = await lab.StartDaemonAsync();
        using var stranger = await lab.SignUpAsync(Email, "Zanele Dube");
        await lab.IsLockedAsync(Email);
        await lab.MailAsync("Locked, waiting for you: Zanele Dube");
        await daemon.SaysAsync("Annotations are not written to Grafana: May not write annotations");
        Assert.That((await lab.Program.RunAsync("status")).Output, Does.Contain("annotations:create"));

        lab.Grafana.Faults.Allow("annotations:create");
        await SeenAsync(lab, 1);
        await daemon.SaysAsync("Annotations are written to Grafana again.");
        Assert.That((await lab.Program.RunAsync("check")).Output, Does.Contain("Annotations: are written onto Grafana's dashboards"));
    }

    [Test]
    public async Task What_happened_while_Grafana_answered_no_annotation_and_the_daemon_was_killed_is_written_after()
    {
        await using var lab = await Lab.OpenAsync();
        lab.Program.Settings["GRAFANA_ANNOTATIONS"] = "yes";
        var daemon = await lab.StartDaemonAsync();
        lab.Grafana.Faults.Fail("POST /api/annotations/", times: 1000);
        using var stranger = await lab.SignUpAsync(Email, "Zanele Dube");
        await lab.IsLockedAsync(Email);
        await daemon.SaysAsync("Annotations are not written to Grafana: ");
        await daemon.KillAsync();
        lab.Grafana.Faults.Clear();
        await lab.StartDaemonAsync(baseline: false);
        Assert.That((await SeenAsync(lab, 1)).Single().GetProperty("text").GetString(), Is.EqualTo("Account locked"));
    }

    [Test]
    public async Task Owed_and_sent_reports_are_on_the_dashboards()
    {
        await using var lab = await ComplianceLab.OpenAsync(hours: 4);
        lab.Program.Settings["GRAFANA_ANNOTATIONS"] = "yes";
        lab.RunDaemon();
        await lab.IsDoneAsync(4);
        var all = new List<JsonElement>();
        using var admin = new Visitor(lab.Grafana, "second-admin", ComplianceLab.Password);
        await Eventually.TrueAsync(
            async () => (all = await AnnotationsAsync(admin)).Exists(one => TagOf(one) == "report-sent"),
            "annotations of sent reports", lab.Story);
        Assert.That(all.Select(TagOf), Does.Contain("report-owed"));
    }

    private static string TagOf(JsonElement annotation) => annotation.GetProperty("tags").EnumerateArray().Last().GetString()!;

    private static async Task<List<JsonElement>> SeenAsync(Lab lab, int count)
    {
        List<JsonElement> all = [];
        await Eventually.TrueAsync(
            async () => (all = await AnnotationsAsync(lab.Admin)).Count == count, $"{count} annotations", lab.Story);
        return all;
    }

    private static async Task<List<JsonElement>> AnnotationsAsync(Visitor visitor)
    {
        var (status, json) = await visitor.AskAsync("GET", "/api/annotations?tags=athena");
        Assert.That(status, Is.EqualTo(200));
        return [.. json.EnumerateArray()];
    }
}
