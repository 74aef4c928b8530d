using Athena.Common.Notify;
using Athena.Common.Notify.Delivery;
using Athena.Common.Tests.Notify.Delivery;

namespace Athena.Common.Tests.Notify;

/// <summary>When it is noticed that a channel takes nothing, and that it does again.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class ChannelSilenceTests : OutboxScenario
{
    private readonly List<SilentChannel> _began = [];
    private readonly List<SilentChannel> _over = [];

    [SetUp]
    public void Forget()
    {
        _began.Clear();
        _over.Clear();
    }

    [Test]
    public async Task What_waits_for_minutes_is_told_once_and_its_end_too()
    {
        using ChannelOutbox outbox = OpenWatched();
        Transport.Answer = (_, _) => FakeTransport.Later("mail.test:587 refused the sender: check MAIL_FROM");
        outbox.Put(Some.Mail("report/1"));
        await DeliverUntilAsync(outbox, TimeSpan.FromHours(3));

        Assert.That(_began.Single(), Is.EqualTo(new SilentChannel(Some.Morning, 1, "mail.test:587 refused the sender: check MAIL_FROM")));
        Assert.That(_over, Is.Empty);

        Transport.Answer = (_, _) => FakeTransport.Accepted;
        await DeliverUntilAsync(outbox, TimeSpan.FromHours(8));
        Assert.That(_began, Has.Count.EqualTo(1));
        Assert.That(_over, Is.EqualTo(_began));
    }

    [Test]
    public async Task A_server_that_wants_to_see_a_sender_twice_is_not_silent()
    {
        using ChannelOutbox outbox = OpenWatched();
        int asked = 0;
        Transport.Answer = (_, _) => asked++ < 2 ? FakeTransport.Later("451 4.7.1 Greylisted") : FakeTransport.Accepted;
        outbox.Put(Some.Mail("report/1"));
        await DeliverUntilAsync(outbox, TimeSpan.FromDays(1));

        Assert.That((_began.Count, _over.Count), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task One_recipient_whom_the_server_does_not_take_is_silence_although_others_have_theirs()
    {
        using ChannelOutbox outbox = OpenWatched();
        Transport.Answer = (_, recipient) => recipient.StartsWith("first2lead", StringComparison.Ordinal)
            ? FakeTransport.Later("554 5.7.1 Relay access denied")
            : FakeTransport.Accepted;
        outbox.Put(Some.Mail("report/1", "admin@hospital.example", "first2lead@elsewhere.example"));
        await DeliverUntilAsync(outbox, TimeSpan.FromHours(1));

        Assert.That(_began.Single().Problem, Does.Contain("Relay access denied"));
    }

    [Test]
    public async Task What_strangers_are_told_counts_neither_way()
    {
        using ChannelOutbox outbox = OpenWatched();
        Transport.Answer = (_, _) => FakeTransport.Later("450 4.2.1 mailbox busy");
        outbox.Put(Some.Mail("applicant/1", "knocker@example.net"));
        await DeliverUntilAsync(outbox, TimeSpan.FromHours(1));
        Assert.That(_began, Is.Empty);

        outbox.Put(Some.Mail("report/1"));
        await DeliverUntilAsync(outbox, TimeSpan.FromHours(3));
        Transport.Answer = (mail, _) => mail.Key.StartsWith("report", StringComparison.Ordinal)
            ? FakeTransport.Accepted
            : FakeTransport.Later("450 4.2.1 mailbox busy");
        await DeliverUntilAsync(outbox, TimeSpan.FromHours(8));
        Assert.That((_began.Count, _over.Count), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task After_a_restart_the_same_silence_has_the_same_key()
    {
        Transport.Answer = (_, _) => FakeTransport.Later("mail.test:587 is not reachable");
        for (int run = 0; run < 2; run++)
        {
            using ChannelOutbox outbox = OpenWatched();
            outbox.Put(Some.Mail("report/1"));
            outbox.TryAtOnce();
            await DeliverUntilAsync(outbox, TimeSpan.FromHours(1 + run));
        }

        Assert.That(_began.Select(silence => silence.Key).Distinct().Count(), Is.EqualTo(1));
        Assert.That(_began, Has.Count.EqualTo(2), "told again, and known by its key");
    }

    private ChannelOutbox OpenWatched() => ChannelOutbox.Open(
        Folder, Transport, Time, () => 0.5, Reports.Add, Troubles.Add,
        silence: new ChannelSilence(key => !key.StartsWith("applicant/", StringComparison.Ordinal), _began.Add, _over.Add, Time));

    private async Task DeliverUntilAsync(ChannelOutbox outbox, TimeSpan end)
    {
        await outbox.DeliverDueAsync(default);
        while (outbox.NextDue is { } next && next - Some.Morning < end)
        {
            if (next > Time.GetUtcNow())
                Time.Advance(next - Time.GetUtcNow());
            await outbox.DeliverDueAsync(default);
        }
    }
}
