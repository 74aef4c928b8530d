using System.Text.Json;
using Athena.EndToEnd.Harness;

namespace Athena.EndToEnd;

/// <summary>The drill with the real program, the stand-in Grafana and a mail server.</summary>
internal sealed class DrillTests
{
    private const string OnCall = "on-call@athena.example";

    [Test]
    public async Task The_account_is_locked_mailed_about_and_gone_and_status_and_audit_tell()
    {
        await using var lab = await Lab.OpenAsync();
        lab.Program.Settings["DRILL_TO"] = OnCall;
        await lab.StartDaemonAsync();
        var before = lab.Grafana.Database.Users.Count;
        var drill = await lab.Program.RunAsync("drill");
        await TestContext.Out.WriteLineAsync(drill.Output);
        Assert.Multiple(() =>
        {
            Assert.That(drill.ExitCode, Is.Zero, drill.Text + lab.Story());
            Assert.That(drill.Output, Does.Match("Made the account athena-drill-[0-9a-f]{32} in Grafana")
                .And.Match(@"Locked after \d+\.\d\d s, from Grafana's answer").And.Contain("Deleted the account.")
                .And.Contain("The mail server accepted the mail")
                    .And.Match(@"The drill passed: locked after \d+\.\d\d s, mail accepted"));
            Assert.That(lab.Grafana.Database.Users, Has.Count.EqualTo(before));
            Assert.That(lab.Mail.Mails.Select(mail => string.Join(',', mail.To)), Is.EqualTo(new[] { OnCall }));
            Assert.That(lab.Mail.Mails[0].Subject, Does.Match(@"Drill: locked after \d+\.\d\d s, nothing to do"));
        });

        var status = await lab.Program.RunAsync("status");
        var json = JsonSerializer.Deserialize<JsonElement>((await lab.Program.RunAsync("status", "--output", "json")).Output)
            .GetProperty("lastDrill");
        var audit = await File.ReadAllTextAsync(Path.Combine(lab.StateDirectory, "audit.jsonl"));
        Assert.Multiple(() =>
        {
            Assert.That(status.ExitCode, Is.Zero);
            Assert.That(status.Output, Does.Match(@"Last drill +\d+ s ago, passed: locked after \d+\.\d\d s, mail accepted"));
            Assert.That(json.GetProperty("result").GetString(), Is.EqualTo("passed"));
            Assert.That(json.GetProperty("secondsToLock").GetDouble(), Is.GreaterThan(0).And.LessThan(60));
            foreach (var name in (string[])["drill-begun", "drill-made", "drill-locked", "drill-mail", "drill-deleted", "drill-passed"])
                Assert.That(audit, Does.Contain(name));
        });
    }

    [Test]
    public async Task Without_DRILL_TO_or_the_daemon_it_is_refused_with_what_to_do()
    {
        await using var lab = await Lab.OpenAsync();
        var daemon = await lab.StartDaemonAsync();
        var refused = await lab.Program.RunAsync("drill");
        var without = await lab.Program.RunAsync("drill", "--mail", "no");
        await daemon.StopAsync();
        var stopped = await lab.Program.RunAsync("drill", "--mail", "no");
        lab.Program.Settings["DRILL_EVERY"] = "7d";
        var check = await lab.Program.RunAsync("check");
        Assert.Multiple(() =>
        {
            Assert.That(refused.ExitCode, Is.EqualTo(1));
            Assert.That(refused.Text, Does.Contain("DRILL_TO is not set"));
            Assert.That(without.ExitCode, Is.Zero, without.Text);
            Assert.That(without.Output, Does.Contain("without a mail"));
            Assert.That(stopped.ExitCode, Is.EqualTo(1));
            Assert.That(stopped.Text, Does.Contain("is not running").And.Contain("systemctl start"));
            Assert.That(check.ExitCode, Is.Not.Zero);
            Assert.That(check.Text, Does.Contain("DRILL_TO"));
            Assert.That(lab.Mail.Mails, Is.Empty);
        });
    }

    [Test]
    public async Task Killed_in_the_middle_it_leaves_no_account_behind()
    {
        await using var lab = await Lab.OpenAsync();
        lab.Program.Settings["DRILL_TO"] = OnCall;
        var daemon = await lab.StartDaemonAsync();
        var before = lab.Grafana.Database.Users.Count;
        lab.Grafana.Faults.Fail("POST /api/admin/users/:id/disable", 1000); // Or it could be over before it is killed.
        var drill = lab.Program.RunAsync("drill");
        await Eventually.TrueAsync(() => lab.Grafana.Database.Users.Count > before, "the account is made", lab.Story);
        await daemon.KillAsync();
        var told = await drill;
        lab.Grafana.Faults.Clear();
        await lab.StartDaemonAsync(baseline: false);
        await Eventually.TrueAsync(() => lab.Grafana.Database.Users.Count == before, "the account is deleted", lab.Story);
        var status = await lab.Program.RunAsync("status");
        Assert.Multiple(() =>
        {
            Assert.That(status.Output, Does.Contain("interrupted by a restart"));
            Assert.That(told.ExitCode, Is.EqualTo(1), told.Text);
            Assert.That(lab.Mail.Mails.Where(mail => !mail.To.Contains(OnCall)), Is.Empty);
        });
    }
}
