using System.Globalization;
using Athena.AutoDisable.Notify;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Notify.Delivery;
using Athena.Common.State;
using Athena.Common.Telemetry;
using Microsoft.Extensions.Logging;

namespace Athena.AutoDisable.Deciding;

/// <summary>
/// Writes down, and tells the admins, that somebody pressed a button who may not; and that presses cannot be heard. However often somebody
/// presses: once a day of each of them, and of so many.
/// </summary>
internal sealed class ChatRecorder(
    IAuditLog audit, IOutbox outbox, ChatDecisionNotices notices, ILogger<ChatRecorder> journal, TimeProvider time)
{
    private const int MostPeople = 20;

    private readonly HashSet<(long User, string Why)> told = [];
    private string? today;
    private string? deaf;

    public void Refused(TelegramPress press, string why)
    {
        var day = time.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        if (today != day) told.Clear();
        today = day;
        if (told.Count >= MostPeople || !told.Add((press.User, why))) return;
        var user = press.User.ToString(CultureInfo.InvariantCulture);
        audit.Append(new AuditEntry(
            "chat-press-refused", "chat", why, new Dictionary<string, string> { ["telegramId"] = user, ["name"] = press.Name }));
        journal.Event(
            ChatEvents.PressRefused, $"A button in the chat was pressed by Telegram id {user}, {press.Name}, and nothing was done: {why}.");
        outbox.Put(notices.Refused($"chat-press/{user}/{day}/{why}", user, press.Name, why));
    }

    /// <summary>Once for each reason; null when they are heard.</summary>
    public void Deaf(string? why)
    {
        if (why == deaf) return;
        if (why is not null) journal.Event(ChatEvents.Deaf, $"Buttons in the chat do nothing: {why}.");
        else journal.Event(ChatEvents.Hears, "Buttons in the chat work again.");
        deaf = why;
    }
}
