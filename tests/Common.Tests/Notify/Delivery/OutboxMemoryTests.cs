using System.Globalization;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Delivery;
using Athena.Common.Notify.Documents;

namespace Athena.Common.Tests.Notify.Delivery;

/// <summary>More than may lie in memory waits for a server that is away: the rest is on disk alone, and none of it is lost.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class OutboxMemoryTests : OutboxScenario
{
    private const int Mails = 10;
    private const int Length = 1024 * 1024;

    private readonly Dictionary<string, int> sent = [];

    [SetUp]
    public void Remember()
    {
        sent.Clear();
        Transport.Meanwhile = mail =>
        {
            sent[mail.Key] = mail.Attachments?.Single().Content.Count(part => part == (byte)'a') ?? 0;
            return Task.CompletedTask;
        };
    }

    [Test]
    public async Task Each_is_offered_whole_again_and_again_also_after_a_restart()
    {
        Transport.Answer = (_, _) => FakeTransport.Later("421 later");
        using (var outbox = Open())
        {
            PutMany(outbox);
            await outbox.DeliverDueAsync(default);
            Assert.That(sent.Values, Is.All.EqualTo(Length));
            Assert.That(sent, Has.Count.EqualTo(Mails));
            Assert.That(outbox.Summary.Waiting, Is.EqualTo(Mails));
        }

        sent.Clear();
        Transport.Answer = (_, _) => FakeTransport.Accepted;
        using var again = Open();
        Time.Advance(TimeSpan.FromHours(1));
        await again.DeliverDueAsync(default);
        Assert.That(sent.Values, Is.All.EqualTo(Length));
        Assert.That(sent, Has.Count.EqualTo(Mails));
        Assert.That(again.Summary.Waiting, Is.Zero);
    }

    [Test]
    public void What_lies_in_memory_does_not_grow_with_what_waits()
    {
        using var outbox = Open();
        PutMany(outbox);
        var few = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 3 * Mails; i++) outbox.Put(Long($"more/{i}"));
        Assert.That(
            GC.GetTotalMemory(forceFullCollection: true) - few, Is.LessThan(3 * Length), "bytes for thirty mails of a megabyte each");
    }

    [Test]
    public async Task One_that_is_damaged_meanwhile_is_told_and_does_not_keep_the_others()
    {
        using var outbox = Open();
        PutMany(outbox);
        var before = Files();
        outbox.Put(Long("damaged"));
        await File.WriteAllTextAsync(Files().Except(before).Single(), "{");
        await outbox.DeliverDueAsync(default);
        Assert.That(sent, Has.Count.EqualTo(Mails));
        Assert.That(sent.Keys, Does.Not.Contain("damaged"));
        Assert.That(Troubles, Has.Count.EqualTo(1).And.Some.Contains("cannot be read"));
        Assert.That(outbox.Summary.Waiting, Is.Zero);
    }

    [Test]
    public async Task One_that_cannot_be_read_at_the_moment_is_tried_again_and_keeps_neither_itself_nor_the_others_back()
    {
        using var outbox = Open();
        PutMany(outbox);
        using (Unreadable(outbox, "later"))
        {
            await outbox.DeliverDueAsync(default);
            Assert.That(sent, Has.Count.EqualTo(Mails));
            Assert.That(sent.Keys, Does.Not.Contain("later"));
            Assert.That(outbox.Summary.Waiting, Is.EqualTo(1));
            Assert.That(outbox.NextDue, Is.EqualTo(Time.GetUtcNow().AddMinutes(1)), "not asked in a loop");
            Time.Advance(TimeSpan.FromMinutes(1));
            await outbox.DeliverDueAsync(default);
            Assert.That(Troubles.Single(), Does.Contain("cannot be read at the moment").And.Contains("tried again"), "told once");
        }

        Time.Advance(TimeSpan.FromMinutes(1));
        await outbox.DeliverDueAsync(default);
        Assert.That(sent["later"], Is.EqualTo(Length), "whole");
        Assert.That(outbox.Summary, Is.EqualTo(new OutboxSummary(0, null, null, 0)));
        Assert.That(Troubles, Has.Count.EqualTo(2));
        Assert.That(Troubles[1], Does.Contain("can be read again"));
    }

    [Test]
    public async Task What_becomes_of_it_while_it_cannot_be_read_is_written_later_and_never_without_its_bodies()
    {
        using (var outbox = Open())
        {
            PutMany(outbox);
            using (Unreadable(outbox, "half", "one@x.example", "two@x.example"))
            {
                outbox.Withdraw("long/3");
                outbox.TryAtOnce();
                await outbox.DeliverDueAsync(default);
                outbox.Put(Some.Mail("short"));
            }

            Transport.Answer = (_, recipient) => recipient == "one@x.example" ? FakeTransport.Accepted : FakeTransport.Later("421 later");
            Time.Advance(TimeSpan.FromMinutes(1));
            await outbox.DeliverDueAsync(default);
            Assert.That(outbox.Summary.Unwritten, Is.Zero);
        }

        sent.Clear();
        Transport.Answer = (_, _) => FakeTransport.Accepted;
        using var again = Open();
        again.TryAtOnce();
        await again.DeliverDueAsync(default);
        Assert.That(sent["half"], Is.EqualTo(Length));
        Assert.That(Transport.Attempts[^1].Recipients, Does.Not.Contain("one@x.example"), "who has it gets it once");
        Assert.That(again.Summary.Waiting, Is.Zero);
    }

    [Test]
    public async Task One_that_is_gone_is_told_and_forgotten()
    {
        using var outbox = Open();
        PutMany(outbox);
        using (Unreadable(outbox, "gone")) await outbox.DeliverDueAsync(default);
        File.Delete(Files().Single(path => new FileInfo(path).Length > Length));
        Time.Advance(TimeSpan.FromMinutes(1));
        await outbox.DeliverDueAsync(default);
        Assert.That(sent.Keys, Does.Not.Contain("gone"));
        Assert.That(Troubles[^1], Does.Contain("is gone and will not be sent"));
        Assert.That((outbox.Summary.Waiting, outbox.NextDue), Is.EqualTo((0, (DateTimeOffset?)null)));
    }

    [Test]
    public async Task Taken_back_or_hurried_it_stays_what_it_is()
    {
        Transport.Answer = (_, _) => FakeTransport.Later("421 later");
        using var outbox = Open();
        PutMany(outbox);
        await outbox.DeliverDueAsync(default);
        outbox.Withdraw("long/3");
        outbox.TryAtOnce();
        sent.Clear();
        Transport.Answer = (_, _) => FakeTransport.Accepted;
        await outbox.DeliverDueAsync(default);
        Assert.That(sent.Values, Is.All.EqualTo(Length));
        Assert.That(sent.Keys, Has.Count.EqualTo(Mails - 1).And.None.EqualTo("long/3"));
    }

    private static void PutMany(ChannelOutbox outbox)
    {
        for (var i = 0; i < Mails; i++) outbox.Put(Long(string.Create(CultureInfo.InvariantCulture, $"long/{i}")));
    }

    /// <summary>Puts in a mail whose file cannot be opened until this is disposed: the kernel says so, whoever asks.</summary>
    private Restored Unreadable(ChannelOutbox outbox, string key, params string[] recipients)
    {
        var before = Files();
        outbox.Put(Long(key, recipients));
        return new Restored(Files().Except(before).Single());
    }

    private static OutgoingMessage Long(string key, params string[] recipients) => Some.Mail(key, recipients) with
    {
        Attachments = [new Attachment("accounts.csv", "text/csv", [.. Enumerable.Repeat((byte)'a', Length)])],
    };
}
