using System.Globalization;
using Athena.ActiveUsers.History;
using Athena.ActiveUsers.Notify;
using Athena.ActiveUsers.Policy;
using Athena.Common.Grafana.Usage;
using Athena.Common.Kpis;
using Athena.Common.Notify;
using Athena.Common.State.Audit;
using Athena.Common.Time;
using Athena.Tests.Shared;

namespace Athena.ActiveUsers.Tests;

/// <summary>The mails about alerts, compared whole with <c>docs/samples</c>. After a change that is meant, <c>make samples</c> writes
/// them anew.</summary>
internal sealed class MailSampleTests
{
    private static readonly AlertMessages Messages = new(Some.Wording, Some.AlertMail);

    private static readonly ChatSilence Silence = new(Some.Six.AddMinutes(12), "api.telegram.org:443: no connection in 15 s");

    private static OpenAlert Down { get; } = new(
        AlertKind.GrafanaDown, Some.Six.AddMinutes(31), "127.0.0.1:3000: connection refused", IsTold: true, IsMailed: true,
        Number: "AL-20261121-1");

    private static IEnumerable<TestCaseData> Samples()
    {
        yield return Of("alert-mail-critical", Messages.Began(Down, null, isMarked: false));
        yield return Of("alert-mail-over", Messages.Over(Down, Some.Six.AddMinutes(43), isMarked: false));
        yield return Of(
            "alert-mail-acknowledged",
            Messages.Acknowledged(Down with
            {
                Acknowledged = new Acknowledgement(Some.Six.AddMinutes(35), "thabo (sudo)", "The disk is being made larger."),
            }));
        yield return Of(
            "alert-mail-chat-silent-warning",
            Messages.Began(new OpenAlert(AlertKind.FailedLogins, Some.Six.AddMinutes(31), "57 failed logins in 5 minutes", true, true),
            Silence, isMarked: true));
        yield return Of("alert-mail-chat-silent", Messages.ChatSilent(Silence));
        yield return Of("alert-mail-chat-again", Messages.ChatSpeaks(Silence.Since, Some.Six.AddMinutes(58)));
    }

    /// <summary>A month with an outage by the log, fifteen minutes of which nothing is known, and a daemon that is not installed.</summary>
    [Test]
    public void The_key_figures_read_as_their_samples()
    {
        var month = KpiSpan.LastMonth(Some.Zone, new DateTimeOffset(2026, 12, 5, 0, 0, 0, TimeSpan.Zero));
        var report = KpiReport.Of(
            month.From, month.To, Some.Zone,
            new Dictionary<string, KpiPart> { [Identity.Worker.Daemon] = Part(month), ["grafana-auto-disable"] = OfLock(month) },
            daemon => $"{daemon} is not installed here.");
        var options = new KpiMailOptions(Some.AlertMail.Smtp, ["lead@hospital.example"], Some.AlertMail.Brand);
        Sample.AssertIs("kpi-mail", KpiNotifier.Write(options, report));
        Sample.AssertIs("kpi-report.html", KpiPage.ToHtml(report, options.Brand));
        Sample.AssertIs("kpi-report.json", report.ToJson());
    }

    private static KpiPart Part(Window month)
    {
        var times = TimeTally.Of([.. Enumerable.Repeat(700L, 900), .. Enumerable.Repeat(1500L, 80), .. Enumerable.Repeat(4200L, 20)]);
        var windows = Enumerable.Range(0, 30 * 96).Select(i => TotalsBookTests.Totals(0, 4, logins: 3, checks: 15, up: 15) with
        {
            From = month.From.AddMinutes(15 * i),
            To = month.From.AddMinutes((15 * i) + 15),
            Mistyped = i % 700 == 0 ? 1 : 0,
            FailedLogins = i == 9 ? 400 : 0,
            UnseenSeconds = 0,
            Loads = i % 3 == 0 ? LoadTimes.Of(times) : [],
            Dashboards = i % 3 == 0 ? [new DashboardLoads("ward-occupancy", LoadTimes.Of(times))] : null,
        }).ToList();
        windows[100] = windows[100] with { Checks = 3, ChecksUp = 3, Down = [new DownSpan(windows[100].From, windows[100].To)] };
        windows[500] = windows[500] with { Checks = 0, ChecksUp = 0 };
        var records = windows.Select((window, i) => new AuditRecord(
            i + 1, window.To.ToString("O", CultureInfo.InvariantCulture), "sent",
            $"pulse/{window.To.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}", "accepted", null, null,
            "", "", "")).ToList();
        records[0] = records[0] with { At = month.From.ToString("O", CultureInfo.InvariantCulture) };
        return new KpiPart(1, Identity.Worker.Daemon, month.From, month.To, month.To, PulseKpis.Of(
            windows, records, new AuditVerification(4210, 1, AuditAnchor.Beginning, [], []), month,
            new AlignedSchedule(TimeSpan.FromMinutes(15), Some.Zone)));
    }

    private static KpiPart OfLock(Window month) => new(1, "grafana-auto-disable", month.From, month.To, month.To,
    [
        KpiKinds.NeededApproval.Share(7, 7, 43_200, 43_200, 100) with { How = "7 of 7 new accounts were locked until an admin decided." },
        KpiKinds.StrangersAnswered.None(2, 7, 7) with { Counted = "accounts", How = "Requests of new accounts until their lock." },
        KpiKinds.DataLoss.None(0, 43_200, 43_200) with { How = "0 gaps of the log; 0 messages were given up; the audit is whole." },
    ]);

    [TestCaseSource(nameof(Samples))]
    public void Reads_as_its_sample(string name, object mail) => Sample.AssertIs(name, (Notification)mail);

    [Test]
    public void What_strangers_chose_does_not_act_in_it()
    {
        var alert = Down with { Detail = "<script>alert(1)</script> https://evil.example \u202Egnp" };
        var mail = Messages.Began(alert, Silence with { Why = "<b>\u202E</b>" }, isMarked: false);
        Assert.That(mail.Html, Does.Not.Contain("<script>").And.Not.Contain("https://evil.example").And.Not.Contain("<b>\u202E"));
        Assert.That(mail.Html + mail.Text, Does.Not.Contain("\u202E"));
    }

    [Test]
    public void Every_kind_of_alert_has_a_mail_and_an_end()
    {
        foreach (var kind in Enum.GetValues<AlertKind>())
        {
            var alert = Down with { Kind = kind };
            Assert.That(Messages.Began(alert, null, false).Text, Does.Contain(AlertText.Words(kind).Next), $"{kind}");
            Assert.That(Messages.Over(alert, Some.Six.AddHours(1), false).Subject, Does.Contain(AlertText.OverTitle(kind)), $"{kind}");
        }
    }

    private static TestCaseData Of(string name, Notification mail) => new TestCaseData(name, mail).SetArgDisplayNames(name);
}
