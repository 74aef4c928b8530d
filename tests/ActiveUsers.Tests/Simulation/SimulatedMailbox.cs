using Athena.Common.Checks;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Notify.Delivery;
using Athena.Tests.Shared;

namespace Athena.ActiveUsers.Tests.Simulation;

/// <summary>A mail server that is away at times, and what lies in our people's mailbox; the outbox's files are real.</summary>
internal sealed class SimulatedMailbox(CrashPoint crash) : INotificationChannel, IDisposable
{
    private readonly TemporaryDirectory folder = new();

    public string Directory => folder.Path;

    public ChannelRoute Route => new(this, MailChannel.Folder) { LongestPause = TimeSpan.FromMinutes(5) };

    /// <summary>Each once: two with one Message-ID a mailbox shows as one.</summary>
    public List<OutgoingMessage> Seen { get; } = [];

    public bool IsAway { get; set; }

    public string Name => MailChannel.ChannelName;

    public string Unit => "mail";

    public OutgoingMessage? Write(Notification notification) => MailChannel.MessageOf(notification);

    public Task<IReadOnlyDictionary<string, DeliveryResult>> SendAsync(DeliveryAttempt attempt, CancellationToken cancellation)
    {
        crash.Pass();
        if (!IsAway && Seen.TrueForAll(mail => mail.Key != attempt.Message.Key)) Seen.Add(attempt.Message);
        crash.Pass();
        var result = IsAway
            ? new DeliveryResult(DeliveryVerdict.Transient, "no connection")
            : new DeliveryResult(DeliveryVerdict.Accepted, "accepted");
        return Task.FromResult<IReadOnlyDictionary<string, DeliveryResult>>(attempt.Recipients.ToDictionary(one => one, _ => result));
    }

    public Task<bool> CheckAsync(CheckReport report, Notification? test, CancellationToken cancellation) => Task.FromResult(true);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public void Dispose() => folder.Dispose();
}
