using Athena.Common.Checks;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels;

namespace Athena.Common.Tests.Notify.Delivery;

/// <summary>Answers as a test says, and remembers what it was asked.</summary>
internal sealed class FakeTransport : INotificationChannel
{
    /// <summary>Each attempt as (key, date, recipients).</summary>
    public List<(string Key, DateTimeOffset WrittenAt, string[] Recipients)> Attempts { get; } = [];

    public int Batches { get; private set; }

    /// <summary>The answer for one recipient of one mail.</summary>
    public Func<OutgoingMessage, string, DeliveryResult> Answer { get; set; } = (_, _) => Accepted;

    /// <summary>Runs while a mail is under way.</summary>
    public Func<OutgoingMessage, Task> Meanwhile { get; set; } = _ => Task.CompletedTask;

    public static DeliveryResult Accepted { get; } = new(DeliveryVerdict.Accepted, "accepted by mail.test, 250 Ok");

    public static DeliveryResult Refused { get; } = new(DeliveryVerdict.Permanent, "550 5.1.1 no such user");

    public static DeliveryResult Later(string detail, TimeSpan? retryAfter = null) => new(DeliveryVerdict.Transient, detail, retryAfter);

    public string Name { get; init; } = "Mail";

    public string Unit => "mail";

    public OutgoingMessage? Write(Notification notification) =>
        new(
            notification.Key,
            notification.Recipients.Count > 0 ? notification.Recipients : [Name],
            notification.Subject,
            notification.Text,
            null);

    public async Task<IReadOnlyDictionary<string, DeliveryResult>> SendAsync(DeliveryAttempt attempt, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Attempts.Add((attempt.Message.Key, attempt.PutAt, [.. attempt.Recipients]));
        await Meanwhile(attempt.Message);
        return attempt.Recipients.ToDictionary(recipient => recipient, recipient => Answer(attempt.Message, recipient));
    }

    public Task<bool> CheckAsync(CheckReport report, Notification? test, CancellationToken cancellation) => Task.FromResult(true);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public Task EndBatchAsync(CancellationToken cancellation)
    {
        Batches++;
        return Task.CompletedTask;
    }
}
