using Athena.AutoDisable.Notify;
using Athena.AutoDisable.Notify.Mails;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Notify.Delivery;
using Athena.Common.Notify.Documents;
using Moq;

namespace Athena.AutoDisable.Tests.Notify;

/// <summary>
/// An address of our people that does not exist is said to those who can still be told; one of a stranger's is nobody's matter.
/// </summary>
internal sealed class LostRecipientsTests
{
    private readonly List<Notification> mails = [];
    private readonly List<Notification> messages = [];

    [SetUp]
    public void Forget()
    {
        mails.Clear();
        messages.Clear();
    }

    [Test]
    public void The_others_and_the_chat_are_told_and_the_status_shows_it_until_a_mail_is_taken()
    {
        var lost = Watching("one@example.org", "two@example.org");
        lost.Take(Report("locked/u1", "two@example.org", DeliveryVerdict.Permanent));
        Assert.Multiple(() =>
        {
            Assert.That(lost.Present, Contains.Key("two@example.org"));
            Assert.That(mails.Single().Recipients, Is.EqualTo(new[] { "one@example.org" }));
            Assert.That(
                TelegramWriter.Plain(messages.Single().Brief!).Replace("\u200b", "", StringComparison.Ordinal),
                Does.Contain("two@example.org gets no mail").And.Contain("MAIL_TO").And.Contain("550"));
        });

        lost.Take(Report("locked/u3", "two@example.org", DeliveryVerdict.Accepted));
        Assert.That(lost.Present, Is.Empty);
    }

    [Test]
    public void The_same_recipient_has_the_same_key_so_that_it_is_said_once()
    {
        var lost = Watching("one@example.org", "two@example.org");
        for (var i = 0; i < 3; i++) lost.Take(Report($"locked/u{i}", "two@example.org", DeliveryVerdict.Permanent));
        Assert.That(mails.Concat(messages).Select(mail => mail.Key).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public void Where_there_is_nobody_else_the_chat_alone_is_told()
    {
        Watching("one@example.org").Take(Report("locked/u1", "one@example.org", DeliveryVerdict.Permanent));
        Assert.That((mails.Count, messages.Count), Is.EqualTo((0, 1)));
    }

    [TestCase(ApplicantKeys.Received)]
    [TestCase(ApplicantKeys.Outcome)]
    public void What_strangers_are_told_is_nobodys_matter(string key)
    {
        var lost = Watching("one@example.org", "two@example.org");
        lost.Take(Report(key + "u1/1", "stranger@example.net", DeliveryVerdict.Permanent));
        Assert.That((lost.Present.Count, mails.Count, messages.Count), Is.EqualTo((0, 0, 0)));
    }

    private static DeliveryReport Report(string key, string recipient, DeliveryVerdict verdict) =>
        new("Mail", key, recipient, verdict, "mail.example.org:25 knows no such recipient (550 5.1.1 User unknown)", GaveUp: false);

    private LostRecipients Watching(params string[] to)
    {
        var options = new MailOptions(
            to, new Uri("https://athena.example.org/"), new Brand("Athena", "Digital-On Tech", null, null), TimeZoneInfo.Utc);
        var outbox = new Mock<IOutbox>();
        outbox.Setup(box => box.Put(It.IsAny<Notification>()))
            .Callback((Notification notification) => (notification.Recipients.Count > 0 ? mails : messages).Add(notification));
        return new LostRecipients(new SilenceNotices(options), () => outbox.Object);
    }
}
