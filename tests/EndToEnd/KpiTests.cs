using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Athena.Common.Kpis;
using Athena.EndToEnd.Harness;
using Athena.Sandbox.Mail;

namespace Athena.EndToEnd;

/// <summary>The key figures of a month that is over, as processes tell them: one mail, and the report of a span.</summary>
internal sealed class KpiTests
{
    private PulseLab lab = null!;
    private MailCatcher mail = null!;
    private Common.Time.Window month;

    /// <summary>It worked in a month of which an hour is known, and was not there when that ended.</summary>
    [SetUp]
    public async Task Work_last_month()
    {
        (lab, mail) = (await PulseLab.OpenAsync(), await MailCatcher.StartAsync());
        var zone = ZoneWithoutNewMonth();
        month = KpiSpan.LastMonth(TimeZoneInfo.FindSystemTimeZoneById(zone), DateTimeOffset.UtcNow);
        foreach (var (key, value) in new Dictionary<string, string>
        {
            ["SMTP_HOST"] = MailCatcher.Host,
            ["SMTP_PORT"] = $"{mail.Port}",
            ["SMTP_SECURITY"] = "none",
            ["MAIL_FROM"] = "grafana@hospital.example",
            ["KPI_TO"] = "lead@hospital.example",
            ["TIMEZONE"] = zone,
        })
            lab.Program.Settings[key] = value;
        Directory.CreateDirectory(
            lab.StateDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var state = JsonSerializer.Serialize(new { kpisFrom = month.From });
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(state)));
        await WriteAsync("state.json", $"{{\"format\":1,\"sha256\":\"{hash}\",\"state\":{state}}}\n");
        await WriteAsync(
            "totals.jsonl", string.Concat(Enumerable.Range(0, 4).Select(quarter => Line(month.From.AddMinutes(15 * quarter)))));
    }

    [TearDown]
    public async Task Stop()
    {
        await lab.DisposeAsync();
        await mail.DisposeAsync();
    }

    [Test]
    public async Task They_are_mailed_once_whenever_the_daemon_is_killed()
    {
        await mail.StopAsync();
        var first = lab.RunDaemon();
        var outbox = Path.Combine(lab.StateDirectory, "outbox");
        await Eventually.TrueAsync(
            () => Directory.Exists(outbox) && Directory.EnumerateFiles(outbox).Any(), "the mail on the disk", () => lab.Story);
        await first.KillAsync();
        mail.StartAgain();
        var second = lab.RunDaemon();
        await Eventually.TrueAsync(() => mail.Mails.Count > 0, "the mail", () => lab.Story);
        await second.KillAsync();
        var before = lab.Messages.Count;
        lab.RunDaemon();
        await Eventually.TrueAsync(() => lab.Messages.Count > before, "one more pulse", () => lab.Story);
        Assert.Multiple(() =>
        {
            Assert.That(mail.Mails.Select(one => one.MessageId).Distinct().Count(), Is.EqualTo(1));
            Assert.That(mail.Mails[0].To, Is.EqualTo(new[] { "lead@hospital.example" }));
            Assert.That(
                mail.Mails[0].Subject,
                Does.EndWith(month.From.AddDays(10).ToString("': key figures, 'MMMM yyyy", CultureInfo.InvariantCulture)));
        });
    }

    [Test]
    public async Task The_report_of_all_daemons_has_the_same_of_a_span_and_names_whoever_knows_nothing()
    {
        var (from, to) = (Day(month.From), Day(month.To.AddHours(12)));
        var own = await lab.Program.RunAsync("kpi", "--from", from, "--to", to);
        var workers = new DaemonProgram("athena-workers");
        foreach (var (key, value) in lab.Program.Settings) workers.Settings[key] = value;
        var all = await workers.RunAsync("report", "--from", from, "--to", to);
        var page = await workers.RunAsync("report", "--from", from, "--to", to, "--output", "html");
        Assert.Multiple(() =>
        {
            Assert.That(own.ExitCode, Is.Zero, own.Text);
            Assert.That(own.Output, Does.Contain("Grafana is there").And.Contain("60 of "));
            Assert.That(all.Output, Does.Contain("Grafana is there").And.Contain("60 of "), all.Text);
            Assert.That(page.Output, Does.StartWith("<!DOCTYPE html>").And.Contain("Grafana is there"), page.Text);
        });
    }

    private string Day(DateTimeOffset at) => TimeZoneInfo
        .ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById(lab.Program.Settings["TIMEZONE"]))
        .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Line(DateTimeOffset from) => JsonSerializer.Serialize(new
    {
        from,
        to = from.AddMinutes(15),
        isComplete = true,
        users = 3,
        requests = 30,
        serviceAccountRequests = 0,
        logins = 3,
        failedLogins = 0,
        lockedLogins = 0,
        signUps = 0,
        locked = 0,
        strayed = 0,
        pageLoads = 0,
        answers = 100,
        serverErrors = 0,
        checks = 15,
        checksUp = 15,
        mistyped = 0,
        unseenSeconds = 0,
    }) + "\n";

    /// <summary>One in which a month has been over for more than a day, until when others are waited for, and none ends now.</summary>
    private static string ZoneWithoutNewMonth()
    {
        var soon = DateTimeOffset.UtcNow.AddMinutes(10);
        return soon.Day != 1 ? "UTC" : soon.Hour < 12 ? "Etc/GMT+12" : "Etc/GMT-14";
    }

    private async Task WriteAsync(string name, string text)
    {
        var path = Path.Combine(lab.StateDirectory, name);
        await File.WriteAllTextAsync(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
