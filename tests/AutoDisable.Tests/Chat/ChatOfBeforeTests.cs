using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Notify.Delivery;
using Athena.Tests.Shared;

namespace Athena.AutoDisable.Tests.Chat;

/// <summary>What lay in the two outboxes of before, when mail and chat had one each, is sent on as it would have been.</summary>
internal sealed class ChatOfBeforeTests
{
    private static readonly DateTimeOffset WrittenAt = new(2026, 11, 29, 6, 0, 0, TimeSpan.Zero);

    private OldState old = null!;

    [SetUp]
    public void Copy() => old = new OldState("grafana-auto-disable", "before-channels");

    [TearDown]
    public void Remove() => old.Dispose();

    [Test]
    public async Task Its_messages_are_said_with_their_heading_and_command_and_the_word_that_they_may_be_known()
    {
        var telegram = new ScriptedTelegram();
        var time = new ManualTime(WrittenAt.AddHours(1));
        using (var queue = Open(telegram, time))
        {
            queue.TryAtOnce();
            await queue.DeliverDueAsync(default);
        }

        Assert.That(telegram.Offered, Is.EquivalentTo(new[] { Message("b"), Message("c") }), "what was accepted then is not said again");
        using var again = Open(telegram, time);
        await again.DeliverDueAsync(default);
        Assert.That(telegram.Offered, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Its_commands_are_shown_as_such()
    {
        var offered = await old.OfferedAsync(
            new ManualTime(WrittenAt.AddHours(1)), trouble => Assert.Fail(trouble), TelegramChannel.Folder);
        var html = offered.Select(message =>
            TelegramWriter.Html(TelegramChannel.TextOf(new DeliveryAttempt(message.Mail, WrittenAt, message.To)))).ToList();
        Assert.That(html, Has.Count.EqualTo(2));
        Assert.That(html, Is.All.StartsWith("<b>ACTION NEEDED · Athena: A new account could not be locked</b>\n")
            .And.All.Contain("Next: <code>sudo grafana-auto-disable history uid:"));
    }

    [Test]
    public async Task Its_mail_is_offered_to_both()
    {
        var (mail, to) = (await old.OfferedAsync(new ManualTime(WrittenAt.AddHours(1)), trouble => Assert.Fail(trouble))).Single();
        Assert.That((mail.Key, mail.IsUrgent, mail.Thread), Is.EqualTo(("inside/b/1", true, "account/b")));
        Assert.That(to, Is.EqualTo(new[] { "one@example.org", "two@example.org" }));
        Assert.That(mail.Html, Does.Contain("cid:logo"));
    }

    private static string Message(string uid) => $"""
        ACTION NEEDED · Athena: A new account could not be locked
        Perhaps said before: it is not known whether it arrived then.
        Who: thabo.login (uid:{uid})
        When: 29 Nov 2026, 06:00 +00:00
        This account was not approved, and it could not be locked. Whoever opened it may be inside now. The daemon goes on trying; you can act faster.
        Next: sudo grafana-auto-disable history uid:{uid}
        The mail to the admins has the rest.
        """;

    private ChannelOutbox Open(ITelegram telegram, TimeProvider time) => ChannelOutbox.Open(
        Path.Combine(old.Directory, TelegramChannel.Folder), new TelegramChannel(telegram), time, () => 0.5, _ => { },
        trouble => Assert.Fail(trouble));
}
