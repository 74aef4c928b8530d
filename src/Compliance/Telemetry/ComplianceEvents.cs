using Athena.Common.Telemetry;
using Microsoft.Extensions.Logging;

namespace Athena.Compliance.Telemetry;

/// <summary>What this daemon says in the journal, with an explanation for <c>journalctl -x</c>.</summary>
internal static class ComplianceEvents
{
    public static EventKind Decided { get; } = new(
        "window-decided", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0201"), LogLevel.Information,
        "An hour was decided: @ATHENA_CASE@",
        "The entry says what was found and why. Each hour is decided once; what it rests on:\n"
        + "    sudo grafana-compliance explain @ATHENA_CASE@");

    public static EventKind NotSeen { get; } = new(
        "window-not-seen", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0202"), LogLevel.Warning,
        "An hour could not be seen: @ATHENA_CASE@",
        "It cannot be said who was active, so First2Lead is told nothing. Our own people get a mail with the minutes, the reason and "
        + "what to\ndo. The same again:\n"
        + "    sudo grafana-compliance explain @ATHENA_CASE@");

    public static EventKind NotLookedAt { get; } = new(
        "window-not-looked-at", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0203"), LogLevel.Warning,
        "Hours were not looked at",
        "The daemon was down for longer than LOOK_BACK. The audit says so of these hours; no report will come of them.");

    public static EventKind MailAccepted { get; } = new(
        "mail-accepted", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0204"), LogLevel.Information,
        "A mail was accepted by the mail server",
        "The entry names the mail, the recipient and the server's answer. Accepted is not read.");

    public static EventKind MailTrouble { get; } = new(
        "mail-trouble", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0205"), LogLevel.Error,
        "A mail was not accepted",
        "The entry says by whom and why. It stays in the outbox and is tried again for five days, unless it was refused for good.\n"
        + "    sudo grafana-compliance check --test-to ADDRESS");

    public static EventKind Setup { get; } = new(
        "setup-warning", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0206"), LogLevel.Warning,
        "Something about the set-up is to be put right",
        "An administrator who is not listed, a listed one who is none, a shared account. OPS_MAIL_TO got one mail about it; it "
        + "comes again\nonly when it changes.");

    public static EventKind SetupMended { get; } = new(
        "setup-mended", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0207"), LogLevel.Information,
        "What was to be put right is put right",
        "The entry says what it was.");

    public static EventKind StateTrouble { get; } = new(
        "state-trouble", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0208"), LogLevel.Error,
        "The daemon's state is in trouble",
        "The disk refuses, or a file is damaged; the entry says which. While the state cannot be written no hour is decided, because a "
        + "report\ncannot be taken back: they are all decided when the disk is well, labelled late. Make room on the disk.");

    public static EventKind StateWell { get; } = new(
        "state-well", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0209"), LogLevel.Information,
        "The daemon's state can be written again",
        "What waited for the disk is written.");

    public static EventKind UserDirectory { get; } = new(
        "roster-trouble", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0210"), LogLevel.Warning,
        "Grafana did not tell who is who",
        "The entry says which list could not be read. Without them an hour can only be found in use or not seen. What to do:\n"
        + "    sudo grafana-compliance check");

    public static EventKind NoAccount { get; } = new(
        "no-grafana-account", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0211"), LogLevel.Warning,
        "The daemon works without an account in Grafana",
        "It then knows no titles and cannot tell people from service accounts, so that no hour can be found to have only administrators.\n"
        + "Set GRAFANA_USER and GRAFANA_PASSWORD, or GRAFANA_TOKEN.");

    public static EventKind MailToIsUsed { get; } = new(
        "mail-to-is-used", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0212"), LogLevel.Warning,
        "The reports go to MAIL_TO",
        "REPORT_TO is not set. Write it into /etc/default/grafana-compliance, so that a list meant for another daemon never gets reports.");

    public static EventKind DryRun { get; } = new(
        "compliance-dry-run", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0213"), LogLevel.Warning,
        "The daemon only says what it would send",
        "DRY_RUN or --dry-run is set: nothing is sent and nothing is remembered.");

    public static EventKind BeganAhead { get; } = new(
        "began-ahead", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0214"), LogLevel.Warning,
        "The clock was ahead when the daemon first started or took over",
        "From when on hours are ours had been noted by that clock; now they are ours from the present time. Hours that ended while "
        + "the clock\nwas ahead may have no record: what happened in them is in Grafana's log alone.");

    public static EventKind StruckOut { get; } = new(
        "decided-ahead", new Guid("6d3c1c52-5c0f-4f0e-a8f0-2f8f6d1e0215"), LogLevel.Warning,
        "Hours were decided by a clock that was ahead",
        "They were not over yet. The audit says that these decisions are void; the hours are decided again now that they are over. A "
        + "mail that\nwent out is taken back or replaced by one that says so.");

    public static IReadOnlyList<EventKind> All { get; } =
    [
        Decided, NotSeen, NotLookedAt, MailAccepted, MailTrouble, Setup, SetupMended, StateTrouble, StateWell, UserDirectory, NoAccount,
        MailToIsUsed, DryRun, BeganAhead, StruckOut,
    ];
}
