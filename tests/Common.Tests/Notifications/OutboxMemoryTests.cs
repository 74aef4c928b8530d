using System.Globalization;
using Athena.Common.Notifications;

namespace Athena.Common.Tests.Notifications;

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
        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - few, Is.LessThan(3 * Length), "bytes for thirty mails of a megabyte each");
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

    private static void PutMany(Outbox outbox)
    {
        for (var i = 0; i < Mails; i++) outbox.Put(Long(string.Create(CultureInfo.InvariantCulture, $"long/{i}")));
    }

    private static OutgoingMail Long(string key) => Some.Mail(key) with { Attachments = [new Attachment("accounts.csv", "text/csv", [.. Enumerable.Repeat((byte)'a', Length)])] };
}
