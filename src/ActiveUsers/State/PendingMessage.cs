using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Time;

namespace Athena.ActiveUsers.State;

/// <summary>A message that the chat does not have for sure.</summary>
/// <param name="Key">Names it in the audit: <c>pulse/2026-11-21T06:15:00Z</c>.</param>
/// <param name="About">The window of a pulse, with those before it of which nobody was told; for an alert, empty.</param>
/// <param name="IsSending">Written before it is sent and taken back when it surely was not: after a crash in between nobody knows.</param>
/// <param name="Attempts">How often it was tried.</param>
internal sealed record PendingMessage(
    string Key,
    MessageKind Kind,
    TelegramText Text,
    Window About,
    bool IsSilent,
    bool IsSending = false,
    int Attempts = 0);
