using Athena.Common.Notify;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Notify.Delivery;
using Athena.Common.State;
using Athena.Compliance.Evidence;
using Athena.Compliance.Notify;
using Athena.Compliance.Notify.Mails;
using Athena.Compliance.State;
using Athena.Compliance.Telemetry;
using Athena.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;

namespace Athena.Compliance.Tests.Mails;

/// <summary>What programs are told of the reports.</summary>
internal sealed class ReportEventsTests
{
    private static readonly string Daemon = Identity.Worker.Daemon;

    private static readonly NotSeenSeries Series =
        new("router-logging", Some.Hour.From, Some.Hour.To, 1, Some.Hour.To);

    private static readonly string Report = $"report/{Some.OnlyAdmins().Id}";

    private readonly List<Notification> put = [];

    [SetUp]
    public void Forget() => put.Clear();

    [Test]
    public void An_hour_that_is_not_seen_reads_as_its_sample_and_ends_by_its_key()
    {
        var began = new LetterWriter(Some.Options).Write(Some.NotSeen with { NotSeen = Series }).Single();
        var over = new OpsMail(Some.Options).WriteSeenAgain(Some.OnlyAdmins() with { SeenAgain = [Series] });
        WebhookSample.AssertIs(began, Daemon);
        WebhookSample.AssertIs(over, Daemon);
        Assert.That(WebhookSample.KeyOf(over, Daemon), Is.EqualTo(WebhookSample.KeyOf(began, Daemon)));
    }

    [Test]
    public void A_report_is_told_of_when_the_mail_server_has_taken_it_and_by_no_other_answer()
    {
        var watch = Watch();
        foreach (var (channel, key, verdict) in new[]
        {
            (MailChannel.ChannelName, Report, DeliveryVerdict.Transient),
            (MailChannel.ChannelName, $"not-seen/{Some.OnlyAdmins().Id}", DeliveryVerdict.Accepted),
            (MailChannel.ChannelName, "summary/2026-11", DeliveryVerdict.Accepted),
            ("Webhook", Report, DeliveryVerdict.Accepted),
        })
            watch.Changed(new DeliveryReport(channel, key, "first2lead@example.org", verdict, "", GaveUp: false));
        Assert.That(put, Is.Empty);

        watch.Changed(new DeliveryReport(
            MailChannel.ChannelName, Report, "first2lead@example.org", DeliveryVerdict.Accepted, "", GaveUp: false));
        WebhookSample.AssertIs(put.Single(), Daemon);
        Assert.That(MailChannel.MessageOf(put.Single()), Is.Null, "nobody gets a mail of it");
    }

    [Test]
    public void A_mail_server_that_takes_no_reports_is_a_trouble_with_an_end_and_a_silent_webhook_is_none_of_its_own()
    {
        var silence = new SilentChannel(Some.Hour.To, 1, "no");
        var watch = Watch();
        foreach (var channel in new[] { MailChannel.ChannelName, "Webhook" })
        {
            var silent = Mock.Of<INotificationChannel>(one =>
                one.Name == channel && one.Unit == channel && one.IsForPrograms == (channel != MailChannel.ChannelName));
            watch.Silent(silent, silence);
            watch.Over(silent, silence);
        }

        Assert.That(put.SelectMany(told => told.Events).Select(told => (told.Type, told.Key)), Is.EqualTo(new[]
        {
            (EventType.TroubleBegan, silence.Key), (EventType.TroubleEnded, silence.Key),
        }));
    }

    [Test]
    public void What_is_to_be_put_right_ends_by_the_key_by_which_it_began_and_its_words_are_not_told()
    {
        var setup = new SetupNotifier(new ComplianceState(), Outbox(), Some.Options, Recorder());
        setup.Take(["User id 6 (naledi) is a server admin"], Some.Hour.To);
        setup.Take([], Some.Hour.To.AddHours(1));
        Assert.That(put.SelectMany(told => told.Events).Select(told => (told.Type, told.Key)).ToList() is
            [(EventType.TroubleBegan, var began), (EventType.TroubleEnded, var ended)] && began == ended);
        Assert.That(put.SelectMany(told => WebhookSample.BodiesOf(told, Daemon)), Has.None.Contains("naledi"));
    }

    private UndeliveredReports Watch() => new(Outbox, Recorder(), Some.Options, new ManualTime(Some.Hour.To));

    private IOutbox Outbox()
    {
        var outbox = new Mock<IOutbox>();
        outbox.Setup(one => one.Put(It.IsAny<Notification>())).Callback<Notification>(put.Add);
        return outbox.Object;
    }

    private static EventRecorder Recorder() =>
        new(Mock.Of<IAuditLog>(), Some.Options.Zone, NullLogger<EventRecorder>.Instance);
}
