using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Notify.Documents;

namespace Athena.Common.Notify;

/// <summary>
/// What somebody is to be told, before a channel has made it its own: each makes of it what it can carry, once, when it is put into the
/// outbox, so that every attempt says the same.
/// </summary>
/// <param name="Key">
/// Names the effect and makes it idempotent: <c>locked/eg4xf3128fz7kd/1</c>. Two with one key are one, however often they are put into the
/// outbox.
/// </param>
/// <param name="Recipients">Mail addresses; none where it is for the site's other channels alone.</param>
/// <param name="Subject">Unicode, without line ends.</param>
/// <param name="Document">All of it.</param>
/// <param name="Brand">Whose it is.</param>
public sealed record Notification(string Key, IReadOnlyList<string> Recipients, string Subject, MailDocument Document, Brand Brand)
{
    public Severity Severity { get; init; } = Severity.Warning;

    /// <summary>The same in a few rows, for channels that are read at a glance. Null: they do not carry it.</summary>
    public TelegramText? Brief { get; init; }

    /// <summary>
    /// Keys of what needs no answer any more. A channel that was told of one of these is told how it ended, also where it takes what is
    /// critical alone.
    /// </summary>
    public IReadOnlyList<string> Settles { get; init; } = [];

    /// <summary>The document of recipients who get one of their own, by the address as it stands in <see cref="Recipients"/>.</summary>
    public IReadOnlyDictionary<string, MailDocument>? Personal { get; init; }

    /// <summary>Those with the same value belong together, as begin and end of a trouble do; null stands alone.</summary>
    public string? Thread { get; init; }

    /// <summary>Files that go with it, where a channel carries files.</summary>
    public IReadOnlyList<Attachment>? Attachments { get; init; }

    /// <summary>The same for programs, one for each thing that it is about; empty where it is nothing for them.</summary>
    public IReadOnlyList<NotificationEvent> Events { get; init; } = [];

    /// <summary>
    /// For a channel to programs: a notification for each event. One that is the only one keeps the key, so that it is taken back with the
    /// rest.
    /// </summary>
    public IEnumerable<Notification> ByEvent() =>
        Events.Count < 2 ? [this] : Events.Select(told => this with { Key = $"{Key}/{told.Key}", Events = [told] });

    /// <summary>What programs alone are told.</summary>
    public static Notification ForPrograms(string key, NotificationEvent told, Brand brand) =>
        new(key, [], told.Title, new MailDocument(told.Title, Tone.Calm, "", [], ""), brand) { Severity = Severity.Info, Events = [told] };

    /// <summary>The document as plain text, lines ended by <c>\n</c>.</summary>
    public string Text => Document.ToText(Brand);

    /// <summary>The document as a page; where the brand has a logo it shows that as <c>cid:logo</c>.</summary>
    public string Html => Document.ToHtml(Brand);

    /// <summary>The same complete in itself, for a browser.</summary>
    public string Page => Brand.Logo is { } logo ? Html.Replace("\"cid:logo\"", $"\"{logo.DataUri}\"", StringComparison.Ordinal) : Html;

    /// <summary>To be flagged, and to be sent before others.</summary>
    public bool IsUrgent => Severity == Severity.Critical;
}
