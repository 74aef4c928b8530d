using System.Text.Json;
using Athena.Common.Time;
using Athena.Sandbox.Mail;
using Athena.Sandbox.Telegram;

namespace Athena.Sandbox.Demo;

/// <summary>What the page is told, as plain data. Text is text: the page decides how to show it.</summary>
internal static class DemoView
{
    /// <summary>How the page and scripts call the moods of the Telegram catcher.</summary>
    public static readonly IReadOnlyDictionary<string, TelegramMood> Moods = new Dictionary<string, TelegramMood>
    {
        ["ok"] = TelegramMood.Ok,
        ["too-many"] = TelegramMood.TooMany,
        ["kicked"] = TelegramMood.Kicked,
        ["no-markup"] = TelegramMood.NoMarkup,
        ["down"] = TelegramMood.Down,
    };

    public static object State(
        StandInGrafana grafana, MailCatcher mail, TelegramCatcher telegram, DemoPageOptions options, bool? bornLocked, Guid run) => new
        {
            run,
            zone = options.Zone.Id,
            zoneName = new ZoneText(options.Zone).Name(DateTimeOffset.UtcNow),
            grafanaUrl = grafana.Url,
            singleSignOn = grafana.Provider is null ? null : new Uri($"{grafana.Url.ToString().TrimEnd('/')}/login/generic_oauth"),
            listening = grafana.IsListening,
            databaseDown = grafana.Faults.DatabaseDown,
            bornLocked,
            mailPort = mail.Port,
            mailStopped = mail.Stopped,
            telegram = Moods.Single(m => m.Value == telegram.Mood).Key,
            logFile = options.LogFile,
            auditFile = options.AuditFile,
            admin = options.AdminUser,
            prometheus = options.Prometheus,
        };

    /// <summary>
    /// The newest first. Of whoever signed up in the page's form: how many requests were answered to them, and for how many milliseconds.
    /// </summary>
    public static IEnumerable<object> Users(StandInGrafana grafana, StrangerStay stays)
    {
        var database = grafana.Database;
        return database.Users.OrderByDescending(u => u.Id).Select(u => new
        {
            id = u.Id,
            uid = u.Uid,
            login = u.Login,
            email = u.Email,
            name = u.Name,
            isAdmin = u.IsServerAdmin,
            isDisabled = u.IsDisabled,
            external = u.AuthLabel,
            created = u.Created,
            sessions = database.SessionsOf(u),
            roles = database.RolesOf(u).Values,
            answered = stays.Of(u.Email)?.Answered,
            inside = stays.Of(u.Email)?.Inside.TotalMilliseconds,
        }).ToArray();
    }

    /// <summary>What <c>status</c> of a daemon says, as far as the page shows it; null stands for a daemon that does not answer.</summary>
    public static object Row(DemoDaemon daemon, JsonElement? status)
    {
        return new
        {
            name = daemon.Name,
            running = status is not null,
            state = Part("state")?.GetString(),
            waiting = (Part("mailsWaiting") ?? Part("messagesWaiting"))?.GetInt32() ?? 0,
            trouble = (Part("mailTrouble") ?? Part("chatTrouble"))?.GetString(),
            nextAttempt = Part("nextAttempt"),
        };

        JsonElement? Part(string name) =>
            status is { } all && all.TryGetProperty(name, out var part) && part.ValueKind != JsonValueKind.Null ? part : null;
    }

    public static object Metrics(DemoDaemon daemon, string? folder) => new { name = daemon.Name, text = daemon.Metrics(folder) };

    public static object Row(CaughtMail m) =>
        new { number = m.Number, at = m.At, from = m.From, to = m.To, subject = m.Subject, messageId = m.MessageId };

    public static object Row(CaughtMessage m) =>
        new
        {
            number = m.Number,
            at = m.At,
            chat = m.Chat,
            thread = m.Thread,
            silent = m.IsSilent,
            plain = m.ParseMode is null,
            text = m.Text,
            pieces = m.Pieces,
            buttons = m.Buttons.Select(row => row.Select(one => one.Label)),
        };

    public static object Whole(CaughtMail m) => new
    {
        number = m.Number,
        at = m.At,
        from = m.From,
        to = m.To,
        subject = m.Subject,
        messageId = m.MessageId,
        headers = m.Root.Headers,
        html = m.StandaloneHtml,
        text = m.Text,
        attachments = m.Attachments.Select(a => new { name = a.FileName, type = a.MediaType, size = a.Content.Length }),
    };
}
