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
    public string Key => $"failed/{Host}/{Daemon}/{Run}";

    /// <summary>Which run of it failed.</summary>
    public string Run => Invocation is { Length: > 0 } run ? run : At.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

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

/// <summary>
/// A daemon that failed again and again, started anew by systemd after each time and so never given up on. Noted by
/// <c>packaging/deb/crash-watch</c>; ten minutes without a failure end a series.
/// </summary>
/// <param name="Failures">The oldest first; empty when the note could not be read.</param>
/// <param name="At">When it is told.</param>
internal sealed record CrashSeries(string Daemon, string Host, IReadOnlyList<CrashSeries.Crash> Failures, DateTimeOffset At)
{
    /// <summary>From this many failures on it is told; the same number is in <c>packaging/deb/crash-watch</c>.</summary>
    public const int Enough = 5;

    /// <summary>Times as our people read them.</summary>
    public ZoneText Clock { get; init; } = new(TimeZoneInfo.Utc);

    /// <summary>A series is known by its first failure, at each attempt to tell of it.</summary>
    public DateTimeOffset Begin => Failures is [{ At: { } first }, ..] ? first : At;

    /// <summary>What is true while it fails, starts and fails.</summary>
    public string Meanwhile => Daemon switch
    {
        "grafana-auto-disable" =>
            "New Grafana accounts are locked only in the moments in which it runs: whoever registers in between is inside until then.",
        "grafana-active-users" => "Messages about who uses Grafana, and about outages, may be late or missing.",
        "grafana-compliance" => "Hours in which only administrators used Grafana may be reported late.",
        PageUnits.Page => "Whoever opens a link of a mail may have to wait, or to decide in Grafana.",
        _ => "What it does may be late or missing.",
    };

    /// <summary>One line a failure: time, result, status. A line that cannot be understood counts all the same.</summary>
    public static CrashSeries Read(string daemon, string host, string path, DateTimeOffset now)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            lines = []; // Told with less is better than not told.
        }

        return new CrashSeries(daemon, host, [.. lines.Select(Parse)], now);
    }

    private static Crash Parse(string line)
    {
        var words = line.Split(' ', 3);
        var isTime = DateTimeOffset.TryParse(
            words[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at);
        return new Crash(isTime ? at : null, words.ElementAtOrDefault(1), words.ElementAtOrDefault(2));
    }

    /// <param name="Result">SERVICE_RESULT of systemd.exec(5).</param>
    /// <param name="Status">Exit code, or the name of the signal.</param>
    internal sealed record Crash(DateTimeOffset? At, string? Result, string? Status)
    {
        public string Reason => Failure.ReasonOf(Result, Status);
    }
}
