using System.Globalization;
using Athena.Common.Daemon.Units;
using Athena.Common.Time;

namespace Athena.Workers.Failures;

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
