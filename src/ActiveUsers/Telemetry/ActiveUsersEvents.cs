using Athena.Common.Telemetry;
using Microsoft.Extensions.Logging;

namespace Athena.ActiveUsers.Telemetry;

/// <summary>What this daemon says in the journal, with an explanation for <c>journalctl -x</c>.</summary>
internal static class ActiveUsersEvents
{
    public static EventKind Sent { get; } = new(
        "message-sent", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0101"), LogLevel.Information,
        "A message was accepted by Telegram",
        "The entry names the window, or the alert. Accepted is not read.");

    public static EventKind NotSent { get; } = new(
        "message-not-sent", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0102"), LogLevel.Warning,
        "Telegram did not take a message",
        "The entry names the reason and what to do about it. Of the pulses only the newest is kept and tried again; alerts are all kept.\n"
        + "What somebody must put right is tried again each hour:\n"
        + "    sudo grafana-active-users check\n"
        + "    sudo grafana-active-users pulse --test");

    public static EventKind Refused { get; } = new(
        "message-refused", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0103"), LogLevel.Error,
        "Telegram refused one message for good",
        "The chat works, but not for this message; it is not tried again. This is a bug: please report the entry.");

    public static EventKind Unsure { get; } = new(
        "message-unsure", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0104"), LogLevel.Warning,
        "It is not known whether a pulse arrived",
        "The answer of Telegram was lost, or the daemon was stopped while it was sending. The pulse is not repeated, so that nobody gets\n"
        + "it twice; the next one says that this one may be missing.");

    public static EventKind Superseded { get; } = new(
        "pulse-superseded", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0105"), LogLevel.Warning,
        "A pulse was not sent in time; a newer one took its place",
        "The next pulse that arrives names the span of which none was sent. What was in it:\n"
        + "    sudo grafana-active-users once --from TIME --to TIME");

    public static EventKind ChatWorks { get; } = new(
        "chat-works", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0106"), LogLevel.Information,
        "Telegram takes messages again",
        "A message was accepted after others were not.");

    public static EventKind ChatMoved { get; } = new(
        "chat-moved", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0107"), LogLevel.Warning,
        "The Telegram group became a supergroup and has another number",
        "Messages follow it, and the number is remembered. Put the new one, which the entry names, into TELEGRAM_CHAT_ID.");

    public static EventKind AlertBegan { get; } = new(
        "alert-began", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0108"), LogLevel.Error,
        "Something is wrong with Grafana, or its log is not seen",
        "The chat was told, unless alerts are silenced. The entry says what it is and since when. How it is now:\n"
        + "    sudo grafana-active-users status");

    public static EventKind AlertOver { get; } = new(
        "alert-over", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0109"), LogLevel.Information,
        "What was wrong is over",
        "The entry says how long it lasted.");

    public static EventKind Silenced { get; } = new(
        "alerts-silenced", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0110"), LogLevel.Warning,
        "Alerts are silenced, or on again",
        "Somebody asked for it by command. Pulses go on. What is still wrong when the silence ends is told then.");

    public static EventKind WindowRead { get; } = new(
        "window-read", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0111"), LogLevel.Information,
        "A window of Grafana's log was read",
        "The entry has the figures of the window, and what of it was not seen.");

    public static EventKind NoAccount { get; } = new(
        "no-grafana-account", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0112"), LogLevel.Warning,
        "The daemon works without an account in Grafana",
        "It then shows ids instead of the names of dashboards and organisations, and cannot prove which accounts are service accounts.\n"
        + "Set GRAFANA_USER and GRAFANA_PASSWORD, or GRAFANA_TOKEN, if you want them.");

    public static EventKind UserDirectoryTrouble { get; } = new(
        "roster-trouble", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0113"), LogLevel.Warning,
        "Grafana did not tell who is who",
        "The entry says which list could not be read. Ids that no list names are treated as people. What to do:\n"
        + "    sudo grafana-active-users check");

    public static EventKind StateTrouble { get; } = new(
        "state-trouble", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0114"), LogLevel.Error,
        "The daemon's state is in trouble",
        "The state or the totals could not be written or read; the entry says which. Make room on the disk. While the state cannot be\n"
        + "written no pulse is sent, because a restart could send it a second time; alerts are.");

    public static EventKind DryRun { get; } = new(
        "pulse-dry-run", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0115"), LogLevel.Warning,
        "The daemon only says what it would send",
        "DRY_RUN or --dry-run is set: nothing is sent and nothing is remembered.");

    public static EventKind ClockSetBack { get; } = new(
        "clock-set-back", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0116"), LogLevel.Warning,
        "The clock of this machine was set back",
        "Windows had been handled whose time is still to come: the clock was ahead then. They come again, with what is written in "
        + "them now.\nIf it happens more than once, look at the machine's time synchronisation: timedatectl");

    public static EventKind MailAccepted { get; } = new(
        "alert-mail-accepted", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0117"), LogLevel.Information,
        "The mail about an alert was accepted by the mail server",
        "The entry names the alert, the recipient and the server's answer. Accepted is not read.");

    public static EventKind MailTrouble { get; } = new(
        "alert-mail-trouble", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0118"), LogLevel.Error,
        "The mail about an alert was not accepted",
        "The entry says by whom and why. It waits and is tried again for five days, unless it was refused for good; the chat has the\n"
        + "alert as well.\n"
        + "    sudo grafana-active-users check --send-test");

    public static EventKind AlertAcknowledged { get; } = new(
        "alert-acknowledged", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0119"), LogLevel.Information,
        "Somebody has taken up an alert",
        "The entry has its number, who it was, and what they do about it. What happened, from begin to end:\n"
        + "    sudo grafana-active-users incident AL-...");

    public static IReadOnlyList<EventKind> All { get; } =
    [
        Sent, NotSent, Refused, Unsure, Superseded, ChatWorks, ChatMoved, AlertBegan, AlertOver, Silenced, WindowRead, NoAccount,
        UserDirectoryTrouble, StateTrouble, DryRun, ClockSetBack, MailAccepted,
        MailTrouble, AlertAcknowledged,
    ];
}
