using Athena.Common.Notify;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Webhook;
using Athena.Common.Notify.Delivery;
using Athena.Tests.Shared;
using static Athena.Common.Tests.Notify.Channels.Webhook.WebhookScenario;

namespace Athena.Common.Tests.Notify.Channels.Webhook;

/// <summary>The webhook under the outbox: what is tried again, how often, and under which id.</summary>
internal sealed class WebhookOutboxTests
{
    private readonly List<DeliveryReport> reports = [];
    private HookServer server = null!;
    private ManualTime time = null!;
    private string folder = null!;

    [SetUp]
    public void Open()
    {
        reports.Clear();
        (server, time, folder) = (new HookServer(), new ManualTime(Some.Morning), Some.TemporaryFolder());
    }

    [TearDown]
    public void Close()
    {
        server.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public async Task What_was_posted_and_not_answered_when_the_daemon_ended_is_posted_again_under_its_id()
    {
        server.Answer = (_, cancel) => Task.Delay(Timeout.Infinite, cancel);
        await using (var channel = Channel())
        {
            // As after kill -9: of the attempt nothing is written down.
            using var end = new CancellationTokenSource();
            var outbox = OutboxOver(channel);
            outbox.Put(channel.Write(Locked())!);
            var delivering = outbox.DeliverDueAsync(end.Token);
            while (server.Requests.IsEmpty) await Task.Yield();
            await end.CancelAsync();
            Assert.That(async () => await delivering, Throws.InstanceOf<OperationCanceledException>());
        }

        server.Answer = HookServer.Saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        time.Advance(TimeSpan.FromHours(1));
        await using var again = Channel();
        var after = OutboxOver(again);
        await after.DeliverDueAsync(CancellationToken.None);
        var posted = server.Requests.ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(posted, Has.Length.EqualTo(2));
            Assert.That((posted[1].Id, posted[1].Body), Is.EqualTo((posted[0].Id, posted[0].Body)));
            Assert.That(after.Summary.Waiting, Is.Zero);
        });
    }

    [Test]
    public async Task Nothing_is_posted_before_the_time_that_the_other_side_asks_for_nor_one_beside_another()
    {
        server.Answer = HookServer.Saying("HTTP/1.1 429 No\r\nRetry-After: 1200\r\nContent-Length: 0\r\n\r\n");
        await using var channel = Channel();
        var outbox = OutboxOver(channel);
        outbox.Put(channel.Write(Locked())!);
        outbox.Put(channel.Write(Locked("locked/another/1"))!);
        await outbox.DeliverDueAsync(CancellationToken.None);
        Assert.That(server.Requests, Has.Count.EqualTo(1), "the second need not find out by itself");
        time.Advance(TimeSpan.FromMinutes(19));
        await outbox.DeliverDueAsync(CancellationToken.None);
        Assert.That(server.Requests, Has.Count.EqualTo(1));

        server.Answer = HookServer.Saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        time.Advance(TimeSpan.FromMinutes(2));
        await outbox.DeliverDueAsync(CancellationToken.None);
        await outbox.DeliverDueAsync(CancellationToken.None);
        Assert.That((server.Requests.Count, outbox.Summary.Waiting), Is.EqualTo((3, 0)));
    }

    [Test]
    public async Task An_address_that_is_gone_is_left_alone_for_a_day_and_that_is_said()
    {
        server.Answer = HookServer.Saying("HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n");
        await using var channel = Channel();
        var outbox = OutboxOver(channel);
        for (var hour = 0; hour < 23; hour++)
        {
            outbox.Put(channel.Write(Locked($"locked/{hour}/1"))!);
            await outbox.DeliverDueAsync(CancellationToken.None);
            time.Advance(TimeSpan.FromHours(1));
        }

        Assert.Multiple(() =>
        {
            Assert.That(server.Requests, Has.Count.EqualTo(1));
            Assert.That(outbox.Summary.LastProblem, Does.Contain("the address is gone, nothing is posted any more"));
            Assert.That(reports[0].Outcome, Is.EqualTo("not yet"));
        });
    }

    [Test]
    public async Task A_notification_of_several_things_is_a_message_for_each_and_keys_are_their_own()
    {
        await using var outbox = Outbox.Open(
            folder, [.. ProgramRoutes.Of(SettingsFor(server.Url), null, time)], time, () => 0.5, new NobodyWatches());
        var told = Locked().Events[0];
        outbox.Put(Locked("digest/1") with { Events = [told, told with { Key = "account/77aa", Account = 43 }] });
        outbox.Put(Locked("reminder/1") with { Events = [] });
        await outbox.DeliverDueAsync(CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(server.Requests.Select(posted => posted.Id).Distinct().Count(), Is.EqualTo(2));
            Assert.That(server.Requests.Select(posted => posted.Body), Has.One.Contains("account/5f1c").And.One.Contains("account/77aa"));
        });
    }

    private WebhookChannel Channel() => new(SettingsFor(server.Url) with { Timeout = TimeSpan.FromDays(1) }, time);

    private ChannelOutbox OutboxOver(WebhookChannel channel) =>
        ChannelOutbox.Open(folder, channel, time, () => 0.5, reports.Add, trouble => Assert.Fail(trouble));

    private sealed class NobodyWatches : IDeliveryWatch
    {
        public void Changed(DeliveryReport report)
        {
        }

        public void Trouble(INotificationChannel channel, string sentence)
        {
        }

        public void Silent(INotificationChannel channel, SilentChannel silence)
        {
        }

        public void Over(INotificationChannel channel, SilentChannel silence)
        {
        }
    }
}
