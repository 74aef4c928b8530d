using System.Globalization;
using Athena.ActiveUsers.Policy;
using Athena.ActiveUsers.Pulses;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Notify.Documents;

namespace Athena.ActiveUsers.Notify;

/// <summary>An alert and its end as a message in the chat and as a mail, and what is said by mail of the chat. Pure.</summary>
/// <param name="mail">Null where nothing goes by mail.</param>
internal sealed class AlertMessages(PulseWording wording, AlertMailOptions? mail)
{
    private const string Check = "sudo grafana-active-users check --send-test";

    private string SmallPrint =>
        $"Sent by {Identity.Worker.Daemon}{(mail?.Host is { } host ? $" on {host}" : "")} to the addresses named in OPS_MAIL_TO.";

    /// <summary>How times are shown.</summary>
    public PulseWording Wording => wording;

    /// <summary>The day in the number of an alert, as in <c>20261121</c>.</summary>
    public string DayOf(DateTimeOffset time) => wording.Clock.Day(time).Replace("-", "", StringComparison.Ordinal);

    /// <summary>Whether anything goes by mail at all.</summary>
    public bool CanMail => mail is not null;

    /// <summary>Whether what is told now goes by mail.</summary>
    /// <param name="isChatSilent">The chat takes nothing: then all of it does.</param>
    public bool GoesByMail(AlertKind kind, bool isChatSilent) =>
        mail is not null && (isChatSilent || AlertText.SeverityOf(kind) >= mail.Least);

    /// <param name="alert">Goes by mail where it says so.</param>
    /// <param name="silence">Why the chat takes nothing; null while it does.</param>
    /// <param name="isMarked">It may have been told before.</param>
    public Notification Began(OpenAlert alert, ChatSilence? silence, bool isMarked)
    {
        var (title, meaning, next) = AlertText.Words(alert.Kind);
        var severity = AlertText.SeverityOf(alert.Kind);
        var label = severity.ToString().ToUpperInvariant();
        var document = new MailDocument(Sentence(title), ToneOf(severity), label,
            [
                new MailBlock.Lead(Phrase.Of(meaning)),
                new MailBlock.Facts(
                [
                    .. NumberRow(alert),
                    ("Since", Phrase.Of(wording.Clock.DateAndClock(alert.Since))),
                    .. HostRow,
                    .. alert.Detail.Length == 0 ? [] : ((string, Phrase)[])[("What was seen", Phrase.Of(Stranger.Detail(alert.Detail)))],
                    .. silence is { } why ? [("The chat", Because(why))] : ((string, Phrase)[])[],
                ]),
                new MailBlock.Command("What to look at first, on the Grafana host", next),
                .. alert.Kind == AlertKind.VersionChanged
                    ? []
                    : (MailBlock[])[new MailBlock.Paragraph(Phrase.Of("When it is over, an answer to this mail says so."))],
                .. Mark(isMarked),
            ],
            SmallPrint);
        return Told(alert, "began", $"{label}: {title}", document) with
        {
            Events = [EventOf(alert, EventType.AlertBegan, title)],
            Severity = severity,
            Brief = Marked(AlertText.Began(alert, wording), isMarked),
        };
    }

    /// <inheritdoc cref="Began"/>
    public Notification Over(OpenAlert alert, DateTimeOffset overAt, bool isMarked)
    {
        var title = AlertText.OverTitle(alert.Kind);
        var lasted = AlertText.Spoken(overAt - alert.Since);
        var document = new MailDocument(Sentence(title), Tone.Good, "OVER",
            [
                new MailBlock.Lead(Phrase.Of($"It lasted {lasted}.")),
                new MailBlock.Facts(
                [
                    .. NumberRow(alert),
                    ("Began", Phrase.Of(wording.Clock.DateAndClock(alert.Since))),
                    ("Ended", Phrase.Of(wording.Clock.DateAndClock(overAt))),
                    .. HostRow,
                ]),
                .. Mark(isMarked),
            ],
            SmallPrint);
        var severity = AlertText.SeverityOf(alert.Kind);
        return Told(alert, "over", $"Over after {lasted}: {title}", document) with
        {
            Events = [EventOf(alert, EventType.AlertEnded, title)],
            Severity = severity == Severity.Critical ? Severity.Warning : severity,
            Brief = Marked(AlertText.Over(alert, overAt, wording), isMarked),
        };
    }

    /// <summary>Somebody has taken it up.</summary>
    public Notification Acknowledged(OpenAlert alert)
    {
        var (title, by) = (AlertText.Words(alert.Kind).Title, alert.Acknowledged!);
        var document = new MailDocument($"{Sentence(title)}: acknowledged", Tone.Calm, "ACKNOWLEDGED",
            [
                new MailBlock.Lead(Phrase.Of("Somebody has taken it up. It is not told again; its end is.")),
                new MailBlock.Facts(
                [
                    .. NumberRow(alert),
                    ("By", Phrase.Of(new Stranger(by.By, AlertText.MostName))),
                    ("At", Phrase.Of(wording.Clock.DateAndClock(by.At))),
                    ("Note", Phrase.Of(Stranger.Detail(by.Note))),
                ]),
            ],
            SmallPrint);
        var what = string.Create(CultureInfo.InvariantCulture, $"ack/{by.At.ToUnixTimeMilliseconds()}");
        return Told(alert, what, $"Acknowledged: {title}", document) with
        {
            Severity = Severity.Info,
            Brief = AlertText.Taken(alert, wording),
        };
    }

    /// <summary>By mail alone: nothing that is told in the chat arrives.</summary>
    public Notification ChatSilent(ChatSilence silence)
    {
        var document = new MailDocument("Telegram takes no messages", Tone.Warning, "ACTION NEEDED",
            [
                new MailBlock.Lead(Phrase.Of(
                    "Nobody gets pulses or alerts in the chat. Alerts of every kind go by mail until it takes messages again; what waits "
                    + "goes out by itself then.")),
                new MailBlock.Facts(
                [
                    ("Since", Phrase.Of(wording.Clock.DateAndClock(silence.Since))),
                    .. HostRow,
                    ("Why", Phrase.Of(Stranger.Detail(silence.Why))),
                ]),
                new MailBlock.Command("To see whether it helped", Check),
            ],
            SmallPrint);
        return OfChat(silence.Since, "", $"ACTION NEEDED: {document.Title}", document) with
        {
            Severity = Severity.Warning,
            Events = [ChatEvent(EventType.TroubleBegan, silence.Since, document.Title)],
        };
    }

    /// <summary>What <see cref="ChatSilent"/> told is over.</summary>
    public Notification ChatSpeaks(DateTimeOffset since, DateTimeOffset at)
    {
        var lasted = AlertText.Spoken(at - since);
        var document = new MailDocument("Telegram takes messages again", Tone.Good, "RESOLVED",
            [
                new MailBlock.Lead(Phrase.Of(
                    $"The chat has got what waited, after {lasted}. Alerts go by mail as ALERT_MAIL says it.")),
            ],
            SmallPrint);
        return OfChat(since, "/over", $"Resolved after {lasted}: {document.Title}", document) with
        {
            Events = [ChatEvent(EventType.TroubleEnded, since, document.Title)],
        };
    }

    private (string, Phrase)[] HostRow => mail?.Host is { } host ? [("Host", Phrase.Of(host))] : [];

    private static (string, Phrase)[] NumberRow(OpenAlert alert) => alert.Number is { } number ? [("Alert", Phrase.Of(number))] : [];

    private Brand Brand => mail?.Brand ?? new Brand(wording.Brand, "", null, null);

    private Notification Told(OpenAlert alert, string what, string subject, MailDocument document)
    {
        return new Notification($"{alert.Key}/{what}", alert.IsMailed ? mail?.To ?? [] : [], subject, document, Brand)
        {
            Thread = alert.Key,
        };
    }

    private Notification OfChat(DateTimeOffset since, string what, string subject, MailDocument document)
    {
        var thread = ThreadOf(since);
        return new Notification(thread + what, mail?.To ?? [], subject, document, Brand) { Thread = thread, Severity = Severity.Info };
    }

    private static string ThreadOf(DateTimeOffset chatSilentSince) =>
        string.Create(CultureInfo.InvariantCulture, $"chat-silent/{chatSilentSince.ToUnixTimeMilliseconds()}");

    /// <summary>The version has changed for good: of that nobody waits for an end.</summary>
    private static NotificationEvent EventOf(OpenAlert alert, EventType type, string title) => new(type, alert.Key, title)
    {
        Kind = alert.Kind.ToString(),
        Since = alert.Since,
        Action = alert.Kind == AlertKind.VersionChanged ? EventAction.Note : EventTypes.ActionOf(type),
    };

    private static NotificationEvent ChatEvent(EventType type, DateTimeOffset since, string title) =>
        new(type, ThreadOf(since), title) { Kind = "ChatSilent", Since = since };

    private Phrase Because(ChatSilence silence) => Phrase.Format(
        $"Takes no message since {wording.Clock.ClockWithZone(silence.Since)}, so all alerts go by mail: {Stranger.Detail(silence.Why)}");

    private static TelegramText Marked(TelegramText text, bool isMarked) => isMarked ? AlertText.Again(text) : text;

    private static MailBlock[] Mark(bool isMarked) =>
        isMarked ? [new MailBlock.Paragraph(Phrase.Of(AlertText.PerhapsSaid))] : [];

    private static Tone ToneOf(Severity severity) => severity switch
    {
        Severity.Info => Tone.Calm,
        Severity.Warning => Tone.Warning,
        Severity.Critical => Tone.Critical,
    };

    private static string Sentence(string words) => char.ToUpperInvariant(words[0]) + words[1..];
}

/// <summary>The chat has taken nothing for a while.</summary>
/// <param name="Since">The first attempt that failed.</param>
/// <param name="Why">What the last one brought.</param>
internal sealed record ChatSilence(DateTimeOffset Since, string Why);
