using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Delivery;
using Athena.Common.State.Backups;

namespace Athena.Common.Tests.Notify.Delivery;

/// <summary>What is meant for one recipient alone, such as a link that decides, lies nowhere longer than it must.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class OwnBodiesTests : OutboxScenario
{
    private static OutgoingMessage Mail => Some.Mail("k", "one@x.example", "two@x.example", "all@x.example") with
    {
        Bodies = new Dictionary<string, OutgoingBody>
        {
            ["one@x.example"] = new("one's secret", "<p>one's secret</p>"),
            ["two@x.example"] = new("two's secret", "<p>two's secret</p>"),
        },
    };

    [Test]
    public async Task A_body_of_one_s_own_is_erased_when_it_was_accepted_while_others_wait()
    {
        Transport.Answer = (_, recipient) => recipient == "two@x.example" ? FakeTransport.Later("greylisted") : FakeTransport.Accepted;
        using ChannelOutbox outbox = Open();
        outbox.Put(Mail);
        Assert.That(Everything(), Does.Contain("one's secret").And.Contain("two's secret"));
        await outbox.DeliverDueAsync(default);
        Assert.That(Everything(), Does.Not.Contain("one's secret").And.Contain("two's secret"));

        Transport.Answer = (_, _) => FakeTransport.Accepted;
        Time.Advance(TimeSpan.FromHours(1));
        await outbox.DeliverDueAsync(default);
        Assert.That(Everything(), Does.Not.Contain("secret"));
        Assert.That(Directory.GetFiles(Folder), Has.Length.EqualTo(1), "the proof of who accepted it");
    }

    [Test]
    public async Task After_a_restart_each_gets_their_own()
    {
        using (ChannelOutbox outbox = Open()) outbox.Put(Mail);
        using ChannelOutbox again = Open();
        var offered = new List<OutgoingMessage>();
        Transport.Meanwhile = message => { offered.Add(message); return Task.CompletedTask; };
        await again.DeliverDueAsync(default);
        Assert.That(offered.Single().Bodies!.ToDictionary(one => one.Key, one => one.Value.Text), Is.EqualTo(new Dictionary<string, string>
        {
            ["one@x.example"] = "one's secret",
            ["two@x.example"] = "two's secret",
        }));
    }

    [TestCase("")]
    [TestCase("{")]
    [TestCase("null")]
    public async Task Where_they_are_lost_or_damaged_all_get_the_common_one(string left)
    {
        using (ChannelOutbox outbox = Open()) outbox.Put(Mail);
        var file = Directory.GetFiles(Folder, "*.own").Single();
        if (left.Length == 0) File.Delete(file);
        else await File.WriteAllTextAsync(file, left);
        using ChannelOutbox again = Open();
        var offered = new List<OutgoingMessage>();
        Transport.Meanwhile = message => { offered.Add(message); return Task.CompletedTask; };
        await again.DeliverDueAsync(default);
        Assert.That((offered.Single().Bodies, Reports.Count), Is.EqualTo((default(IReadOnlyDictionary<string, OutgoingBody>), 3)));
    }

    /// <summary>Neither whoever steals a backup nor a host on which one is restored may decide by it.</summary>
    [Test]
    public async Task A_backup_takes_the_waiting_mail_without_them()
    {
        using ChannelOutbox outbox = Open();
        outbox.Put(Mail);
        var snapshot = await BackupSnapshot.TakeAsync(
            Path.GetDirectoryName(Folder)!, new BackupContents([], [Path.GetFileName(Folder)]), TimeProvider.System, default);
        var taken = string.Concat(snapshot.Files.Select(file => System.Text.Encoding.UTF8.GetString(file.Content)));
        Assert.That(taken, Does.Contain("Nothing happens until you decide").And.Not.Contain("secret"));
    }

    private string Everything() => string.Concat(Directory.GetFiles(Folder).Select(File.ReadAllText));
}
