using System.Globalization;
using System.Text.Json;
using Athena.EndToEnd.Harness;

namespace Athena.EndToEnd;

/// <summary>grafana-compliance as a process, with a mail server that speaks SMTP and hours that are really over.</summary>
internal sealed class ComplianceTests
{
    private const int KillsARound = 10;

    /// <summary>More than are decided before the last kill.</summary>
    private const int Hours = 48;

    [Test]
    public async Task Only_the_hours_of_the_admins_alone_are_reported_and_each_can_be_explained()
    {
        await using var lab = await ComplianceLab.OpenAsync(hours: 4);
        lab.Grafana.Database.AddUser(
            "stray-admin", "stray@athena.example", "Stray", serverAdmin: true, created: DateTimeOffset.UtcNow.AddDays(-100));
        var daemon = lab.RunDaemon();
        await lab.IsDoneAsync(4);
        Check(lab);

        var silent = await lab.Program.RunAsync(
            "explain", lab.LastEnd.AddHours(-2).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture));
        var told = await lab.Program.RunAsync("explain", Id(lab.LastEnd));
        var report = await lab.Program.RunAsync("report", "--output", "json");
        var status = await lab.Program.RunAsync("status");
        Assert.Multiple(() =>
        {
            Assert.That(silent.Text, Does.Contain("naledi").And.Contain("opened a dashboard").And.Contain("silent"), silent.ToString());
            Assert.That(
                told.Text,
                Does.Contain("ward-occupancy").And.Contain("accepted by 127.0.0.1").And.Contain(ComplianceLab.SecondLead),
                told.ToString());
            Assert.That(report.Output, Does.Contain("only-admins").And.Contain("in-use"), report.ToString());
            Assert.That(status.ExitCode, Is.Zero, status.ToString());
            Assert.That(
                lab.Mail.Mails.Where(mail => mail.To.Contains(ComplianceLab.Ops)).Select(mail => mail.Text),
                Has.Exactly(1).Contains("stray-admin"),
                "told once, not each hour");
        });
        Assert.That((await daemon.StopAsync()).ExitCode, Is.Zero);
    }

    [Test]
    public async Task Any_hour_of_any_log_is_decided_without_state()
    {
        await using var lab = await ComplianceLab.OpenAsync(hours: 4);
        foreach (var key in (string[])["SMTP_HOST", "MAIL_FROM", "REPORT_TO", "OPS_MAIL_TO"]) lab.Program.Settings.Remove(key);
        var use = await OnceAsync(lab, lab.LastEnd.AddHours(-2));
        var alone = await OnceAsync(lab, lab.LastEnd);
        var offline = await OnceAsync(lab, lab.LastEnd, "--offline");
        var rehearsal = await lab.Program.RunAsync("rehearse", "--since", "5h");
        Assert.Multiple(() =>
        {
            Assert.That(use.GetProperty("outcome").GetString(), Is.EqualTo("in-use"));
            Assert.That(use.GetProperty("others")[0].GetProperty("login").GetString(), Is.EqualTo("naledi"));
            Assert.That(alone.GetProperty("outcome").GetString(), Is.EqualTo("only-admins"), alone.ToString());
            Assert.That(
                alone.GetProperty("admins")[0].GetProperty("dashboards")[0].GetProperty("uid").GetString(), Is.EqualTo("ward-occupancy"));
            Assert.That(offline.GetProperty("outcome").GetString(), Is.EqualTo("not-seen"));
            Assert.That(rehearsal.Output, Does.Contain("Would have mailed First2Lead 3 times"), rehearsal.ToString());
            Assert.That(Directory.Exists(lab.StateDirectory), Is.False);
            Assert.That(lab.Mail.Mails, Is.Empty);
        });
    }

    [Test]
    public Task Ten_kills_give_each_hour_one_outcome_and_each_recipient_their_mails() => PlayAsync(rounds: 1);

    /// <summary>Some minutes; <c>make soak</c>.</summary>
    [Test, Category("Soak")]
    public Task Two_hundred_kills_give_each_hour_one_outcome_and_each_recipient_their_mails() => PlayAsync(rounds: 20);

    /// <summary>The daemon catches up with two days of hours that are over, and is killed ten times meanwhile.</summary>
    private static async Task PlayAsync(int rounds)
    {
        var seed = Environment.GetEnvironmentVariable("ATHENA_SEED") is { Length: > 0 } given
            ? int.Parse(given, CultureInfo.InvariantCulture)
            : Random.Shared.Next(1_000_000);
        for (var round = 0; round < rounds; round++)
        {
            await TestContext.Progress.WriteLineAsync($"{KillsARound} kills: ATHENA_SEED={seed + round}");
            await PlayAsync(new Random(seed + round));
        }
    }

    private static async Task PlayAsync(Random random)
    {
        await using var lab = await ComplianceLab.OpenAsync(Hours);
        for (var kill = 0; kill < KillsARound; kill++)
        {
            var daemon = lab.RunDaemon();
            var target = Math.Min(Hours, lab.Decisions().Count + random.Next(0, 4));
            if (random.Next(4) > 0)
                await Eventually.TrueAsync(() => daemon.HasEnded || lab.Decisions().Count >= target, $"{target} decisions", lab.Story);
            await Task.Delay(random.Next(0, 60)); // Anywhere between two steps; nothing is waited for here.
            Assert.That(daemon.HasEnded, Is.False, lab.Story());
            await daemon.KillAsync();
        }

        var last = lab.RunDaemon();
        await last.SaysAsync("has started");
        await lab.IsDoneAsync(Hours);
        Assert.That((await last.StopAsync()).ExitCode, Is.Zero, last.Output);
        Check(lab);
        var audit = await lab.Program.RunAsync("audit", "verify");
        Assert.That(audit.ExitCode, Is.Zero, audit.ToString());
    }

    private static void Check(ComplianceLab lab)
    {
        var decisions = lab.Decisions().ToLookup(decision => decision.Id, decision => decision.Verdict.Split(',')[0]);
        Assert.Multiple(() =>
        {
            for (var end = lab.FirstEnd; end <= lab.LastEnd; end = end.AddHours(1))
                Assert.That(
                    decisions[Id(end)], Is.EqualTo(new[] { lab.IsInUse(end) ? "in-use" : "only-admins" }), $"{Id(end)}\n{lab.Story()}");
            foreach (var (hour, to) in lab.Expected())
            {
                var ids = lab.Mail.Mails.Where(mail => mail.To.Contains(to) && mail.Subject.Contains(hour, StringComparison.Ordinal))
                    .Select(mail => mail.MessageId).Distinct();
                Assert.That(ids.Count(), Is.EqualTo(1), $"{hour} to {to}: one Message-ID, however often it came");
            }

            var reports = lab.Mail.Mails.Where(mail => mail.To.Contains(ComplianceLab.Lead)).Select(mail => mail.MessageId)
                .Distinct().Count();
            Assert.That(reports, Is.EqualTo(lab.Expected().Count(mail => mail.To == ComplianceLab.Lead)), "and no others");
        });
    }

    private static async Task<JsonElement> OnceAsync(ComplianceLab lab, DateTimeOffset end, params string[] further)
    {
        var result = await lab.Program.RunAsync([
            "once", "--from", end.AddHours(-1).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
            "--to", end.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture), "--output", "json", .. further,
        ]);
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        return JsonDocument.Parse(result.Output).RootElement;
    }

    private static string Id(DateTimeOffset end) => end.UtcDateTime.ToString("'AC-'yyyyMMdd'T'HHmm'Z'", CultureInfo.InvariantCulture);
}
