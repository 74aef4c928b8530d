using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Delivery;

namespace Athena.Common.Tests.Notify.Delivery;

/// <summary>When a mail that was not accepted is tried again, and what is reported of it.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class OutboxRetryTests : OutboxScenario
{
    [Test]
    public async Task Asked_to_try_at_once_it_does_not_wait_out_the_pause_of_an_earlier_run()
    {
        Transport.Answer = (_, _) => FakeTransport.Later("authentication failed");
        using (ChannelOutbox outbox = Open())
        {
            outbox.Put(Some.Mail("k", "admin@hospital.example"));
            await outbox.DeliverDueAsync(default);
        }

        using ChannelOutbox again = Open();
        Transport.Answer = (_, _) => FakeTransport.Accepted;
        again.TryAtOnce();
        await again.DeliverDueAsync(default);
        Assert.That(again.Summary.Waiting, Is.Zero);
    }

    [Test]
    public async Task What_waits_because_nobody_was_let_in_goes_out_as_soon_as_anything_does()
    {
        using ChannelOutbox outbox = Open();
        await WaitAsync(outbox, FakeTransport.Later("mail.test:587 is not reachable") with { IsShut = true });

        Assert.That(outbox.Summary.Waiting, Is.Zero, "the first of them got through, and no pause had run out");
    }

    [Test]
    public async Task Whoever_was_told_to_come_later_comes_later_whatever_else_gets_through()
    {
        using ChannelOutbox outbox = Open();
        await WaitAsync(outbox, FakeTransport.Later("mail.test:587 does not take this recipient now: 451 4.7.1 Greylisted"));

        Assert.That(outbox.Summary.Waiting, Is.EqualTo(2));
        Assert.That(Transport.Attempts.Count(attempt => attempt.Key != "new"), Is.EqualTo(2));
    }

    [Test]
    public async Task Tries_at_growing_pauses_for_five_days_and_then_says_that_it_gave_up()
    {
        Transport.Answer = (_, _) => FakeTransport.Later("mail.test:587 is not reachable");
        using ChannelOutbox outbox = Open();
        outbox.Put(Some.Mail("k"));
        List<double> minutes = [];
        while (outbox.NextDue is { } next)
        {
            minutes.Add((next - Some.Morning).TotalMinutes);
            Time.Advance(next - Time.GetUtcNow());
            await outbox.DeliverDueAsync(default);
        }

        Assert.That(minutes.Take(8), Is.EqualTo(new double[] { 0, 1, 3, 8, 18, 38, 68, 128 }));
        Assert.That(minutes[^1], Is.EqualTo(TimeSpan.FromDays(5).TotalMinutes));
        Assert.That(Transport.Attempts, Has.Count.EqualTo(minutes.Count));
        Assert.That(Reports.Select(report => report.GaveUp), Is.EqualTo(new[] { false, true }), "the first failure and the end");
    }

    [Test]
    public async Task Reports_a_failure_again_only_when_its_reason_changes()
    {
        string[] answers =
        [
            "host refused: 451 4.7.1 Greylisted (id 4F3A2B1C)", "host refused: 451 4.7.1 Greylisted (id 99AA77BB)",
            "host is not reachable", "host is not reachable", "host refused: 452 4.3.1 Disk full",
        ];
        using ChannelOutbox outbox = Open();
        outbox.Put(Some.Mail("k"));
        foreach (string answer in answers)
        {
            Transport.Answer = (_, _) => FakeTransport.Later(answer);
            await outbox.DeliverDueAsync(default);
            Time.Advance(outbox.NextDue!.Value - Time.GetUtcNow());
        }

        Assert.That(Reports.Select(report => report.Detail), Is.EqualTo(new[] { answers[0], answers[2], answers[4] }));
    }

    [Test]
    public async Task Waits_as_long_as_the_other_side_asked_for()
    {
        Transport.Answer = (_, _) => FakeTransport.Later("busy", TimeSpan.FromHours(3));
        using ChannelOutbox outbox = Open();
        outbox.Put(Some.Mail());
        await outbox.DeliverDueAsync(default);

        Assert.That(outbox.NextDue, Is.EqualTo(Time.GetUtcNow().AddHours(3)));
    }

    [Test]
    public async Task A_mail_whose_time_ended_while_nothing_ran_is_tried_once_more()
    {
        Transport.Answer = (_, _) => FakeTransport.Later("not now");
        using (ChannelOutbox outbox = Open())
            outbox.Put(Some.Mail());
        Time.Advance(TimeSpan.FromDays(20));
        using ChannelOutbox again = Open();
        await again.DeliverDueAsync(default);

        Assert.That(Transport.Attempts, Has.Count.EqualTo(1));
        Assert.That(Reports.Single().GaveUp, Is.True);
        Assert.That(again.NextDue, Is.Null);
    }

    [TestCase(2)]
    [TestCase(4 * 24)]
    [TestCase(1000 * 24)]
    public async Task A_clock_that_is_put_back_does_not_hold_a_mail_for_as_long_as_it_was_ahead(int hours)
    {
        Transport.Answer = (_, _) => FakeTransport.Later("not now");
        using ChannelOutbox outbox = Open();
        outbox.Put(Some.Mail());
        await outbox.DeliverDueAsync(default);
        Time.Advance(TimeSpan.FromHours(-hours));
        Transport.Answer = (_, _) => FakeTransport.Accepted;
        await outbox.DeliverDueAsync(default);

        Assert.That(Reports[^1].Verdict, Is.EqualTo(DeliveryVerdict.Accepted));
    }

    [Test]
    public async Task Nor_one_that_could_not_be_offered_before_it_was_put_back()
    {
        using ChannelOutbox outbox = Open();
        outbox.Put(Some.Mail());
        Time.Advance(TimeSpan.FromHours(-2));
        await outbox.DeliverDueAsync(default);

        Assert.That(Reports.Single().Verdict, Is.EqualTo(DeliveryVerdict.Accepted));
    }

    [Test]
    public async Task Put_back_while_a_mail_waits_as_long_as_the_other_side_asked_it_is_offered_once()
    {
        Transport.Answer = (_, _) => FakeTransport.Later("too many messages", TimeSpan.FromHours(20));
        using ChannelOutbox outbox = Open();
        outbox.Put(Some.Mail());
        await outbox.DeliverDueAsync(default);
        Time.Advance(TimeSpan.FromHours(-2));
        await outbox.DeliverDueAsync(default);
        await outbox.DeliverDueAsync(default);

        Assert.That(Transport.Attempts, Has.Count.EqualTo(2), "the first by the wrong clock, one by the right one, which waits in turn");
        Assert.That(outbox.NextDue, Is.EqualTo(Time.GetUtcNow().AddHours(20)));
    }

    [Test]
    public async Task A_wrong_clock_that_hurried_a_mail_at_the_start_does_not_hold_it_either()
    {
        Transport.Answer = (_, _) => FakeTransport.Later("not now");
        using (ChannelOutbox outbox = Open())
        {
            outbox.Put(Some.Mail());
            await outbox.DeliverDueAsync(default);
        }

        using ChannelOutbox again = Open();
        Time.Advance(TimeSpan.FromHours(2));
        again.TryAtOnce();
        Time.Advance(TimeSpan.FromHours(-1));
        Transport.Answer = (_, _) => FakeTransport.Accepted;
        await again.DeliverDueAsync(default);

        Assert.That(Reports[^1].Verdict, Is.EqualTo(DeliveryVerdict.Accepted));
    }

    /// <summary>Two mails get this answer; at the same time a third is accepted.</summary>
    private async Task WaitAsync(ChannelOutbox outbox, DeliveryResult answer)
    {
        Transport.Answer = (_, _) => answer;
        outbox.Put(Some.Mail("one"));
        outbox.Put(Some.Mail("two"));
        await outbox.DeliverDueAsync(default);
        Transport.Answer = (_, _) => FakeTransport.Accepted;
        outbox.Put(Some.Mail("new"));
        await outbox.DeliverDueAsync(default);
    }
}
