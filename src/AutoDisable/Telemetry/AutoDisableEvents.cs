using Athena.Common.Telemetry;
using Microsoft.Extensions.Logging;

namespace Athena.AutoDisable.Telemetry;

/// <summary>What this daemon says in the journal, with an explanation for <c>journalctl -x</c>.</summary>
internal static class AutoDisableEvents
{
    public static EventKind Locked { get; } = new(
        "account-locked", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0001"), LogLevel.Warning,
        "A new account was locked: user id @ATHENA_USER_ID@",
        "Somebody opened an account in Grafana. It was disabled and its sessions were ended; the admins get a mail as soon as mail "
        + "goes out.\nNothing happens until one of them decides. To approve, enable the user in Grafana, or run\n"
        + "    sudo grafana-auto-disable approve uid:@ATHENA_CASE@\n"
        + "To reject, do nothing, or run\n"
        + "    sudo grafana-auto-disable reject uid:@ATHENA_CASE@ --delete");

    public static EventKind StillInside { get; } = new(
        "account-still-inside", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0002"), LogLevel.Critical,
        "A new account could NOT be locked: user id @ATHENA_USER_ID@",
        "The account was not approved and whoever opened it may be inside. The daemon goes on trying; the entry names the reason.\n"
        + "Accounts from single sign-on, a directory or a proxy cannot be locked through Grafana's API: lock them there.");

    public static EventKind Approved { get; } = new(
        "account-approved", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0003"), LogLevel.Information,
        "An account was approved: user id @ATHENA_USER_ID@",
        "An admin enabled the account, in Grafana or by command. It will not be locked again.");

    public static EventKind ApprovedUnseen { get; } = new(
        "account-approved-unseen", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0004"), LogLevel.Warning,
        "An account was enabled, and it could not be seen by whom: user id @ATHENA_USER_ID@",
        "The account was locked and was found enabled. Only a server admin can do that, so it counts as approved; but no line of the\n"
        + "log says who it was: router_logging is off, another node logged it, or the log has a gap. The admins get a mail as soon as "
        + "mail goes out. To undo:\n    sudo grafana-auto-disable reject uid:@ATHENA_CASE@");

    public static EventKind Rejected { get; } = new(
        "account-rejected", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0005"), LogLevel.Information,
        "An account was rejected: user id @ATHENA_USER_ID@",
        "An admin rejected or deleted the account.");

    public static EventKind Gone { get; } = new(
        "account-gone", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0006"), LogLevel.Information,
        "An account is no longer in Grafana: user id @ATHENA_USER_ID@",
        "The complete user list does not hold the account any more. Should it come back, it counts as new.");

    public static EventKind NewServerAdmin { get; } = new(
        "new-server-admin", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0007"), LogLevel.Critical,
        "A new server admin appeared: user id @ATHENA_USER_ID@",
        "Server admins are never locked, because only another server admin can make one. Make sure that one of you did.");

    public static EventKind LogGap { get; } = new(
        "log-gap", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0008"), LogLevel.Warning,
        "Grafana's log could not be followed without a gap",
        "Lines may have been missed. New accounts are found all the same, by the complete user list; but who enabled an account in that\n"
        + "time, or how somebody came, may not be known.");

    public static EventKind TroubleBegan { get; } = new(
        "trouble-began", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0009"), LogLevel.Error,
        "Something keeps @SYSLOG_IDENTIFIER@ from its work",
        "The entry says what and since when. The daemon goes on trying and says when it is over. What to do:\n"
        + "    sudo grafana-auto-disable check");

    public static EventKind TroubleOver { get; } = new(
        "trouble-over", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e000a"), LogLevel.Information,
        "What kept @SYSLOG_IDENTIFIER@ from its work is over",
        "The complete user list has been looked at; whoever came meanwhile is locked.");

    public static EventKind MailAccepted { get; } = new(
        "mail-accepted", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e000b"), LogLevel.Information,
        "A mail was accepted by the mail server",
        "The mail server took responsibility for the mail. Whether it reached its reader is not known to this host.");

    public static EventKind MailTrouble { get; } = new(
        "mail-trouble", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e000c"), LogLevel.Warning,
        "A mail could not be sent yet, or was refused",
        "The mail lies in the outbox and is tried again with growing pauses for five days, unless the entry says that it was refused for\n"
        + "good. Locking accounts does not wait for mail. To test the settings:\n"
        + "    sudo grafana-auto-disable check --send-test");

    public static EventKind DryRun { get; } = new(
        "dry-run", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e000d"), LogLevel.Warning,
        "Dry run: nothing is changed",
        "The daemon says what it would do. Nobody is locked and nothing is sent or remembered until it runs without DRY_RUN.");

    public static EventKind Looked { get; } = new(
        "first-look", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e000e"), LogLevel.Information,
        "The first complete look at the user list is done",
        "From now on each new account is locked as it appears.");

    public static EventKind StateRecovered { get; } = new(
        "state-recovered", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e000f"), LogLevel.Error,
        "The newest copy of the state was damaged; an older one was taken",
        "What happened between the two copies is found again in Grafana's list and log; an approval in that time may be reported twice.");

    public static EventKind LogContinues { get; } = new(
        "log-continues", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0010"), LogLevel.Information,
        "Grafana's log was followed on without a gap",
        "At this start every line since the last one could be read.");

    public static EventKind ShownOut { get; } = new(
        "account-shown-out", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0011"), LogLevel.Warning,
        "An external account that is not approved came back and was logged out: user id @ATHENA_USER_ID@",
        "Grafana's API cannot lock accounts from single sign-on, a directory or a proxy. Lock it there, set allow_sign_up = false "
        + "for that\nprovider in grafana.ini, or give the daemon access to Grafana's database (GRAFANA_DATABASE).");

    public static EventKind LetterFailed { get; } = new(
        "letter-failed", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0012"), LogLevel.Error,
        "A letter could not be written",
        "This is a bug: please report the entry. The daemon goes on; what the mail was to say is in the audit:\n"
        + "    sudo grafana-auto-disable pending");

    public static EventKind ChatAccepted { get; } = new(
        "chat-accepted", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0013"), LogLevel.Information,
        "A critical message was accepted by Telegram",
        "The chat of TELEGRAM_CHAT_ID has it. The mail about the same goes its own way.");

    public static EventKind ChatTrouble { get; } = new(
        "chat-trouble", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0014"), LogLevel.Warning,
        "A critical message could not be sent to Telegram yet, or something about its chat is to be put right",
        "The mail about the same is not affected, and locking accounts waits for neither. A message that Telegram did not take is tried\n"
        + "again for five days; one of which nobody knows whether it arrived is said again with a word about it. What to do:\n"
        + "    sudo grafana-auto-disable check");

    public static EventKind LeftBehind { get; } = new(
        "account-left-something", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0020"), LogLevel.Critical,
        "Somebody who is not approved made something that outlives the lock: user id @ATHENA_USER_ID@",
        "While inside they made or changed a service account, a snapshot, a public dashboard, an invitation, an API key or the\n"
        + "administration. The admins get a mail that names it and the commands that remove it. What is known of them:\n"
        + "    sudo grafana-auto-disable history uid:@ATHENA_CASE@");

    public static EventKind Restored { get; } = new(
        "gate-restored", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0021"), LogLevel.Warning,
        "The daemon works with a state out of a backup",
        "Somebody restored the daemon's state. Whoever was approved after the backup was made is not known to it: at the first look they\n"
        + "are locked, unless whoever restored it said until when the daemon was at work. The admins get a mail as soon as mail goes out. "
        + "To let somebody in again:\n    sudo grafana-auto-disable pending\n"
        + "    sudo grafana-auto-disable approve uid:…");

    public static EventKind DisabledByAdmin { get; } = new(
        "account-disabled-by-admin", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0040"), LogLevel.Information,
        "Somebody who was let in was disabled by an admin: user id @ATHENA_USER_ID@",
        "Grafana's log names the admin. Nothing has to be done; to let the person in again, enable the account in Grafana.");

    public static EventKind FoundDisabled { get; } = new(
        "account-found-disabled", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0041"), LogLevel.Warning,
        "Somebody who was let in is disabled, and nobody was seen who did it: user id @ATHENA_USER_ID@",
        "Something else may be at work, such as an old timer or a second copy of this daemon. The admins get a mail as soon as mail goes "
        + "out. To let the person in again:\n    sudo grafana-auto-disable approve uid:@ATHENA_CASE@");

    public static EventKind FoundEnabled { get; } = new(
        "account-found-enabled", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0022"), LogLevel.Critical,
        "An account that should be locked was found enabled, by nobody known: user id @ATHENA_USER_ID@",
        "More than one account was found enabled, or one that had been rejected, and no line of the log says by whom. No admin does that\n"
        + "unseen; a restored database or another version of Grafana does. Nobody is admitted by it. To answer:\n"
        + "    sudo grafana-auto-disable approve --found uid:@ATHENA_CASE@\n"
        + "    sudo grafana-auto-disable relock --found uid:@ATHENA_CASE@\n"
        + "Without an answer those whom the daemon had locked are locked again after 15 minutes, unless FOUND_ENABLED=ask.");

    public static EventKind FoundSettled { get; } = new(
        "account-found-settled", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0023"), LogLevel.Warning,
        "What an account is that had been found enabled is settled: user id @ATHENA_USER_ID@",
        "It was locked again, or somebody disabled it. What happened to it:\n"
        + "    sudo grafana-auto-disable history uid:@ATHENA_CASE@");

    public static EventKind BornLocked { get; } = new(
        "born-locked", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0050"), LogLevel.Information,
        "New accounts are born locked",
        "Grafana's own database disables each new account as its row is made, so that nobody is inside even for a moment, whether this\n"
        + "daemon runs or not. The daemon tells the admins as before. How it is: sudo grafana-auto-disable born-locked status");

    public static EventKind Undone { get; } = new(
        "decision-undone", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0060"), LogLevel.Warning,
        "A decision about an account was taken back: user id @ATHENA_USER_ID@",
        "The account is locked and waits again; the admins get a mail about it. Where an approval was taken back, it was open in between.\n"
        + "    sudo grafana-auto-disable history uid:@ATHENA_CASE@");

    public static IReadOnlyList<EventKind> All { get; } =
    [
        Locked, StillInside, Approved, ApprovedUnseen, Rejected, Gone, NewServerAdmin, LogGap, TroubleBegan, TroubleOver, MailAccepted,
        MailTrouble, DryRun, Looked, StateRecovered, LogContinues, ShownOut, LetterFailed, ChatAccepted, ChatTrouble, LeftBehind, Restored,
        DisabledByAdmin, FoundDisabled, FoundEnabled, FoundSettled, BornLocked, Undone,
        .. DrillEvents.All,
        .. ChatEvents.All,
    ];
}

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

/// <summary>What is said of drills in the journal, with an explanation for <c>journalctl -x</c>.</summary>
internal static class DrillEvents
{
    public static EventKind Begun { get; } = new(
        "drill-begun", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0030"), LogLevel.Information,
        "A drill has begun",
        "The daemon makes a throw-away account in Grafana, watches it be locked as every new account is, and deletes it. Nothing "
        + "has to be\ndone. How it ends is said in a minute or two; later:\n"
        + "    sudo grafana-auto-disable status");

    public static EventKind Passed { get; } = new(
        "drill-passed", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0031"), LogLevel.Information,
        "A drill has passed",
        "The throw-away account was locked, and it is deleted. The entry says how long the lock took and whether a mail was part of it.");

    public static EventKind Failed { get; } = new(
        "drill-failed", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0032"), LogLevel.Error,
        "A drill has FAILED",
        "The entry says what did not happen: the account was not made, not locked or not deleted, or the mail was not accepted. "
        + "What stood\nin its way stands in the way of every new account. Look for the cause, put it right, and drill again:\n"
        + "    sudo grafana-auto-disable check --send-test\n"
        + "    sudo grafana-auto-disable drill");

    public static EventKind Interrupted { get; } = new(
        "drill-interrupted", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0033"), LogLevel.Warning,
        "A drill was interrupted",
        "The daemon was stopped or killed before the throw-away account was locked. The account is deleted; the drill proves nothing "
        + "either\nway. To make another:\n"
        + "    sudo grafana-auto-disable drill");

    public static IReadOnlyList<EventKind> All { get; } = [Begun, Passed, Failed, Interrupted];
}
