using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Delivery;

namespace Athena.Common.Tests.Notify.Delivery;

/// <summary>How a mail is sent once, to each recipient, in its order.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class OutboxTests : OutboxScenario
{
    [Test]
    public async Task A_refusal_of_one_recipient_ends_that_one_and_nobody_else()
    {
        Transport.Answer = (_, recipient) => recipient switch
        {
            "one@x.example" => FakeTransport.Refused,
            "two@x.example" => FakeTransport.Later("greylisted"),
            _ => FakeTransport.Accepted,
        };
        using ChannelOutbox outbox = Open();
        outbox.Put(Some.Mail("k", "one@x.example", "two@x.example", "three@x.example"));
        await outbox.DeliverDueAsync(default);
        Time.Advance(TimeSpan.FromMinutes(2));
        Transport.Answer = (_, _) => FakeTransport.Accepted;
        await outbox.DeliverDueAsync(default);

        Assert.That(Transport.Attempts[^1].Recipients, Is.EqualTo(new[] { "two@x.example" }));
        Assert.That(Reports.Select(report => (report.Recipient, report.Verdict)), Is.EqualTo(new[]
        {
            ("one@x.example", DeliveryVerdict.Permanent), ("two@x.example", DeliveryVerdict.Transient),
            ("three@x.example", DeliveryVerdict.Accepted), ("two@x.example", DeliveryVerdict.Accepted),
        }));
    }

    [Test]
    public async Task How_far_a_mail_is_can_be_asked_also_after_a_restart()
    {
        Transport.Answer = (_, recipient) => recipient == "one@x.example" ? FakeTransport.Accepted : FakeTransport.Later("450 greylisted");
        using ChannelOutbox outbox = Open();
        Assert.That(outbox.ProgressOf("k"), Is.Null);
        outbox.Put(Some.Mail("k", "one@x.example", "two@x.example"));
        Assert.That(outbox.ProgressOf("k"), Is.EqualTo(new DeliveryProgress(null, true, null)));
        await outbox.DeliverDueAsync(default);
        Assert.That(outbox.ProgressOf("k"), Is.EqualTo(new DeliveryProgress(null, true, "450 greylisted")), "one of two is not all");

        Time.Advance(TimeSpan.FromHours(1));
        Transport.Answer = (_, _) => FakeTransport.Accepted;
        await outbox.DeliverDueAsync(default);
        DeliveryProgress accepted = new(Time.GetUtcNow(), false, FakeTransport.Accepted.Detail);
        Assert.That(outbox.ProgressOf("k"), Is.EqualTo(accepted));
        using ChannelOutbox again = Open();
        Assert.That(again.ProgressOf("k"), Is.EqualTo(accepted));
    }

    [Test]
    public async Task A_mail_that_was_refused_for_good_or_taken_back_waits_no_more_and_is_not_accepted()
    {
        Transport.Answer = (_, _) => FakeTransport.Refused;
        using ChannelOutbox outbox = Open();
        outbox.Put(Some.Mail("refused"));
        await outbox.DeliverDueAsync(default);
        outbox.Put(Some.Mail("back"));
        outbox.Withdraw("back");

        Assert.That(outbox.ProgressOf("refused"), Is.EqualTo(new DeliveryProgress(null, false, FakeTransport.Refused.Detail)));
        Assert.That(outbox.ProgressOf("back"), Is.EqualTo(new DeliveryProgress(null, false, null)));
    }

    [Test]
    public async Task Taking_a_mail_back_tells_who_has_it_already_and_stops_the_rest()
    {
        Transport.Answer = (_, recipient) => recipient == "one@x.example" ? FakeTransport.Accepted : FakeTransport.Later("not now");
        using ChannelOutbox outbox = Open();
        outbox.Put(Some.Mail("k", "one@x.example", "two@x.example"));
        await outbox.DeliverDueAsync(default);

        Assert.That(outbox.Withdraw("k"), Is.EqualTo(new[] { "one@x.example" }));
        Assert.That(outbox.Withdraw("k"), Is.EqualTo(new[] { "one@x.example" }), "however often it is asked");
        Assert.That(outbox.Withdraw("never put"), Is.Empty);
        Assert.That(outbox.NextDue, Is.Null);
        Assert.That(await File.ReadAllTextAsync(Files().Single()), Does.Not.Contain("Nothing happens"));
        using ChannelOutbox again = Open();
        Assert.That(again.NextDue, Is.Null);
        Assert.That(again.Withdraw("k"), Is.EqualTo(new[] { "one@x.example" }));
    }

    [TestCase(DeliveryVerdict.Accepted)]
    [TestCase(DeliveryVerdict.Transient)]
    public async Task A_mail_taken_back_while_it_is_under_way_counts_as_had_and_is_not_tried_again(DeliveryVerdict verdict)
    {
        using ChannelOutbox outbox = Open();
        IReadOnlyList<string> hadIt = [];
        Transport.Meanwhile = _ =>
        {
            hadIt = outbox.Withdraw("k");
            return Task.CompletedTask;
        };
        Transport.Answer = (_, _) => new DeliveryResult(verdict, "said");
        outbox.Put(Some.Mail("k"));
        await outbox.DeliverDueAsync(default);

        Assert.That(hadIt, Is.EqualTo(new[] { "admin@hospital.example" }));
        Assert.That(outbox.NextDue, Is.Null);
        Assert.That(Reports, Has.Count.EqualTo(verdict == DeliveryVerdict.Accepted ? 1 : 0));
        Assert.That(
            await File.ReadAllTextAsync(Files().Single()), Does.Contain(verdict == DeliveryVerdict.Accepted ? "Accepted" : "Withdrawn"));
    }

    [Test]
    public async Task A_report_may_put_the_next_mail()
    {
        ChannelOutbox? self = null;
        using ChannelOutbox outbox = ChannelOutbox.Open(Folder, Transport, Time, () => 0.5, report =>
        {
            Reports.Add(report);
            if (report.Key == "k")
                self!.Put(Some.Mail("about k"));
        }, Troubles.Add);
        self = outbox;
        Transport.Answer = (mail, _) => mail.Key == "k" ? FakeTransport.Refused : FakeTransport.Later("not now");
        outbox.Put(Some.Mail("k"));
        await outbox.DeliverDueAsync(default);

        Assert.That(Reports.Select(report => report.Key), Is.EqualTo(new[] { "k", "about k" }));
    }

    [Test]
    public async Task Urgent_mails_go_first_then_the_oldest_in_one_batch()
    {
        using ChannelOutbox outbox = Open();
        outbox.Put(Some.Mail("old"));
        Time.Advance(TimeSpan.FromSeconds(1));
        outbox.Put(Some.Mail("new"));
        outbox.Put(Some.Mail("urgent") with { IsUrgent = true });
        await outbox.DeliverDueAsync(default);
        await outbox.DeliverDueAsync(default);

        Assert.That(Transport.Attempts.Select(attempt => attempt.Key), Is.EqualTo(new[] { "urgent", "old", "new" }));
        Assert.That(Transport.Batches, Is.EqualTo(1));
    }

    [Test]
    public async Task The_loop_wakes_for_a_new_mail_and_for_the_next_time_and_ends_when_asked()
    {
        TaskCompletionSource accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using ChannelOutbox outbox = ChannelOutbox.Open(Folder, Transport, Time, () => 0.5, report =>
        {
            if (report.Verdict == DeliveryVerdict.Accepted)
                accepted.SetResult();
        }, Troubles.Add);
        int attempts = 0;
        Transport.Answer = (_, _) => ++attempts == 1 ? FakeTransport.Later("not now") : FakeTransport.Accepted;
        using CancellationTokenSource stop = new();
        Task running = outbox.RunAsync(stop.Token);
        outbox.Put(Some.Mail());
        await Time.TimerSet(TimeSpan.FromMinutes(1)).WaitAsync(TimeSpan.FromSeconds(20));
        Time.Advance(TimeSpan.FromMinutes(1));
        await accepted.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await stop.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(20));

        Assert.That(attempts, Is.EqualTo(2));
    }

    [Test]
    public async Task Mails_put_by_many_threads_while_others_are_sent_are_all_sent_once()
    {
        using ChannelOutbox outbox = Open();
        Task putting = Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (int i = 0; i < 25; i++)
                outbox.Put(Some.Mail($"{thread}/{i}"));
        })));
        while (!putting.IsCompleted)
            await outbox.DeliverDueAsync(default);
        await putting;
        await outbox.DeliverDueAsync(default);

        Assert.That(Transport.Attempts.Select(attempt => attempt.Key).Distinct().Count(), Is.EqualTo(100));
        Assert.That(Transport.Attempts, Has.Count.EqualTo(100));
    }
}
