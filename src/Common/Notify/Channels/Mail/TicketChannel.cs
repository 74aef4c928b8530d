using System.Text.Json;
using Athena.Common.Checks;
using Athena.Common.Time;

namespace Athena.Common.Notify.Channels.Mail;

/// <summary>
/// Mails to a ticket system: one opens a ticket, one closes it, in one thread and with the same key in the subject. Of troubles and alerts
/// alone. As what is posted to the webhook, without names or a stranger's text: others read it.
/// </summary>
public sealed class TicketChannel(TicketSettings settings, TimeProvider time) : INotificationChannel
{
    public const string ChannelName = "Ticket";

    /// <summary>Where its mails wait, in the state directory.</summary>
    public const string Folder = "tickets";

    private readonly MailChannel mail = new(settings.Smtp, time);

    /// <inheritdoc/>
    public string Name => ChannelName;

    /// <inheritdoc/>
    public string Unit => "ticket mail";

    /// <inheritdoc/>
    public bool IsForPrograms => true;

    /// <inheritdoc/>
    public OutgoingMessage? Write(Notification notification)
    {
        if (notification.Events is not [var told] || told.Action == EventAction.Note || !IsOfTrouble(told.Type)) return null;
        var key = told.KeyOf(settings.Tenant, settings.Host, settings.Daemon);
        return new OutgoingMessage(
            notification.Key, settings.To, $"[{key}] {(told.Action == EventAction.Close ? "Over: " : "")}{told.Title}",
            TextOf(notification, told, key), Html: null, Thread: $"{ChannelName}/{key}");
    }

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, DeliveryResult>> SendAsync(DeliveryAttempt attempt, CancellationToken cancellation) =>
        mail.SendAsync(attempt, cancellation);

    /// <inheritdoc/>
    public Task EndBatchAsync(CancellationToken cancellation) => mail.EndBatchAsync(cancellation);

    /// <inheritdoc/>
    /// <remarks>A test would open a ticket that nothing closes.</remarks>
    public async Task<bool> CheckAsync(CheckReport report, Notification? test, CancellationToken cancellation)
    {
        var login = await mail.TestLoginAsync(cancellation).ConfigureAwait(false);
        if (login.IsGood) report.Ok($"Tickets: troubles and alerts open and close them by mail to {settings.Recipients}");
        else report.Fail($"Tickets: {login.Sentence}", "Put right what it names; what waits goes out by itself then.");
        return login.IsGood;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => mail.DisposeAsync();

    private static bool IsOfTrouble(EventType type) => type switch
    {
        EventType.TroubleBegan or EventType.TroubleEnded or EventType.AlertBegan or EventType.AlertEnded => true,
        EventType.AccountLocked or EventType.AccountDecided or EventType.AccountCritical or EventType.ReportSent or EventType.ReportNotSeen
            or EventType.ReportSeenAgain or EventType.Test => false,
    };

    private string TextOf(Notification notification, NotificationEvent told, string key)
    {
        List<(string Name, string Value)> rows =
        [
            ("Action", told.Action == EventAction.Close ? "close" : "open"),
            ("Event", EventTypes.NameOf(told.Type)),
            ("Key", key),
            ("Severity", JsonNamingPolicy.SnakeCaseLower.ConvertName(notification.Severity.ToString())),
            ("Daemon", settings.Daemon),
            ("Host", settings.Host),
            ("Tenant", settings.Tenant.Length > 0 ? settings.Tenant : "default"),
        ];
        if (told.Kind is { } kind) rows.Insert(3, ("Kind", JsonNamingPolicy.SnakeCaseLower.ConvertName(kind)));
        if (told.Since is { } since)
            rows.Add(("Since", UtcStamp.Write(since)));
        return $"{char.ToUpperInvariant(told.Title[0])}{told.Title[1..]}.\n\n"
            + string.Concat(rows.Select(row => $"{row.Name + ":",-10}{row.Value}\n"))
            + $"\nWhat it means and what to do: sudo {settings.Daemon} status, on that host.\n";
    }
}
