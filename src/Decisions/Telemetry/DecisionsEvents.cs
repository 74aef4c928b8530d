using Athena.Common.Telemetry;
using Microsoft.Extensions.Logging;

namespace Athena.Decisions.Telemetry;

/// <summary>What this program logs. A link is named by six letters of its hash, which lead nobody back to it.</summary>
internal static class DecisionsEvents
{
    public static EventKind Decided { get; } = new(
        "decision-answered", new Guid("7f3c51d2-94ce-4e0b-8a65-2c9d0e1b4a01"), LogLevel.Information,
        "Somebody decided on the page behind a link",
        "grafana-auto-disable was asked and has answered; the entry says how. Who it was about and who decided stands in its audit:\n"
        + "sudo grafana-auto-disable history uid:...");

    public static EventKind DeskSilent { get; } = new(
        "desk-silent", new Guid("7f3c51d2-94ce-4e0b-8a65-2c9d0e1b4a02"), LogLevel.Warning,
        "grafana-auto-disable does not answer the page of decisions",
        "Whoever opens a link is told so, and to decide in Grafana. Said once, until it answers again. Look whether it runs:\n"
        + "systemctl status grafana-auto-disable; and what the page lacks: sudo athena-workers-decisions check");

    public static EventKind DeskAnswers { get; } = new(
        "desk-answers", new Guid("7f3c51d2-94ce-4e0b-8a65-2c9d0e1b4a03"), LogLevel.Information,
        "grafana-auto-disable answers the page of decisions again",
        "Links work again.");

    public static EventKind Crowded { get; } = new(
        "page-crowded", new Guid("7f3c51d2-94ce-4e0b-8a65-2c9d0e1b4a04"), LogLevel.Warning,
        "More people ask for the page of decisions than it lets through",
        "Somebody tries links, or loads the page without an end. Links that were opened before go on; others are asked to wait. Said at\n"
        + "most once a minute. Put a limit into the proxy, see /usr/share/doc/athena-workers/decisions.md.");

    public static EventKind PageFault { get; } = new(
        "page-fault", new Guid("7f3c51d2-94ce-4e0b-8a65-2c9d0e1b4a05"), LogLevel.Error,
        "A fault while a page was made",
        "A bug: please report the entry. Whoever asked was told to decide in Grafana.");

    public static IReadOnlyList<EventKind> All { get; } = [Decided, DeskSilent, DeskAnswers, Crowded, PageFault];
}
