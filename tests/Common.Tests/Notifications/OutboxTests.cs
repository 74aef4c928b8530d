using System.Text;
using Athena.Common.Notifications;

namespace Athena.Common.Tests.Notifications;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class OutboxTests
{
    private string _folder = "";
    private ManualTime _time = null!;
    private FakeTransport _transport = null!;
    private List<DeliveryReport> _reports = null!;
    private List<string> _troubles = null!;

    [SetUp]
    public void StartAfresh()
    {
        _folder = Path.Combine(Some.TemporaryFolder(), "outbox");
        _time = new ManualTime(Some.Morning);
        _transport = new FakeTransport();
        _reports = [];
        _troubles = [];
    }

    [TearDown]
    public void Clean() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [Test]
    public void A_mail_is_on_disk_for_its_owner_only_before_anybody_is_asked()
    {
        using Outbox outbox = Open();
        outbox.Put(Some.Mail());

        Assert.That(_transport.Attempts, Is.Empty);
        Assert.That(File.GetUnixFileMode(Files().Single()), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(File.GetUnixFileMode(_folder), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
        Assert.That(outbox.NextDue, Is.EqualTo(_time.GetUtcNow()));
        Assert.That(outbox.Summary, Is.EqualTo(new OutboxSummary(1, _time.GetUtcNow(), null, 0)));
    }

    [Test]
    public async Task An_accepted_mail_leaves_the_record_of_who_accepted_it_and_no_body()
    {
        using Outbox outbox = Open();
        outbox.Put(Some.Mail("k"));
        await outbox.DeliverDueAsync(default);

        Assert.That(_reports, Is.EqualTo(new[]
        {
            new DeliveryReport("k", "admin@hospital.example", DeliveryVerdict.Accepted, "accepted by mail.test, 250 Ok", false),
        }));
        string record = await File.ReadAllTextAsync(Files().Single());
        Assert.That(record, Does.Contain("accepted by mail.test, 250 Ok").And.Not.Contain("Nothing happens until you decide"));
        Assert.That(outbox.NextDue, Is.Null);
        Assert.That(outbox.Summary, Is.EqualTo(new OutboxSummary(0, null, null, 0)));
    }

    [Test]
    public async Task A_key_is_sent_once_however_often_it_is_put_also_after_a_restart_until_its_record_ends()
    {
        using (Outbox outbox = Open())
        {
            outbox.Put(Some.Mail("k"));
            outbox.Put(Some.Mail("k"));
            await outbox.DeliverDueAsync(default);
            outbox.Put(Some.Mail("k"));
            await outbox.DeliverDueAsync(default);
        }

        _time.Advance(TimeSpan.FromDays(29));
        using Outbox again = Open();
        again.Put(Some.Mail("k"));
        await again.DeliverDueAsync(default);
        Assert.That(_transport.Attempts, Has.Count.EqualTo(1));

        _time.Advance(TimeSpan.FromDays(2));
        await again.DeliverDueAsync(default);
        Assert.That(Files(), Is.Empty);
        again.Put(Some.Mail("k"));
        await again.DeliverDueAsync(default);
        Assert.That(_transport.Attempts, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task What_waits_survives_a_restart_whole_with_its_date_and_its_next_time()
    {
        OutgoingMail mail = Some.Mail("k/Zoë 😀\n", "admin@hospital.example", "ünï@exämple.org") with
        {
            Text = "line one\nZoë \u202E\0 end",
            Thread = "eg4xf3128fz7kd",
            IsUrgent = true,
            Attachments = [new Attachment("accounts.csv", "text/csv; charset=utf-8", [0, 1, 2, 255])],
        };
        OutgoingMail? sent = null;
        _transport.Answer = (_, _) => FakeTransport.Later("not now");
        using (Outbox outbox = Open())
        {
            outbox.Put(mail);
            await outbox.DeliverDueAsync(default);
        }

        using Outbox again = Open();
        Assert.That(again.NextDue, Is.EqualTo(_time.GetUtcNow().AddMinutes(1)));
        Assert.That(again.Summary.LastProblem, Is.EqualTo("not now"));
        _time.Advance(TimeSpan.FromMinutes(1));
        _transport.Answer = (offered, _) =>
        {
            sent = offered;
            return FakeTransport.Accepted;
        };
        await again.DeliverDueAsync(default);

        Assert.That(sent! with { Recipients = mail.Recipients, Attachments = mail.Attachments }, Is.EqualTo(mail));
        Assert.That(sent.Recipients, Is.EqualTo(mail.Recipients));
        Assert.That(sent.Attachments!.Single().Content, Is.EqualTo(mail.Attachments![0].Content));
        Assert.That(_transport.Attempts.Select(attempt => attempt.WrittenAt).Distinct().Single(), Is.EqualTo(Some.Morning));
    }

    [Test]
    public async Task Asked_to_try_at_once_it_does_not_wait_out_the_pause_of_an_earlier_run()
    {
        _transport.Answer = (_, _) => FakeTransport.Later("authentication failed");
        using (Outbox outbox = Open())
        {
            outbox.Put(Some.Mail("k", "admin@hospital.example"));
            await outbox.DeliverDueAsync(default);
        }

        using Outbox again = Open();
        _transport.Answer = (_, _) => FakeTransport.Accepted;
        again.TryAtOnce();
        await again.DeliverDueAsync(default);
        Assert.That(again.Summary.Waiting, Is.Zero);
    }

    [Test]
    public async Task A_refusal_of_one_recipient_ends_him_and_nobody_else()
    {
        _transport.Answer = (_, recipient) => recipient switch
        {
            "one@x.example" => FakeTransport.Refused,
            "two@x.example" => FakeTransport.Later("greylisted"),
            _ => FakeTransport.Accepted,
        };
        using Outbox outbox = Open();
        outbox.Put(Some.Mail("k", "one@x.example", "two@x.example", "three@x.example"));
        await outbox.DeliverDueAsync(default);
        _time.Advance(TimeSpan.FromMinutes(2));
        _transport.Answer = (_, _) => FakeTransport.Accepted;
        await outbox.DeliverDueAsync(default);

        Assert.That(_transport.Attempts[^1].Recipients, Is.EqualTo(new[] { "two@x.example" }));
        Assert.That(_reports.Select(report => (report.Recipient, report.Verdict)), Is.EqualTo(new[]
        {
            ("one@x.example", DeliveryVerdict.Permanent), ("two@x.example", DeliveryVerdict.Transient),
            ("three@x.example", DeliveryVerdict.Accepted), ("two@x.example", DeliveryVerdict.Accepted),
        }));
    }

    [Test]
    public async Task Tries_at_growing_pauses_for_five_days_and_then_says_that_it_gave_up()
    {
        _transport.Answer = (_, _) => FakeTransport.Later("mail.test:587 is not reachable");
        using Outbox outbox = Open();
        outbox.Put(Some.Mail("k"));
        List<double> minutes = [];
        while (outbox.NextDue is { } next)
        {
            minutes.Add((next - Some.Morning).TotalMinutes);
            _time.Advance(next - _time.GetUtcNow());
            await outbox.DeliverDueAsync(default);
        }

        Assert.That(minutes.Take(8), Is.EqualTo(new double[] { 0, 1, 3, 8, 18, 38, 68, 128 }));
        Assert.That(minutes[^1], Is.EqualTo(TimeSpan.FromDays(5).TotalMinutes));
        Assert.That(_transport.Attempts, Has.Count.EqualTo(minutes.Count));
        Assert.That(_reports.Select(report => report.GaveUp), Is.EqualTo(new[] { false, true }), "the first failure and the end");
    }

    [Test]
    public async Task Reports_a_failure_again_only_when_its_reason_changes()
    {
        string[] answers =
        [
            "host refused: 451 4.7.1 Greylisted (id 4F3A2B1C)", "host refused: 451 4.7.1 Greylisted (id 99AA77BB)",
            "host is not reachable", "host is not reachable", "host refused: 452 4.3.1 Disk full",
        ];
        using Outbox outbox = Open();
        outbox.Put(Some.Mail("k"));
        foreach (string answer in answers)
        {
            _transport.Answer = (_, _) => FakeTransport.Later(answer);
            await outbox.DeliverDueAsync(default);
            _time.Advance(outbox.NextDue!.Value - _time.GetUtcNow());
        }

        Assert.That(_reports.Select(report => report.Detail), Is.EqualTo(new[] { answers[0], answers[2], answers[4] }));
    }

    [Test]
    public async Task Waits_as_long_as_the_other_side_asked_for()
    {
        _transport.Answer = (_, _) => FakeTransport.Later("busy", TimeSpan.FromHours(3));
        using Outbox outbox = Open();
        outbox.Put(Some.Mail());
        await outbox.DeliverDueAsync(default);

        Assert.That(outbox.NextDue, Is.EqualTo(_time.GetUtcNow().AddHours(3)));
    }

    [Test]
    public async Task A_mail_whose_time_ended_while_nothing_ran_is_tried_once_more()
    {
        _transport.Answer = (_, _) => FakeTransport.Later("not now");
        using (Outbox outbox = Open())
            outbox.Put(Some.Mail());
        _time.Advance(TimeSpan.FromDays(20));
        using Outbox again = Open();
        await again.DeliverDueAsync(default);

        Assert.That(_transport.Attempts, Has.Count.EqualTo(1));
        Assert.That(_reports.Single().GaveUp, Is.True);
        Assert.That(again.NextDue, Is.Null);
    }

    [Test]
    public async Task A_time_that_a_wrong_clock_set_does_not_hold_a_mail_for_years()
    {
        _transport.Answer = (_, _) => FakeTransport.Later("not now");
        using Outbox outbox = Open();
        outbox.Put(Some.Mail());
        await outbox.DeliverDueAsync(default);
        _time.Advance(TimeSpan.FromDays(-1000));
        _transport.Answer = (_, _) => FakeTransport.Accepted;
        await outbox.DeliverDueAsync(default);

        Assert.That(_reports[^1].Verdict, Is.EqualTo(DeliveryVerdict.Accepted));
    }

    [Test]
    public async Task How_far_a_mail_is_can_be_asked_also_after_a_restart()
    {
        _transport.Answer = (_, recipient) => recipient == "one@x.example" ? FakeTransport.Accepted : FakeTransport.Later("450 greylisted");
        using Outbox outbox = Open();
        Assert.That(outbox.ProgressOf("k"), Is.Null);
        outbox.Put(Some.Mail("k", "one@x.example", "two@x.example"));
        Assert.That(outbox.ProgressOf("k"), Is.EqualTo(new MailProgress(null, true, null)));
        await outbox.DeliverDueAsync(default);
        Assert.That(outbox.ProgressOf("k"), Is.EqualTo(new MailProgress(null, true, "450 greylisted")), "one of two is not all");

        _time.Advance(TimeSpan.FromHours(1));
        _transport.Answer = (_, _) => FakeTransport.Accepted;
        await outbox.DeliverDueAsync(default);
        MailProgress accepted = new(_time.GetUtcNow(), false, FakeTransport.Accepted.Detail);
        Assert.That(outbox.ProgressOf("k"), Is.EqualTo(accepted));
        using Outbox again = Open();
        Assert.That(again.ProgressOf("k"), Is.EqualTo(accepted));
    }

    [Test]
    public async Task A_mail_that_was_refused_for_good_or_taken_back_waits_no_more_and_is_not_accepted()
    {
        _transport.Answer = (_, _) => FakeTransport.Refused;
        using Outbox outbox = Open();
        outbox.Put(Some.Mail("refused"));
        await outbox.DeliverDueAsync(default);
        outbox.Put(Some.Mail("back"));
        outbox.Withdraw("back");

        Assert.That(outbox.ProgressOf("refused"), Is.EqualTo(new MailProgress(null, false, FakeTransport.Refused.Detail)));
        Assert.That(outbox.ProgressOf("back"), Is.EqualTo(new MailProgress(null, false, null)));
    }

    [Test]
    public async Task Taking_a_mail_back_tells_who_has_it_already_and_stops_the_rest()
    {
        _transport.Answer = (_, recipient) => recipient == "one@x.example" ? FakeTransport.Accepted : FakeTransport.Later("not now");
        using Outbox outbox = Open();
        outbox.Put(Some.Mail("k", "one@x.example", "two@x.example"));
        await outbox.DeliverDueAsync(default);

        Assert.That(outbox.Withdraw("k"), Is.EqualTo(new[] { "one@x.example" }));
        Assert.That(outbox.Withdraw("k"), Is.EqualTo(new[] { "one@x.example" }), "however often it is asked");
        Assert.That(outbox.Withdraw("never put"), Is.Empty);
        Assert.That(outbox.NextDue, Is.Null);
        Assert.That(await File.ReadAllTextAsync(Files().Single()), Does.Not.Contain("Nothing happens"));
        using Outbox again = Open();
        Assert.That(again.NextDue, Is.Null);
        Assert.That(again.Withdraw("k"), Is.EqualTo(new[] { "one@x.example" }));
    }

    [TestCase(DeliveryVerdict.Accepted)]
    [TestCase(DeliveryVerdict.Transient)]
    public async Task A_mail_taken_back_while_it_is_under_way_counts_as_had_and_is_not_tried_again(DeliveryVerdict verdict)
    {
        using Outbox outbox = Open();
        IReadOnlyList<string> hadIt = [];
        _transport.Meanwhile = _ =>
        {
            hadIt = outbox.Withdraw("k");
            return Task.CompletedTask;
        };
        _transport.Answer = (_, _) => new DeliveryResult(verdict, "said");
        outbox.Put(Some.Mail("k"));
        await outbox.DeliverDueAsync(default);

        Assert.That(hadIt, Is.EqualTo(new[] { "admin@hospital.example" }));
        Assert.That(outbox.NextDue, Is.Null);
        Assert.That(_reports, Has.Count.EqualTo(verdict == DeliveryVerdict.Accepted ? 1 : 0));
        Assert.That(await File.ReadAllTextAsync(Files().Single()), Does.Contain(verdict == DeliveryVerdict.Accepted ? "Accepted" : "Withdrawn"));
    }

    [Test]
    public async Task A_report_may_put_the_next_mail()
    {
        Outbox? self = null;
        using Outbox outbox = Outbox.Open(_folder, _transport, _time, () => 0.5, report =>
        {
            _reports.Add(report);
            if (report.Key == "k")
                self!.Put(Some.Mail("about k"));
        }, _troubles.Add);
        self = outbox;
        _transport.Answer = (mail, _) => mail.Key == "k" ? FakeTransport.Refused : FakeTransport.Later("not now");
        outbox.Put(Some.Mail("k"));
        await outbox.DeliverDueAsync(default);

        Assert.That(_reports.Select(report => report.Key), Is.EqualTo(new[] { "k", "about k" }));
    }

    [Test]
    public async Task A_disk_that_refuses_stops_no_mail_and_is_told_once()
    {
        using Outbox outbox = Open();
        Directory.Delete(_folder, recursive: true);
        await File.WriteAllTextAsync(_folder, "not a directory: nothing can be written, whoever we are");
        outbox.Put(Some.Mail("one"));
        outbox.Put(Some.Mail("two"));

        Assert.That(_troubles, Has.Count.EqualTo(1));
        Assert.That(outbox.Summary.Unwritten, Is.EqualTo(2));
        _transport.Answer = (mail, _) => mail.Key == "one" ? FakeTransport.Accepted : FakeTransport.Later("not now");
        await outbox.DeliverDueAsync(default);
        Assert.That(_transport.Attempts, Has.Count.EqualTo(2));
        Assert.That(_troubles, Has.Count.EqualTo(1));

        File.Delete(_folder);
        _time.Advance(outbox.NextDue!.Value - _time.GetUtcNow());
        _transport.Answer = (_, _) => FakeTransport.Later("not now");
        await outbox.DeliverDueAsync(default);
        Assert.That(_troubles, Has.Count.EqualTo(2));
        Assert.That(_troubles[1], Does.Contain("well again"));
        Assert.That(outbox.Summary.Unwritten, Is.Zero);
        using Outbox again = Open();
        again.Put(Some.Mail("one"));
        Assert.That(again.Summary.Waiting, Is.EqualTo(1), "'one' was accepted, 'two' waits");
    }

    [Test]
    public async Task Unreadable_files_are_set_aside_and_told_and_the_others_are_sent()
    {
        using (Outbox outbox = Open())
        {
            outbox.Put(Some.Mail("good"));
            outbox.Put(Some.Mail("torn"));
        }

        string torn = Files().Single(file => File.ReadAllText(file).Contains("torn"));
        await File.WriteAllTextAsync(torn, (await File.ReadAllTextAsync(torn))[..100]);
        await File.WriteAllTextAsync(Path.Combine(_folder, "null.json"), "null");
        await File.WriteAllTextAsync(Path.Combine(_folder, "later.json"), """{"format":2}""");
        await File.WriteAllTextAsync(Path.Combine(_folder, "halfwritten.json.tmp"), "{");
        using Outbox again = Open();
        await again.DeliverDueAsync(default);

        Assert.That(_transport.Attempts.Single().Key, Is.EqualTo("good"));
        Assert.That(_troubles, Has.Count.EqualTo(3));
        Assert.That(_troubles, Has.All.Contain(".unreadable"));
        Assert.That(Directory.GetFiles(_folder, "*.unreadable"), Has.Length.EqualTo(3));
        Assert.That(Directory.GetFiles(_folder, "*.tmp"), Is.Empty);
    }

    [Test]
    public async Task Urgent_mails_go_first_then_the_oldest_in_one_batch()
    {
        using Outbox outbox = Open();
        outbox.Put(Some.Mail("old"));
        _time.Advance(TimeSpan.FromSeconds(1));
        outbox.Put(Some.Mail("new"));
        outbox.Put(Some.Mail("urgent") with { IsUrgent = true });
        await outbox.DeliverDueAsync(default);
        await outbox.DeliverDueAsync(default);

        Assert.That(_transport.Attempts.Select(attempt => attempt.Key), Is.EqualTo(new[] { "urgent", "old", "new" }));
        Assert.That(_transport.Batches, Is.EqualTo(1));
    }

    [Test]
    public async Task The_loop_wakes_for_a_new_mail_and_for_the_next_time_and_ends_when_asked()
    {
        TaskCompletionSource accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using Outbox outbox = Outbox.Open(_folder, _transport, _time, () => 0.5, report =>
        {
            if (report.Verdict == DeliveryVerdict.Accepted)
                accepted.SetResult();
        }, _troubles.Add);
        int attempts = 0;
        _transport.Answer = (_, _) => ++attempts == 1 ? FakeTransport.Later("not now") : FakeTransport.Accepted;
        using CancellationTokenSource stop = new();
        Task running = outbox.RunAsync(stop.Token);
        outbox.Put(Some.Mail());
        await _time.TimerSet(TimeSpan.FromMinutes(1)).WaitAsync(TimeSpan.FromSeconds(20));
        _time.Advance(TimeSpan.FromMinutes(1));
        await accepted.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await stop.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(20));

        Assert.That(attempts, Is.EqualTo(2));
    }

    [Test]
    public async Task Mails_put_by_many_threads_while_others_are_sent_are_all_sent_once()
    {
        using Outbox outbox = Open();
        Task putting = Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (int i = 0; i < 25; i++)
                outbox.Put(Some.Mail($"{thread}/{i}"));
        })));
        while (!putting.IsCompleted)
            await outbox.DeliverDueAsync(default);
        await putting;
        await outbox.DeliverDueAsync(default);

        Assert.That(_transport.Attempts.Select(attempt => attempt.Key).Distinct().Count(), Is.EqualTo(100));
        Assert.That(_transport.Attempts, Has.Count.EqualTo(100));
    }

    [Test]
    public void Text_that_is_no_Unicode_cannot_stop_a_mail()
    {
        using Outbox outbox = Open();
        outbox.Put(Some.Mail("k") with { Subject = "half \uD83D a character" });

        using Outbox again = Open();
        Assert.That(again.Summary.Waiting, Is.EqualTo(1));
        Assert.That(_troubles, Is.Empty);
        Assert.That(Encoding.UTF8.GetString(File.ReadAllBytes(Files().Single())), Does.Contain("half \\uFFFD a character"));
    }

    private Outbox Open() => Outbox.Open(_folder, _transport, _time, () => 0.5, _reports.Add, _troubles.Add);

    private string[] Files() => Directory.GetFiles(_folder, "*.json");
}
