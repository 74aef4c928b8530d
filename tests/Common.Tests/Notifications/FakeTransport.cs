using Athena.Common.Notifications;

namespace Athena.Common.Tests.Notifications;

/// <summary>Answers as a test says, and remembers what it was asked.</summary>
internal sealed class FakeTransport : IMailTransport
{
    /// <summary>Each attempt as (key, date, recipients).</summary>
    public List<(string Key, DateTimeOffset WrittenAt, string[] Recipients)> Attempts { get; } = [];

    public int Batches { get; private set; }

    /// <summary>The answer for one recipient of one mail.</summary>
    public Func<OutgoingMail, string, DeliveryResult> Answer { get; set; } = (_, _) => Accepted;

    /// <summary>Runs while a mail is under way.</summary>
    public Func<OutgoingMail, Task> Meanwhile { get; set; } = _ => Task.CompletedTask;

    public static DeliveryResult Accepted { get; } = new(DeliveryVerdict.Accepted, "accepted by mail.test, 250 Ok");

    public static DeliveryResult Refused { get; } = new(DeliveryVerdict.Permanent, "550 5.1.1 no such user");

    public static DeliveryResult Later(string detail, TimeSpan? retryAfter = null) => new(DeliveryVerdict.Transient, detail, retryAfter);

    public async Task<IReadOnlyDictionary<string, DeliveryResult>> SendAsync(
        OutgoingMail mail, DateTimeOffset writtenAt, IReadOnlyList<string> recipients, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Attempts.Add((mail.Key, writtenAt, [.. recipients]));
        await Meanwhile(mail);
        return recipients.ToDictionary(recipient => recipient, recipient => Answer(mail, recipient));
    }

    public Task EndBatchAsync(CancellationToken cancellation)
    {
        Batches++;
        return Task.CompletedTask;
    }
}
