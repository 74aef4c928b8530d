using System.Globalization;
using Athena.ActiveUsers.Access;
using Athena.ActiveUsers.Policy;
using Athena.ActiveUsers.Pulses;
using Athena.ActiveUsers.State;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.State;
using Athena.Common.Telemetry;
using Athena.Common.Time;
using Microsoft.Extensions.Logging;

namespace Athena.ActiveUsers.Telemetry;

/// <summary>
/// Where it is written down what was said to the chat and what was wrong: one line in the journal for the sysadmin and one entry in the
/// audit, in one place. The audit has no names of users.
/// </summary>
/// <param name="counters">Counts what is in the metrics; null where nobody does.</param>
/// <param name="isAudited">Whether the audit has this case and event; asked only about what a crash may have left half done.</param>
internal sealed class EventRecorder(
    IAuditLog audit, Func<string, string, bool> isAudited, ILogger<EventRecorder> journal, PulseCounters? counters = null)
{
    /// <summary>The audit's event for what became of a mail; its case is the mail's key.</summary>
    public const string MailEvent = "mail";

    /// <summary>The same for a message to the site's program.</summary>
    public const string WebhookEvent = "webhook";

    /// <summary>The same for a mail to the ticket system.</summary>
    public const string TicketEvent = "ticket";

    /// <summary>An alert began; its case is the kind.</summary>
    public const string BeganEvent = "alert";

    /// <summary>It is over.</summary>
    public const string OverEvent = "alert-over";

    /// <summary>Somebody took it up.</summary>
    public const string AcknowledgedEvent = "alert-ack";

    /// <summary>Alerts are held back, or are so no longer.</summary>
    public const string SilenceEvent = "silence";

    // Who was told of an alert, as the audit has it.
    public const string ToldDirectly = "yes";
    public const string ToldBoth = "yes, and Alertmanager";
    public const string ToldByAlertmanager = "Alertmanager";

    /// <summary>The fact of when an alert began.</summary>
    public const string SinceFact = "since";

    private const string SentEvent = "sent";
    private const string RefusedEvent = "refused";
    private const string UnsureEvent = "unsure";

    public void Read(Pulse pulse)
    {
        counters?.Read(pulse);
        journal.Event(ActiveUsersEvents.WindowRead, string.Create(CultureInfo.InvariantCulture,
            $"{Name(pulse.Coverage.Window)}: {pulse.Figures.Users} users, {pulse.Figures.Requests} "
            + $"requests{string.Concat(pulse.Coverage.Gaps.Select(gap => "; not seen: " + gap.Why))}"));
    }

    public void Sent(PendingMessage message, DeliveryResult result) =>
        Write(ActiveUsersEvents.Sent, SentEvent, message, "accepted", result.Detail);

    public void NotSent(PendingMessage message, DeliveryResult result) =>
        Write(ActiveUsersEvents.NotSent, "not-sent", message, "not taken", result.Detail);

    public void Refused(PendingMessage message, DeliveryResult result) =>
        Write(ActiveUsersEvents.Refused, RefusedEvent, message, "refused for good", result.Detail);

    public void Unsure(PendingMessage message, string why) =>
        Write(ActiveUsersEvents.Unsure, UnsureEvent, message, "not known whether it arrived", why);

    public bool WasSent(string key) => isAudited(key, SentEvent);

    public bool WasRefused(PendingMessage message) => isAudited(message.Key, RefusedEvent);

    public bool WasLeftUnsure(PendingMessage message) => isAudited(message.Key, UnsureEvent);

    public void Superseded(PendingMessage message) =>
        Write(ActiveUsersEvents.Superseded, "superseded", message, "not sent, superseded", "");

    public void ChatWorks() => journal.Event(ActiveUsersEvents.ChatWorks, "Telegram takes messages again.");

    public void Delivery(DeliveryReport report)
    {
        audit.Append(new AuditEntry(report.IsMail ? MailEvent : report.Channel.ToLowerInvariant(), report.Key, report.Outcome,
            new Dictionary<string, string> { ["to"] = report.Recipient, ["detail"] = report.Detail }));
        var isAccepted = report.Verdict == DeliveryVerdict.Accepted;
        journal.Event(
            isAccepted ? AcceptedBy(report.Channel) : TroubleOf(report.Channel),
            $"{report.What}: {(isAccepted ? "" : report.Outcome + "; ")}{report.Detail}",
            @case: report.Key);
    }

    public void DeliveryTrouble(string channel, string sentence) => journal.Event(TroubleOf(channel), sentence);

    public void DeliveryWorks(string channel, string unit) => journal.Event(AcceptedBy(channel), $"Each {unit} that waited is taken.");

    private static EventKind AcceptedBy(string channel) =>
        channel == MailChannel.ChannelName ? ActiveUsersEvents.MailAccepted : ProgramEvents.Taken(channel);

    private static EventKind TroubleOf(string channel) =>
        channel == MailChannel.ChannelName ? ActiveUsersEvents.MailTrouble : ProgramEvents.Trouble(channel);

    public void ChatMoved(string chat, string newChat)
    {
        journal.Event(ActiveUsersEvents.ChatMoved, $"Chat {chat} is {newChat} now: set TELEGRAM_CHAT_ID={newChat}.");
        audit.Append(new AuditEntry(
            "chat-moved", "chat", "the chat has another number", new Dictionary<string, string> { ["from"] = chat, ["to"] = newChat }));
    }

    public void Alert(AlertChange change)
    {
        var (alert, overAt) = change;
        var (isTold, isPaged) = (alert.IsTold, alert.IsPaged);
        var silenced = isTold || isPaged ? "" : " (silenced)";
        var told = isTold ? isPaged ? ToldBoth : ToldDirectly : isPaged ? ToldByAlertmanager : "no";
        if (overAt is { } over)
        {
            var lasted = AlertText.Spoken(over - alert.Since);
            journal.Event(
                ActiveUsersEvents.AlertOver, $"Over after {lasted}: {AlertText.Words(alert.Kind).Title}{silenced}{Numbered(alert)}.");
            audit.Append(new AuditEntry(OverEvent, alert.Kind.ToString(), $"over after {lasted}", new Dictionary<string, string>
            {
                [SinceFact] = Rfc3339(alert.Since),
                ["at"] = Rfc3339(over),
                ["number"] = alert.Number ?? "",
                ["told"] = told,
            }));
            return;
        }

        journal.Event(ActiveUsersEvents.AlertBegan, $"{AlertText.Words(alert.Kind).Title}{silenced}{Numbered(alert)}: {alert.Detail}");
        audit.Append(new AuditEntry(BeganEvent, alert.Kind.ToString(), $"began: {alert.Kind}",
            new Dictionary<string, string>
            {
                ["number"] = alert.Number ?? "",
                ["key"] = alert.Key,
                [SinceFact] = Rfc3339(alert.Since),
                ["detail"] = alert.Detail,
                ["told"] = told,
            }));
    }

    private static string Numbered(OpenAlert alert) => alert.Number is { } number ? $" ({number})" : "";

    public void Acknowledged(OpenAlert alert)
    {
        var (_, by, note) = alert.Acknowledged!;
        journal.Event(ActiveUsersEvents.AlertAcknowledged, $"{alert.Number} ({AlertText.Words(alert.Kind).Title}) by {by}: {note}");
        audit.Append(new AuditEntry(AcknowledgedEvent, alert.Kind.ToString(), "acknowledged", new Dictionary<string, string>
        {
            ["number"] = alert.Number!,
            ["by"] = by,
            ["note"] = note,
        }));
    }

    public void Silenced(Silence? silence, string by, string reason)
    {
        var what = silence is null ? "alerts are on again" : $"alerts are silenced until {Rfc3339(silence.Until)}";
        journal.Event(ActiveUsersEvents.Silenced, $"By {by}: {what}. {reason}");
        audit.Append(new AuditEntry(SilenceEvent, "alerts", silence is null ? "off" : "on",
            new Dictionary<string, string>
            {
                ["by"] = by,
                ["reason"] = reason,
                ["until"] = silence is null ? "" : Rfc3339(silence.Until),
            }));
    }

    /// <summary>What was kept of a window can be held against this for as long as it is kept.</summary>
    public void Kept(AccessWindow window) => audit.Append(new AuditEntry(
        AccessBook.KeptEvent, window.Case, window.Verdict, new Dictionary<string, string> { [AccessBook.DigestFact] = window.Digest }));

    public void SilenceEnded() => journal.Event(ActiveUsersEvents.Silenced, "The time of silence is over; alerts are on again.");

    public void NoAccount() => journal.Event(ActiveUsersEvents.NoAccount,
        "No account in Grafana is set: there are no titles, no names of organisations, and no proof of service accounts.");

    public void UserDirectory(IEnumerable<string> problems) =>
        journal.Event(ActiveUsersEvents.UserDirectoryTrouble, string.Join(' ', problems));

    public void ClockSetBack(DateTimeOffset handledTo, DateTimeOffset from) => journal.Event(ActiveUsersEvents.ClockSetBack,
        $"Windows up to {Rfc3339(handledTo)} were handled already, which is still to come: the clock was set back. Going on at "
        + $"{Rfc3339(from)}.");

    public void Trouble(string sentence) => journal.Event(ActiveUsersEvents.StateTrouble, sentence);

    /// <summary><c>2026-11-21T06:00Z/15m</c>.</summary>
    public static string Name(Window window) =>
        $"{UtcStamp.Write(window.From)}/{Duration.Write(window.Length)}";

    private void Write(EventKind kind, string name, PendingMessage message, string verdict, string detail)
    {
        journal.Event(kind, $"{message.Key}: {verdict}{(detail.Length == 0 ? "" : "; ")}{detail}", @case: message.Key);
        audit.Append(new AuditEntry(name, message.Key, verdict, new Dictionary<string, string> { ["detail"] = detail }));
    }

    private static string Rfc3339(DateTimeOffset at) => at.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
}
