using Athena.Common.Telemetry;
using Microsoft.Extensions.Logging;

namespace Athena.AutoDisable.Telemetry;

/// <summary>What is said of buttons in the chat in the journal, with an explanation for <c>journalctl -x</c>.</summary>
internal static class ChatEvents
{
    public static EventKind PressRefused { get; } = new(
        "chat-press-refused", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0070"), LogLevel.Warning,
        "Somebody pressed a button in the chat who may not, and nothing was done",
        "The entry names their Telegram id. The admins get a mail, once a day for each of them. If they may decide, put the id into\n"
        + "DECISION_TELEGRAM_USER_IDS; if not, find out who lets strangers into the chat. See:\n"
        + "    /usr/share/doc/athena-workers/decisions.md");

    public static EventKind Deaf { get; } = new(
        "chat-deaf", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0071"), LogLevel.Warning,
        "Buttons in the chat do nothing",
        "Telegram does not tell the daemon what is pressed; the entry says why and what to do. Decide in Grafana meanwhile. Tried again\n"
        + "all the time. See:\n    sudo grafana-auto-disable check");

    public static EventKind Hears { get; } = new(
        "chat-hears", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0072"), LogLevel.Information,
        "Buttons in the chat work again",
        "Telegram tells the daemon what is pressed. Nothing has to be done.");

    public static IReadOnlyList<EventKind> All { get; } = [PressRefused, Deaf, Hears];
}
