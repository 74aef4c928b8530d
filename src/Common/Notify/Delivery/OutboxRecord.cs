using System.Text.Json.Serialization;
using Athena.Common.Notify.Channels;

namespace Athena.Common.Notify.Delivery;

/// <summary>
/// One message of the outbox as it lies on disk. Once every recipient is settled the message itself is dropped and the rest is kept as
/// proof.
/// </summary>
/// <param name="Format">Of the file; a later version of this program may raise it.</param>
/// <param name="Mail">The message, of whichever channel; called so in the files since mail was the only one. Null when finished.</param>
/// <param name="FinishedAt">Null while anybody waits.</param>
internal sealed record OutboxRecord(
    int Format, string Key, DateTimeOffset PutAt, OutgoingMessage? Mail, IReadOnlyList<OutboxRecipient> Recipients,
    DateTimeOffset? FinishedAt)
{
    public const int CurrentFormat = 1;

    /// <summary>Somebody waits.</summary>
    [JsonIgnore]
    public bool IsWaiting => FinishedAt is null;

    /// <summary>The mail's bodies are in its file alone.</summary>
    [JsonIgnore]
    public bool IsSlim { get; init; }

    /// <summary>Bytes that the mail takes in memory, about.</summary>
    [JsonIgnore]
    public long Length =>
        Mail is null
            ? 0
            : (2L * (Mail.Text.Length + (Mail.Html?.Length ?? 0)))
                + (Mail.Attachments?.Sum(attachment => (long)attachment.Content.Length) ?? 0)
                + (Mail.Bodies?.Values.Sum(body => 2L * (body.Text.Length + body.Html.Length)) ?? 0);

    /// <summary>When somebody is to be tried; null when finished.</summary>
    [JsonIgnore]
    public DateTimeOffset? NextAttempt =>
        Recipients.Where(recipient => recipient.Status == OutboxStatus.Waiting).Min(recipient => recipient.NextAttempt);

    /// <summary>What keeps somebody waiting; null when nobody waits, or nobody was tried.</summary>
    [JsonIgnore]
    public string? Problem =>
        Recipients.FirstOrDefault(recipient => recipient is { Status: OutboxStatus.Waiting, Detail: not null })?.Detail;

    public static OutboxRecord New(OutgoingMessage mail, DateTimeOffset now)
    {
        OutboxRecipient[] recipients =
        [
            .. mail.Recipients.Distinct(StringComparer.OrdinalIgnoreCase)
                .Select(address => new OutboxRecipient(address, OutboxStatus.Waiting, 0, now, null, null)),
        ];
        return new OutboxRecord(CurrentFormat, mail.Key, now, mail, recipients, null).Settled(now);
    }

    /// <summary>The same with one recipient changed; whoever waits no more needs no body of their own.</summary>
    public OutboxRecord With(OutboxRecipient changed) => this with
    {
        Recipients = [.. Recipients.Select(recipient => recipient.Address == changed.Address ? changed : recipient)],
        Mail = changed.Status != OutboxStatus.Waiting && Mail?.Bodies?.ContainsKey(changed.Address) == true
            ? Mail with { Bodies = Mail.Bodies.Where(body => body.Key != changed.Address).ToDictionary() }
            : Mail,
    };

    /// <summary>The same without the mail's bodies, which its file has.</summary>
    public OutboxRecord Slim() =>
        this with { Mail = Mail! with { Text = "", Html = null, Attachments = null, Rows = null, Bodies = null }, IsSlim = true };

    /// <summary>The same, with nobody tried before <paramref name="pause"/> is over: its file cannot be read at the moment.</summary>
    public OutboxRecord Postponed(DateTimeOffset now, TimeSpan pause) =>
        this with
        {
            Recipients =
            [
                .. Recipients.Select(recipient =>
                    recipient.IsDue(now) ? recipient with { NextAttempt = now + pause, PausedAt = now } : recipient),
            ],
        };

    /// <summary>The same, finished at <paramref name="now"/> when nobody waits any more.</summary>
    public OutboxRecord Settled(DateTimeOffset now) =>
        IsWaiting && NextAttempt is null ? this with { Mail = null, FinishedAt = now, IsSlim = false } : this;
}
