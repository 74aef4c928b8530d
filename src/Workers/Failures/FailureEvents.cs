using Athena.Common.Telemetry;
using Microsoft.Extensions.Logging;

namespace Athena.Workers.Failures;

/// <summary>What <c>athena-workers failed</c> logs.</summary>
internal static class FailureEvents
{
    public static EventKind Told { get; } = new(
        "failure-told", new Guid("5f1c9a52-9f0e-4a55-8d0c-1b52d0a7e101"), LogLevel.Warning,
        "Our people were told of a daemon that has failed",
        "systemd gave up on a unit, or it failed five times without ten good minutes in between, or it holds again after that. Somebody\n"
        + "was told by mail or in the chat: the entry names the unit and who took the message. How they are:\n"
        + "    sudo athena-workers status");

    public static EventKind NotTold { get; } = new(
        "failure-not-told", new Guid("5f1c9a52-9f0e-4a55-8d0c-1b52d0a7e102"), LogLevel.Critical,
        "A daemon has failed and nobody could be told",
        "systemd gave up on a unit, or it fails again and again (the entry says which), and neither a mail server nor a chat took the\n"
        + "message, or none is set: SMTP_HOST, MAIL_FROM and OPS_MAIL_TO (or MAIL_TO) in /etc/default/athena-workers. It is tried again\n"
        + "each minute for half an hour unless the settings lack it. How they are:\n"
        + "    sudo athena-workers status");

    public static IReadOnlyList<EventKind> All { get; } = [Told, NotTold];
}
