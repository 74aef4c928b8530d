using Athena.Common.Notify;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Delivery;
using Athena.Common.State;
using Athena.Compliance.Notify;
using Athena.Compliance.Telemetry;
using Athena.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;

namespace Athena.Compliance.Tests.Notify;

/// <summary>What our own people hear of reports that do not reach those whom they are for.</summary>
public sealed class UndeliveredReportsTests
{
    private static readonly DateTimeOffset Since = new(2026, 11, 20, 9, 1, 0, TimeSpan.Zero);

    private readonly List<Notification> put = [];
    private Mock<IOutbox> outbox = null!;
    private UndeliveredReports reports = null!;

    [SetUp]
    public void StartAfresh()
    {
        put.Clear();
        this.outbox = new Mock<IOutbox>();
        this.outbox.Setup(outbox => outbox.Put(It.IsAny<Notification>())).Callback<Notification>(put.Add);
        reports = new UndeliveredReports(
            () => this.outbox.Object,
            new EventRecorder(Mock.Of<IAuditLog>(), Mails.Some.Options.Zone, NullLogger<EventRecorder>.Instance),
            Mails.Some.Options,
            new ManualTime(Since.AddMinutes(8)));
    }

    [Test]
    public void Reports_that_wait_are_told_of_with_what_the_server_says_and_taken_back_when_it_is_over()
    {
        SilentChannel silence = new(
            Since, 2, "mail.example.org:587 refused this recipient: check MAIL_FROM (553 5.7.1 Sender address rejected)");
        reports.Silent(Mock.Of<INotificationChannel>(), silence);

        Notification mail = put.Single();
        Assert.That(mail.Recipients, Is.EqualTo(Mails.Some.Options.OpsTo));
        string text = mail.Text.ReplaceLineEndings(" ").Replace("\u200B", "", StringComparison.Ordinal);
        Assert.That(text, Does.Contain("2 mails").And.Contain("check MAIL_FROM").And.Contain("2026-11-20"));
        reports.Over(Mock.Of<INotificationChannel>(), silence);
        this.outbox.Verify(outbox => outbox.Withdraw(mail.Key), Times.Once);
    }

    [Test]
    public void A_report_that_is_given_up_is_told_of_once_for_each_recipient()
    {
        foreach (string hour in new[] { "09", "10" })
            reports.Changed(Report(
                $"report/2026-11-20T{hour}",
                DeliveryVerdict.Permanent,
                "mail.example.org:587 knows no such recipient (550 5.1.1 User unknown)",
                gaveUp: false));
        reports.Changed(Report("summary/2026-11-20", DeliveryVerdict.Transient, "mail.example.org:587 is not reachable", gaveUp: true));

        Assert.That(put.Select(mail => mail.Key).Distinct().Count(), Is.EqualTo(1), "the outbox keeps one mail a key");
        Assert.That(put[0].Text, Does.Contain("REPORT_TO"));
    }

    [Test]
    public void Nothing_is_said_of_what_waits_for_the_first_time_nor_of_mails_to_our_own_people()
    {
        reports.Changed(Report("report/2026-11-20T09", DeliveryVerdict.Transient, "451 Greylisted", gaveUp: false));
        reports.Changed(Report("report/2026-11-20T09", DeliveryVerdict.Accepted, "250 Ok", gaveUp: false));
        reports.Changed(Report("warning/2026-11-20/1", DeliveryVerdict.Permanent, "550 5.1.1 User unknown", gaveUp: false));

        Assert.That(put, Is.Empty);
        Assert.That(UndeliveredReports.Counts("warning/silent/1"), Is.False, "it would tell of itself");
    }

    private static DeliveryReport Report(string key, DeliveryVerdict verdict, string detail, bool gaveUp) =>
        new("Mail", key, "lead@first2lead.example", verdict, detail, gaveUp);
}
