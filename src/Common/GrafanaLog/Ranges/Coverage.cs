using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Athena.Common.Time;

namespace Athena.Common.GrafanaLog.Ranges;

/// <summary>
/// How much of a window could be seen. "Nobody was active" may be said only where it <see cref="IsComplete"/>; elsewhere the sentence is
/// "could not be seen".
/// </summary>
/// <param name="Window">What was asked for.</param>
/// <param name="Gaps">What was not seen, in order of their begin; spans may overlap.</param>
/// <param name="Notes">What the reader should know although nothing was missed: the zone of <c>t</c> changed, lines not understood.</param>
/// <param name="LinesRead">Lines of the window that were looked at.</param>
/// <param name="LinesNotUnderstood">Lines near the window that are none of Grafana's logger: panics, plugins' output.</param>
public sealed record Coverage(Window Window, IReadOnlyList<Gap> Gaps, IReadOnlyList<string> Notes, long LinesRead, long LinesNotUnderstood)
{
    public bool IsComplete => Gaps.Count == 0;

    /// <summary>
    /// Why the log could not be reached, a phrase, where it is likely to be reached later and to have kept what is missing; null otherwise.
    /// Not remembered.
    /// </summary>
    [JsonIgnore]
    public string? Unreached { get; init; }

    /// <summary>How much of the window was not seen; spans that overlap count once.</summary>
    public TimeSpan Unseen
    {
        get
        {
            var (sum, to) = (TimeSpan.Zero, DateTimeOffset.MinValue);
            foreach (var gap in Gaps)
            {
                var from = gap.From > to ? gap.From : to;
                if (gap.To <= from) continue;
                sum += gap.To - from;
                to = gap.To;
            }

            return sum;
        }
    }

    /// <summary>The same with further gaps, in order; gaps are cut to the window, and those outside it left out.</summary>
    public Coverage With(params IEnumerable<Gap> further) => this with
    {
        Gaps = [.. Gaps.Concat(further.Where(gap => gap.From < Window.To && gap.To > Window.From).Select(Cut))
            .OrderBy(gap => gap.From).ThenBy(gap => gap.To)],
    };

    private Gap Cut(Gap gap) => gap with
    {
        From = gap.From < Window.From ? Window.From : gap.From,
        To = gap.To > Window.To ? Window.To : gap.To,
    };
}

/// <summary>A part of a window of which the log does not tell everything.</summary>
/// <param name="From">Inside the window.</param>
/// <param name="To">Inside the window; the whole of it when the defect has no place in time
/// (<see cref="GapCause.RouterLoggingOff"/>).</param>
/// <param name="Why">A phrase for people, without the times: <c>journald dropped 112 lines</c>, <c>the log begins at 06:04</c>.</param>
public sealed record Gap(DateTimeOffset From, DateTimeOffset To, GapCause Cause, string Why);

/// <summary>What spoiled the sight of a span of time.</summary>
public enum GapCause
{
    /// <summary>What is still there of the log, or of a vacuumed journal, begins later.</summary>
    BeginsLater,

    /// <summary>The log has not a line any more, and no probe proves that there was none to be written.</summary>
    EndsEarlier,

    /// <summary>journald dropped messages of the unit over its rate limit.</summary>
    Dropped,

    /// <summary>A rotated file or a part of the journal is missing, damaged, packed or may not be read.</summary>
    Unreadable,

    /// <summary>The process that read died over it, or took too long.</summary>
    ReaderDied,

    /// <summary><c>[server] router_logging</c> is off: 200 and 304 are hidden, dashboards invisible, users roughly countable.</summary>
    RouterLoggingOff,

    /// <summary>A sight probe was answered but did not come back in the log.</summary>
    ProbeLost,

    /// <summary>Somebody was active of whom this log has no line: another node, lost lines.</summary>
    SeesNotAll,

    /// <summary>There is no log at all: absent, not permitted, in the console format.</summary>
    NoLog,

    /// <summary>The log's time went back: a stretch was passed twice, or was written under a clock that was ahead.</summary>
    ClockSet,

    /// <summary>Grafana itself could not find out who asked, as while its database is away: such requests are logged as nobody's.</summary>
    Unidentified,

    /// <summary>More people were in the log than are kept of a window.</summary>
    TooMany,
}

/// <summary>
/// A window and its coverage as JSON for programs: a contract that the daemons share. Times in the offset of <c>TIMEZONE</c>. Pure.
/// </summary>
public static class CoverageJson
{
    /// <summary>The properties <c>window</c> and <c>coverage</c> of the object that is being written.</summary>
    public static void Write(Utf8JsonWriter json, Coverage coverage, TimeZoneInfo zone)
    {
        json.WriteStartObject("window");
        json.WriteString("from", Rfc3339(coverage.Window.From, zone));
        json.WriteString("to", Rfc3339(coverage.Window.To, zone));
        json.WriteEndObject();
        json.WriteStartObject("coverage");
        json.WriteBoolean("complete", coverage.IsComplete);
        json.WriteStartArray("gaps");
        foreach (var gap in coverage.Gaps)
        {
            json.WriteStartObject();
            json.WriteString("from", Rfc3339(gap.From, zone));
            json.WriteString("to", Rfc3339(gap.To, zone));
            json.WriteString("why", gap.Why);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("notes");
        foreach (var note in coverage.Notes) json.WriteStringValue(note);
        json.WriteEndArray();
        json.WriteNumber("linesRead", coverage.LinesRead);
        json.WriteNumber("linesNotUnderstood", coverage.LinesNotUnderstood);
        json.WriteEndObject();
    }

    /// <summary>RFC 3339; a fraction only where there is one.</summary>
    public static string Rfc3339(DateTimeOffset at, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(at, zone);
        return local.ToString(
            local.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-dd'T'HH:mm:sszzz" : "yyyy-MM-dd'T'HH:mm:ss.fffzzz",
            CultureInfo.InvariantCulture);
    }
}
