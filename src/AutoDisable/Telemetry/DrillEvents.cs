using Athena.Common.Telemetry;
using Microsoft.Extensions.Logging;

namespace Athena.AutoDisable.Telemetry;

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
