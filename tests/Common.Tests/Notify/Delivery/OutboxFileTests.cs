using System.Text;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Delivery;
using Athena.Common.Notify.Documents;

namespace Athena.Common.Tests.Notify.Delivery;

/// <summary>What of a mail is on disk, for how long, and what the disk may do to it.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class OutboxFileTests : OutboxScenario
{
    [Test]
    public void A_mail_is_on_disk_for_its_owner_only_before_anybody_is_asked()
    {
        using ChannelOutbox outbox = Open();
        outbox.Put(Some.Mail());

        Assert.That(Transport.Attempts, Is.Empty);
        Assert.That(File.GetUnixFileMode(Files().Single()), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(File.GetUnixFileMode(Folder), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
        Assert.That(outbox.NextDue, Is.EqualTo(Time.GetUtcNow()));
        Assert.That(outbox.Summary, Is.EqualTo(new OutboxSummary(1, Time.GetUtcNow(), null, 0)));
    }

    [Test]
    public async Task An_accepted_mail_leaves_the_record_of_who_accepted_it_and_no_body()
    {
        using ChannelOutbox outbox = Open();
        outbox.Put(Some.Mail("k"));
        await outbox.DeliverDueAsync(default);

        Assert.That(Reports, Is.EqualTo(new[]
        {
            new DeliveryReport("Mail", "k", "admin@hospital.example", DeliveryVerdict.Accepted, "accepted by mail.test, 250 Ok", false),
        }));
        string record = await File.ReadAllTextAsync(Files().Single());
        Assert.That(record, Does.Contain("accepted by mail.test, 250 Ok").And.Not.Contain("Nothing happens until you decide"));
        Assert.That(outbox.NextDue, Is.Null);
        Assert.That(outbox.Summary, Is.EqualTo(new OutboxSummary(0, null, null, 0)));
    }

    [Test]
    public async Task A_key_is_sent_once_however_often_it_is_put_also_after_a_restart_until_its_record_ends()
    {
        using (ChannelOutbox outbox = Open())
        {
            outbox.Put(Some.Mail("k"));
            outbox.Put(Some.Mail("k"));
            await outbox.DeliverDueAsync(default);
            outbox.Put(Some.Mail("k"));
            await outbox.DeliverDueAsync(default);
        }

        Time.Advance(TimeSpan.FromDays(29));
        using ChannelOutbox again = Open();
        again.Put(Some.Mail("k"));
        await again.DeliverDueAsync(default);
        Assert.That(Transport.Attempts, Has.Count.EqualTo(1));

        Time.Advance(TimeSpan.FromDays(2));
        await again.DeliverDueAsync(default);
        Assert.That(Files(), Is.Empty);
        again.Put(Some.Mail("k"));
        await again.DeliverDueAsync(default);
        Assert.That(Transport.Attempts, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task What_waits_survives_a_restart_whole_with_its_date_and_its_next_time()
    {
        OutgoingMessage mail = Some.Mail("k/Zoë 😀\n", "admin@hospital.example", "ünï@exämple.org") with
        {
            Text = "line one\nZoë \u202E\0 end",
            Thread = "eg4xf3128fz7kd",
            IsUrgent = true,
            Attachments = [new Attachment("accounts.csv", "text/csv; charset=utf-8", [0, 1, 2, 255])],
        };
        OutgoingMessage? sent = null;
        Transport.Answer = (_, _) => FakeTransport.Later("not now");
        using (ChannelOutbox outbox = Open())
        {
            outbox.Put(mail);
            await outbox.DeliverDueAsync(default);
        }

        using ChannelOutbox again = Open();
        Assert.That(again.NextDue, Is.EqualTo(Time.GetUtcNow().AddMinutes(1)));
        Assert.That(again.Summary.LastProblem, Is.EqualTo("not now"));
        Time.Advance(TimeSpan.FromMinutes(1));
        Transport.Answer = (offered, _) =>
        {
            sent = offered;
            return FakeTransport.Accepted;
        };
        await again.DeliverDueAsync(default);

        Assert.That(sent! with { Recipients = mail.Recipients, Attachments = mail.Attachments }, Is.EqualTo(mail));
        Assert.That(sent.Recipients, Is.EqualTo(mail.Recipients));
        Assert.That(sent.Attachments!.Single().Content, Is.EqualTo(mail.Attachments![0].Content));
        Assert.That(Transport.Attempts.Select(attempt => attempt.WrittenAt).Distinct().Single(), Is.EqualTo(Some.Morning));
    }

    [Test]
    public async Task A_disk_that_refuses_stops_no_mail_and_is_told_once()
    {
        using ChannelOutbox outbox = Open();
        Directory.Delete(Folder, recursive: true);
        await File.WriteAllTextAsync(Folder, "not a directory: nothing can be written, whoever we are");
        outbox.Put(Some.Mail("one"));
        outbox.Put(Some.Mail("two"));

        Assert.That(Troubles, Has.Count.EqualTo(1));
        Assert.That(outbox.Summary.Unwritten, Is.EqualTo(2));
        Transport.Answer = (mail, _) => mail.Key == "one" ? FakeTransport.Accepted : FakeTransport.Later("not now");
        await outbox.DeliverDueAsync(default);
        Assert.That(Transport.Attempts, Has.Count.EqualTo(2));
        Assert.That(Troubles, Has.Count.EqualTo(1));

        File.Delete(Folder);
        Time.Advance(outbox.NextDue!.Value - Time.GetUtcNow());
        Transport.Answer = (_, _) => FakeTransport.Later("not now");
        await outbox.DeliverDueAsync(default);
        Assert.That(Troubles, Has.Count.EqualTo(2));
        Assert.That(Troubles[1], Does.Contain("can be used again"));
        Assert.That(outbox.Summary.Unwritten, Is.Zero);
        using ChannelOutbox again = Open();
        again.Put(Some.Mail("one"));
        Assert.That(again.Summary.Waiting, Is.EqualTo(1), "'one' was accepted, 'two' waits");
    }

    [Test]
    public async Task Unreadable_files_are_set_aside_and_told_and_the_others_are_sent()
    {
        using (ChannelOutbox outbox = Open())
        {
            outbox.Put(Some.Mail("good"));
            outbox.Put(Some.Mail("torn"));
        }

        string torn = Files().Single(file => File.ReadAllText(file).Contains("torn"));
        await File.WriteAllTextAsync(torn, (await File.ReadAllTextAsync(torn))[..100]);
        await File.WriteAllTextAsync(Path.Combine(Folder, "null.json"), "null");
        await File.WriteAllTextAsync(Path.Combine(Folder, "later.json"), """{"format":2}""");
        await File.WriteAllTextAsync(Path.Combine(Folder, "halfwritten.json.tmp"), "{");
        using ChannelOutbox again = Open();
        await again.DeliverDueAsync(default);

        Assert.That(Transport.Attempts.Single().Key, Is.EqualTo("good"));
        Assert.That(Troubles, Has.Count.EqualTo(3));
        Assert.That(Troubles, Has.All.Contain(".unreadable"));
        Assert.That(Directory.GetFiles(Folder, "*.unreadable"), Has.Length.EqualTo(3));
        Assert.That(Directory.GetFiles(Folder, "*.tmp"), Is.Empty);
    }

    [Test]
    public async Task A_file_that_cannot_be_read_at_the_start_is_tried_again_and_not_set_aside()
    {
        using (ChannelOutbox outbox = Open())
        {
            outbox.Put(Some.Mail("good"));
            outbox.Put(Some.Mail("later"));
        }

        using Restored file = new(Files().Single(file => File.ReadAllText(file).Contains("later")));
        using ChannelOutbox again = Open();
        await again.DeliverDueAsync(default);
        Assert.That(Transport.Attempts.Single().Key, Is.EqualTo("good"));
        Assert.That(Troubles.Single(), Does.Contain("cannot be read at the moment"));
        Assert.That(again.NextDue, Is.EqualTo(Time.GetUtcNow().AddMinutes(1)));

        file.Dispose();
        Time.Advance(TimeSpan.FromMinutes(1));
        await again.DeliverDueAsync(default);
        Assert.That(Transport.Attempts[^1].Key, Is.EqualTo("later"));
        Assert.That(Directory.GetFiles(Folder, "*.unreadable"), Is.Empty);
        Assert.That(again.NextDue, Is.Null);
    }

    [Test]
    public async Task A_folder_that_cannot_be_read_at_the_start_is_read_later()
    {
        using (ChannelOutbox outbox = Open())
            outbox.Put(Some.Mail("k"));
        using Restored folder = new(Folder);
        using ChannelOutbox again = Open();
        again.Put(Some.Mail("new"));
        Assert.That(Troubles, Has.Count.EqualTo(1));

        folder.Dispose();
        Time.Advance(TimeSpan.FromMinutes(1));
        await again.DeliverDueAsync(default);
        Assert.That(Transport.Attempts.Select(attempt => attempt.Key), Is.EquivalentTo(new[] { "k", "new" }));
        Assert.That(again.Summary, Is.EqualTo(new OutboxSummary(0, null, null, 0)));
    }

    [Test]
    public void Text_that_is_no_Unicode_cannot_stop_a_mail()
    {
        using ChannelOutbox outbox = Open();
        outbox.Put(Some.Mail("k") with { Subject = "half \uD83D a character" });

        using ChannelOutbox again = Open();
        Assert.That(again.Summary.Waiting, Is.EqualTo(1));
        Assert.That(Troubles, Is.Empty);
        Assert.That(Encoding.UTF8.GetString(File.ReadAllBytes(Files().Single())), Does.Contain("half \\uFFFD a character"));
    }
}
