using Athena.Common.Notify;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Notify.Documents;
using Athena.Common.Settings;
using Athena.Common.Text;

namespace Athena.Common.Tests.Notify.Channels.Mail;

/// <summary>Which mails a ticket system gets, and what stands in them.</summary>
internal sealed class TicketChannelTests
{
    private const string Hostile = "root@evil.example";

    [Test]
    public void What_opens_and_what_closes_have_one_key_in_the_subject_and_one_thread_and_name_nobody()
    {
        var opens = Write(new NotificationEvent(EventType.TroubleBegan, "trouble/SignedOut/1", "it cannot sign in")
        {
            Kind = "SignedOut",
            Since = Some.Morning,
            Person = new EventPerson(Hostile, Hostile, Hostile),
        })!;
        var closes = Write(new NotificationEvent(EventType.TroubleEnded, "trouble/SignedOut/1", "it can sign in again"))!;
        Assert.Multiple(() =>
        {
            Assert.That(opens.Subject, Is.EqualTo("[grafana01/grafana-auto-disable/trouble/SignedOut/1] it cannot sign in"));
            Assert.That(closes.Subject, Is.EqualTo("[grafana01/grafana-auto-disable/trouble/SignedOut/1] Over: it can sign in again"));
            Assert.That(closes.Thread, Is.EqualTo(opens.Thread).And.Not.Empty);
            Assert.That(closes.Key, Is.Not.EqualTo(opens.Key));
            Assert.That(opens.Text, Does.StartWith("It cannot sign in.\n\nAction:   open\nEvent:    trouble.began\nKey:      grafana01/"));
            Assert.That(opens.Text, Does.Contain("Kind:     signed_out\n").And.Contain("Severity: critical\n"));
            Assert.That(closes.Text, Does.Contain("Action:   close\n"));
            Assert.That(opens.Subject + opens.Text, Does.Not.Contain("evil"));
            Assert.That(opens.Recipients, Is.EqualTo(new[] { "tickets@hospital.example" }));
        });
    }

    [Test]
    public void Nothing_else_opens_a_ticket([Values] EventType type)
    {
        var isTrouble = type is EventType.TroubleBegan or EventType.TroubleEnded or EventType.AlertBegan or EventType.AlertEnded;
        var told = new NotificationEvent(type, "key", "title");
        Assert.Multiple(() =>
        {
            Assert.That(Write(told) is not null, Is.EqualTo(isTrouble));
            Assert.That(Write(told with { Action = EventAction.Note }), Is.Null, "nothing would close it");
        });
    }

    [Test]
    public void A_site_with_several_installations_tells_them_apart_by_its_tenant()
    {
        var told = new NotificationEvent(EventType.AlertBegan, "alert/1", "x");
        Assert.That(told.KeyOf("hospital-a", "grafana01", "d"), Is.EqualTo("hospital-a/d/alert/1"));
    }

    [Test]
    public void What_is_faulty_or_missing_keeps_no_daemon_from_its_work_and_is_said()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Read(new() { ["TICKET_TO"] = "no address" }), Is.EqualTo((false, 1, 0)));
            Assert.That(Read(new() { ["TICKET_TO"] = "t@hospital.example" }), Is.EqualTo((false, 1, 0)), "no server");
            Assert.That(Read([]), Is.EqualTo((false, 0, 0)));
            Assert.That(
                Read(new()
                {
                    ["TICKET_TO"] = "t@hospital.example",
                    ["SMTP_HOST"] = "mail.hospital.example",
                    ["MAIL_FROM"] = "g@hospital.example",
                }),
                Is.EqualTo((true, 0, 0)));
        });
    }

    private static (bool IsSet, int Remarks, int Problems) Read(Dictionary<string, string> given)
    {
        var reader = new SettingsReader(new SettingsSource(given));
        var isSet = TicketSettings.Read(reader, "grafana-auto-disable") is not null;
        return (isSet, reader.Remarks.Count, reader.Problems.Count);
    }

    private static OutgoingMessage? Write(NotificationEvent told) => new TicketChannel(
        new TicketSettings(
            new SmtpSettings("mail.hospital.example", EmailAddress.Parse("grafana@hospital.example")),
            ["tickets@hospital.example"])
        {
            Daemon = "grafana-auto-disable",
            Host = "grafana01",
        },
        TimeProvider.System).Write(new Notification(
            $"key/{told.Type}", ["admin@hospital.example"], $"Subject with {Hostile}",
            new MailDocument(Hostile, Tone.Warning, "WAITING", [], ""), new Brand("Athena", "", null, null))
        {
            Severity = Severity.Critical,
            Events = [told],
        });
}
