using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Notify.Delivery;
using Athena.Tests.Shared;

namespace Athena.AutoDisable.Tests.Chat;

/// <summary>The outbox for the chat, on disk, with a chat that takes, refuses or leaves open what it is given.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
internal sealed class ChatDeliveryTests
{
    private const string Repeated = "Perhaps said before: it is not known whether it arrived then.";

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private DirectoryInfo directory = null!;
    private ManualTime time = null!;
    private ScriptedTelegram telegram = null!;
    private List<DeliveryReport> reports = null!;
    private ChannelOutbox outbox = null!;

    [SetUp]
    public void Begin()
    {
        directory = Directory.CreateTempSubdirectory("athena-chat-");
        time = new ManualTime(new DateTimeOffset(2026, 11, 21, 6, 0, 0, TimeSpan.Zero));
        telegram = new ScriptedTelegram();
        reports = [];
        Start();
    }

    [TearDown]
    public void End()
    {
        outbox.Dispose();
        directory.Delete(recursive: true);
    }

    [Test]
    public async Task A_message_is_said_once_and_its_text_is_not_kept()
    {
        Put("inside/1");
        await DeliverAsync();
        Put("inside/1");
        await DeliverAsync(TimeSpan.FromDays(1));
        Assert.Multiple(() =>
        {
            Assert.That(
                telegram.Offered, Is.EqualTo(new[] { "ACTION NEEDED\nWho: somebody\nNext: sudo grafana-auto-disable history uid:a" }));
            Assert.That(reports.Single().Verdict, Is.EqualTo(DeliveryVerdict.Accepted));
            Assert.That(File.ReadAllText(Files().Single()), Does.Contain("inside/1").And.Not.Contain("somebody"));
            Assert.That(File.GetUnixFileMode(Files().Single()), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        });
    }

    [Test]
    public async Task What_was_put_in_before_a_crash_is_said_after_it_with_a_word_about_it()
    {
        Put("inside/1");
        Restart();
        await DeliverAsync();
        Assert.That(telegram.Offered.Single(), Does.Contain(Repeated));
    }

    [Test]
    public async Task A_crash_between_the_chats_answer_and_its_record_repeats_the_message_with_a_word_about_it()
    {
        Put("inside/1");
        telegram.Answer = () => throw new OperationCanceledException(); // Killed while it is on its way.
        Assert.That(DeliverAsync, Throws.InstanceOf<OperationCanceledException>());
        telegram.Answer = () => ScriptedTelegram.Taken;
        Restart();
        await DeliverAsync();
        Put("inside/2");
        await DeliverAsync();
        Assert.Multiple(() =>
        {
            Assert.That(telegram.Offered, Has.Count.EqualTo(3));
            Assert.That(
                telegram.Offered.Select(text => text.Contains(Repeated, StringComparison.Ordinal)),
                Is.EqualTo(new[] { false, true, false }));
        });
    }

    [Test]
    public async Task A_crash_after_the_record_repeats_nothing()
    {
        Put("inside/1");
        await DeliverAsync();
        Restart();
        Put("inside/1"); // The state still owed it.
        await DeliverAsync(TimeSpan.FromMinutes(10));
        Assert.That(telegram.Offered, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task When_the_answer_is_lost_it_is_said_again_with_a_word_about_it()
    {
        telegram.Answer = () => ScriptedTelegram.AnswerLost;
        Put("inside/1");
        await DeliverAsync();
        telegram.Answer = () => ScriptedTelegram.Taken;
        await DeliverAsync(TimeSpan.FromMinutes(2));
        Assert.That(telegram.Offered.Select(text => text.Contains(Repeated, StringComparison.Ordinal)), Is.EqualTo(new[] { false, true }));
    }

    [Test]
    public async Task A_chat_that_was_down_for_hours_is_told_within_minutes_and_without_that_word()
    {
        telegram.Answer = () => ScriptedTelegram.NoConnection;
        Put("inside/1");
        for (var minutes = 0; minutes < 300; minutes++) await DeliverAsync(TimeSpan.FromMinutes(1));
        Assert.That(reports, Has.Count.EqualTo(1), "said once, not at each attempt");
        telegram.Answer = () => ScriptedTelegram.Taken;
        await DeliverAsync(LongestPause * 1.1);
        Assert.Multiple(() =>
        {
            Assert.That(reports.Last().Verdict, Is.EqualTo(DeliveryVerdict.Accepted));
            Assert.That(telegram.Offered, Has.None.Contain(Repeated));
        });
    }

    [Test]
    public async Task While_the_chat_takes_nothing_the_first_message_alone_finds_that_out()
    {
        telegram.Answer = () => ScriptedTelegram.NoConnection;
        for (var i = 0; i < 20; i++) Put($"inside/{i}");
        await DeliverAsync();
        Assert.That(telegram.Offered, Has.Count.EqualTo(1));
        telegram.Answer = () => ScriptedTelegram.Taken;
        await DeliverAsync(TimeSpan.FromMinutes(2));
        Assert.That(telegram.Offered, Has.Count.EqualTo(21));
    }

    [Test]
    public async Task After_a_429_nothing_is_offered_before_the_time_that_was_asked_for()
    {
        telegram.Answer = () => new DeliveryResult(DeliveryVerdict.Transient, "too many messages", TimeSpan.FromMinutes(20));
        Put("inside/1");
        await DeliverAsync();
        telegram.Answer = () => ScriptedTelegram.Taken;
        Put("inside/2");
        for (var minutes = 0; minutes < 19; minutes++) await DeliverAsync(TimeSpan.FromMinutes(1));
        Assert.That(telegram.Offered, Has.Count.EqualTo(1));
        await DeliverAsync(TimeSpan.FromMinutes(3));
        Assert.That(telegram.Offered, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_bot_that_was_thrown_out_is_tried_again_each_hour_and_says_what_to_do()
    {
        telegram.Answer = () => new DeliveryResult(
            DeliveryVerdict.Permanent, "the bot is not in chat -1 any more: add it again", TimeSpan.FromHours(1));
        Put("inside/1");
        await DeliverAsync();
        for (var minutes = 0; minutes < 59; minutes++) await DeliverAsync(TimeSpan.FromMinutes(1));
        Assert.Multiple(() =>
        {
            Assert.That(telegram.Offered, Has.Count.EqualTo(1));
            Assert.That(outbox.Summary.LastProblem, Does.Contain("add it again"));
            Assert.That(reports.Single().Verdict, Is.EqualTo(DeliveryVerdict.Transient));
        });
        telegram.Answer = () => ScriptedTelegram.Taken;
        await DeliverAsync(TimeSpan.FromMinutes(2));
        Assert.That(reports.Last().Verdict, Is.EqualTo(DeliveryVerdict.Accepted));
    }

    [Test]
    public async Task A_message_that_is_refused_for_itself_is_not_offered_again_and_the_next_one_is_at_once()
    {
        var answers = new Queue<DeliveryResult>(
        [
            new(DeliveryVerdict.Permanent, "api.telegram.org says 400 Bad Request"),
            ScriptedTelegram.Taken,
        ]);
        telegram.Answer = answers.Dequeue;
        Put("inside/1");
        Put("inside/2");
        await DeliverAsync();
        await DeliverAsync(TimeSpan.FromDays(1));
        Assert.That(reports.Select(report => (report.Key, report.Verdict)), Is.EquivalentTo(
            new[] { ("inside/1", DeliveryVerdict.Permanent), ("inside/2", DeliveryVerdict.Accepted) }));
    }

    [Test]
    public async Task A_fault_of_our_own_ends_nothing_and_shows_no_words_that_may_hold_the_token()
    {
        telegram.Answer = () => throw new InvalidOperationException("https://api.telegram.org/bot123:secret/sendMessage");
        Put("inside/1");
        await DeliverAsync();
        Assert.That(reports.Single().Detail, Does.Contain("InvalidOperationException").And.Not.Contain("secret"));
    }

    private void Put(string key) =>
        outbox.Put(new OutgoingMessage(
            key,
            [TelegramChannel.ChannelName],
            "ACTION NEEDED",
            "Who: somebody\nNext: sudo grafana-auto-disable history uid:a",
            null,
            IsUrgent: true));

    private Task DeliverAsync() => outbox.DeliverDueAsync(CancellationToken.None);

    private Task DeliverAsync(TimeSpan later)
    {
        time.Advance(later);
        return DeliverAsync();
    }

    private void Restart()
    {
        outbox.Dispose();
        time.Advance(TimeSpan.FromSeconds(5));
        Start();
        outbox.TryAtOnce();
    }

    private void Start() => outbox = ChannelOutbox.Open(
        directory.FullName, new TelegramChannel(telegram), time, () => 0.5, reports.Add, trouble => Assert.Fail(trouble), LongestPause);

    private string[] Files() => Directory.GetFiles(directory.FullName);
}
