using System.Globalization;
using Athena.Common.Daemon.Units;
using Athena.Common.Time;

namespace Athena.Workers.Failures;

/// <summary>A unit that systemd gave up on.</summary>
/// <param name="Daemon">Its name without <c>.service</c>.</param>
/// <param name="Host">On which machine.</param>
/// <param name="Result">Why, in systemd's word: <c>exit-code</c>, <c>watchdog</c>, <c>oom-kill</c>… (systemd.exec(5),
/// MONITOR_SERVICE_RESULT); null when it was not told.</param>
/// <param name="Status">Exit code, or the name of the signal; null when it was not told.</param>
/// <param name="At">When it was told.</param>
/// <param name="Invocation">Of the run that failed (systemd.exec(5), MONITOR_INVOCATION_ID), the same at each attempt to tell of it; null
/// when it was not told.</param>
internal sealed record Failure(string Daemon, string Host, string? Result, string? Status, DateTimeOffset At, string? Invocation = null)
{
    /// <summary>Times as our people read them.</summary>
    public ZoneText Clock { get; init; } = new(TimeZoneInfo.Utc);

    /// <summary>By which a mailbox knows a mail that it was given twice.</summary>
    public string Key =>
        $"failed/{Host}/{Daemon}/"
        + (Invocation is { Length: > 0 } run ? run : At.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));

    /// <summary>What nobody does from now on.</summary>
    public string Consequence => Daemon switch
    {
        "grafana-auto-disable" => "New Grafana accounts are NOT being disabled: whoever registers is inside.",
        "grafana-active-users" => "Nobody is told in the chat who uses Grafana, nor of an outage.",
        "grafana-compliance" => "Hours in which only administrators used Grafana are not being reported.",
        PageUnits.Page => "The links in mails about accounts that wait lead nowhere. Decide in Grafana: Administration, Users.",
        _ => "What it does is not being done.",
    };

    /// <summary>What somebody starts when all is put right: the page of decisions is started by its socket.</summary>
    public string Begin => Daemon == PageUnits.Page ? $"{Daemon}.socket" : Daemon;

    /// <summary>What systemd saw.</summary>
    public string Reason => ReasonOf(Result, Status);

    /// <inheritdoc cref="Reason"/>
    public static string ReasonOf(string? result, string? status) => (result, status) switch
    {
        ("exit-code", "78") => "Its configuration must be put right first (exit code 78); systemd does not start it again.",
        ("exit-code", { } code) => $"It ended with exit code {code}.",
        ("watchdog", _) => "It gave no sign of life and was ended (watchdog).",
        ("oom-kill", _) => "It was ended because memory ran out.",
        ({ } other, { } name) => $"systemd says: {other}, {name}.",
        ({ } other, null) => $"systemd says: {other}.",
        _ => "The journal tells why.",
    };
}
