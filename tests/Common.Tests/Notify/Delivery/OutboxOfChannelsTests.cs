using Athena.Common.Daemon.CommandLine;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Delivery;
using Athena.Common.Notify.Documents;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.Notify.Delivery;

/// <summary>One outbox over several channels: each has its own queue, and what one of them cannot say the others do.</summary>
internal sealed class OutboxOfChannelsTests : IDeliveryWatch
{
    private readonly List<DeliveryReport> _reports = [];
    private readonly List<string> _silent = [];
    private string _folder = null!;
    private ManualTime _time = null!;
    private FakeTransport _mail = null!;
    private FakeTransport _room = null!;
    private Outbox _outbox = null!;

    [SetUp]
    public void Open()
    {
        _reports.Clear();
        _silent.Clear();
        _folder = Some.TemporaryFolder();
        _time = new ManualTime(Some.Morning);
        (_mail, _room) = (new FakeTransport(), new FakeTransport { Name = "Room" });
        Start();
    }

    [TearDown]
    public async Task Remove()
    {
        await _outbox.DisposeAsync();
        await _mail.DisposeAsync();
        await _room.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task Each_channel_has_what_it_carries_and_none_waits_for_another()
    {
        _mail.Answer = (_, _) => FakeTransport.Later("not now");
        _outbox.Put(Told("inside/1", Severity.Critical));
        await _outbox.DeliverDueAsync(default);
        Assert.Multiple(() =>
        {
            Assert.That(_outbox.Queues.Select(queue => queue.Summary.Waiting), Is.EqualTo(new[] { 1, 0 }));
            Assert.That(_reports.Select(report => (report.Channel, report.Verdict)), Is.EquivalentTo(
                new[] { ("Mail", DeliveryVerdict.Transient), ("Room", DeliveryVerdict.Accepted) }));
            Assert.That(Directory.GetDirectories(_folder).Select(Path.GetFileName), Is.EquivalentTo(new[] { "outbox", "room" }));
        });
    }

    [Test]
    public async Task A_channel_for_the_critical_is_told_that_and_how_it_ended_and_nothing_else()
    {
        _outbox.Put(Told("locked/1", Severity.Warning));
        _outbox.Put(Told("inside/2", Severity.Critical));
        await _outbox.DeliverDueAsync(default);
        _outbox.Put(Told("outcome/1", Severity.Warning) with { Settles = ["locked/1"] });
        _outbox.Put(Told("outcome/2", Severity.Warning) with { Settles = ["inside/2"] });
        await _outbox.DeliverDueAsync(default);
        Assert.That(_room.Attempts.Select(attempt => attempt.Key), Is.EqualTo(new[] { "inside/2", "outcome/2" }));
        Assert.That(_mail.Attempts, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task What_is_settled_before_it_could_be_said_is_not_said_by_any_channel()
    {
        (_mail.Answer, _room.Answer) = ((_, _) => FakeTransport.Later("not now"), (_, _) => FakeTransport.Later("not now"));
        _outbox.Put(Told("inside/1", Severity.Critical));
        await _outbox.DeliverDueAsync(default);
        Assert.That(_outbox.Withdraw("inside/1"), Is.Empty);
        _outbox.Put(Told("outcome/1", Severity.Warning) with { Settles = ["inside/1"] });
        Assert.That(_outbox.Queues.Select(queue => queue.Summary.Waiting), Is.EqualTo(new[] { 1, 0 }), "the mail of the outcome alone");
    }

    [Test]
    public async Task That_a_channel_is_silent_is_said_by_the_others_and_its_end_to_whoever_heard_of_it()
    {
        _room.Answer = (_, _) => FakeTransport.Later("the bot is not in the room");
        _outbox.Put(Told("inside/1", Severity.Critical));
        for (var minute = 0; minute < 10; minute++) await DeliverLaterAsync(TimeSpan.FromMinutes(1));
        Assert.That(_silent, Is.EqualTo(new[] { "Room" }));
        Assert.That(_mail.Attempts.Select(attempt => attempt.Key), Has.One.StartsWith("silent/"));
        _room.Answer = (_, _) => FakeTransport.Accepted;
        await DeliverLaterAsync(TimeSpan.FromHours(1));
        await DeliverLaterAsync(TimeSpan.FromSeconds(1));
        Assert.That(_mail.Attempts.Select(attempt => attempt.Key), Has.One.EndsWith("/over"));
        Assert.That(_room.Attempts.Select(attempt => attempt.Key), Has.None.StartsWith("silent/"), "a channel does not tell of itself");
    }

    [Test]
    public async Task What_keeps_every_message_out_is_no_refusal_of_this_one()
    {
        _room.Answer = (_, _) => new DeliveryResult(DeliveryVerdict.Permanent, "the bot is not in the room", TimeSpan.FromHours(1));
        _outbox.Put(Told("inside/1", Severity.Critical));
        await _outbox.DeliverDueAsync(default);
        Assert.That(_reports.Single(report => report.Channel == "Room").Verdict, Is.EqualTo(DeliveryVerdict.Transient));
        _room.Answer = (_, _) => FakeTransport.Accepted;
        await DeliverLaterAsync(TimeSpan.FromHours(2));
        Assert.That(_outbox.Queues[1].Summary.Waiting, Is.Zero);
    }

    [Test]
    public async Task Only_the_channel_that_was_found_well_is_tried_at_once()
    {
        (_mail.Answer, _room.Answer) = ((_, _) => FakeTransport.Later("not now"), (_, _) => FakeTransport.Later("not now"));
        _outbox.Put(Told("inside/1", Severity.Critical));
        await _outbox.DeliverDueAsync(default);
        WaitingMessages.Hurry(_outbox, WaitingMessages.Asking(_room));
        await _outbox.DeliverDueAsync(default);
        Assert.That((_mail.Attempts.Count, _room.Attempts.Count), Is.EqualTo((1, 2)));
    }

    [Test]
    public async Task After_a_restart_each_channel_goes_on_with_its_own()
    {
        _outbox.Put(Told("inside/1", Severity.Critical));
        await _outbox.DisposeAsync();
        Start();
        await _outbox.DeliverDueAsync(default);
        Assert.That((_mail.Attempts.Count, _room.Attempts.Count), Is.EqualTo((1, 1)));
    }

    [Test]
    public void A_dry_run_says_what_would_go_by_which_way_and_keeps_nothing()
    {
        List<string> would = [];
        DryOutbox dry = new(Routes(), message => would.Add($"{message.Recipients[0]}: {message.Key}"));
        dry.Put(Told("inside/1", Severity.Critical));
        dry.Put(Told("locked/1", Severity.Warning));
        Assert.That(would, Is.EqualTo(new[] { "one@hospital.example: inside/1", "Room: inside/1", "one@hospital.example: locked/1" }));
        Assert.That(_outbox.Queues.Select(queue => queue.Summary.Waiting), Is.All.Zero);
    }

    public void Changed(DeliveryReport report) => _reports.Add(report);

    public void Trouble(INotificationChannel channel, string sentence) => Assert.Fail($"{channel.Name}: {sentence}");

    public void Silent(INotificationChannel channel, SilentChannel silence)
    {
        _silent.Add(channel.Name);
        _outbox.Put(Told(silence.Key, Severity.Critical), except: channel);
    }

    public void Over(INotificationChannel channel, SilentChannel silence) =>
        _outbox.PutEnd(silence.Key, Told($"{silence.Key}/over", Severity.Warning), except: channel);

    private static Notification Told(string key, Severity severity) => new(
        key, ["one@hospital.example"], "A subject", new MailDocument("A title", Tone.Calm, "NOTE", [], ""),
        new Brand("Athena", "", null, null))
    { Severity = severity };

    private void Start() => _outbox = Outbox.Open(_folder, Routes(), _time, () => 0.5, this);

    private IReadOnlyList<ChannelRoute> Routes() =>
        [new(_mail, "outbox"), new(new Room(_room), "room") { IsForTheCritical = true, LongestPause = TimeSpan.FromMinutes(5) }];

    private Task DeliverLaterAsync(TimeSpan later)
    {
        _time.Advance(later);
        return _outbox.DeliverDueAsync(default);
    }

    /// <summary>A channel with one place for all.</summary>
    private sealed class Room(FakeTransport carrier) : INotificationChannel
    {
        public string Name => carrier.Name;

        public string Unit => "message";

        public bool IsOneRoom => true;

        public OutgoingMessage? Write(Notification notification) => carrier.Write(notification with { Recipients = [] });

        public Task<IReadOnlyDictionary<string, DeliveryResult>> SendAsync(DeliveryAttempt attempt, CancellationToken cancellation) =>
            carrier.SendAsync(attempt, cancellation);

        public Task<bool> CheckAsync(Athena.Common.Checks.CheckReport report, Notification? test, CancellationToken cancellation) =>
            Task.FromResult(true);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
