using Athena.AutoDisable.Notify;
using Athena.AutoDisable.Notify.Mails;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Notify.Documents;

namespace Athena.AutoDisable.Tests.Notify;

/// <summary>What is said by one way of the other one's silence.</summary>
internal sealed class SilenceNoticesTests
{
    private static readonly MailOptions Options = new(
        ["one@example.org", "two@example.org"], new Uri("https://athena.example.org/"), new Brand("Athena", "Digital-On Tech", null, null),
        TimeZoneInfo.Utc);

    private static readonly SilentChannel Silence = new(
        new DateTimeOffset(2026, 11, 21, 6, 0, 0, TimeSpan.Zero), 3,
        "mail.example.org:587 refused this recipient: check MAIL_FROM (553 5.7.1 <b>Sender</b>\n address rejected https://evil.example)");

    private readonly SilenceNotices notices = new(Options);

    [Test]
    public void The_chat_hears_since_when_mails_wait_why_and_what_to_do()
    {
        var html = TelegramWriter.Html(notices.Began(Mail(), Silence).Brief!).Replace("\u200B", "", StringComparison.Ordinal);
        Assert.That(html, Does.Contain("mails do not go out").And.Contain("3 mails not sent yet").And.Contain("21 Nov 2026, 06:00"));
        Assert.That(html, Does.Contain("check MAIL_FROM").And.Contain("<code>sudo grafana-auto-disable check --send-test</code>"));
        Assert.That(html, Does.Contain("&lt;b&gt;Sender"), "a server's words are a stranger's");
    }

    [Test]
    public void The_admins_hear_that_the_chat_is_silent()
    {
        var mail = notices.Began(Chat(), Silence);
        Assert.That(mail.Recipients, Is.EqualTo(Options.To));
        Assert.That(mail.Text, Does.Contain("3 messages not sent yet").And.Contain("sudo grafana-auto-disable check --send-test"));
        Assert.That(mail.Html, Does.Not.Contain("<b>Sender").And.Not.Contain("\"https://evil.example"));
    }

    [Test]
    public void That_it_is_over_has_a_key_of_its_own()
    {
        Notification[] all = [notices.Began(Mail(), Silence), notices.Over(Mail(), Silence)];
        Assert.That(all.Select(mail => mail.Key), Is.Unique.And.All.StartsWith(Silence.Key));
        Assert.That(notices.Over(Chat(), Silence).IsUrgent, Is.False);
    }

    private static INotificationChannel Mail() =>
        Moq.Mock.Of<INotificationChannel>(channel => channel.Name == "Mail" && channel.Unit == "mail");

    private static INotificationChannel Chat() =>
        Moq.Mock.Of<INotificationChannel>(channel => channel.Name == "Telegram" && channel.Unit == "Telegram message");
}
