using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Athena.Compliance.Evidence;

/// <summary>
/// A report's number as people read it: when its hour begins by the local clock, with the offset, so that an hour that comes twice has two.
/// Files, keys and the audit go by <see cref="WindowEvidence.Id"/>.
/// </summary>
internal static class ReportNumber
{
    private const string Form = "yyyy-MM-dd'T'HHmm";

    /// <summary><c>AC-2026-11-20T0900+0200</c>; <c>AC-TEST-…</c> of an invented hour.</summary>
    public static string Of(WindowEvidence evidence, TimeZoneInfo zone) =>
        (evidence.IsInvented ? "AC-TEST-" : "AC-") + Begin(evidence.Window.From, zone);

    /// <inheritdoc cref="Of(WindowEvidence, TimeZoneInfo)"/>
    public static string Of(DateTimeOffset begin, TimeZoneInfo zone) => "AC-" + Begin(begin, zone);

    /// <summary>When the hour begins that a number names; null when it is none.</summary>
    public static DateTimeOffset? BeginOf(string number)
    {
        const int Offset = 4;
        if (!number.StartsWith("AC-", StringComparison.Ordinal) || number.Length < "AC-".Length + Offset + 1)
            return null;
        var (minutes, hours) = (number[^2..], number[..^2]);
        return DateTimeOffset.TryParseExact(
            $"{hours["AC-".Length..]}:{minutes}", Form + "zzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out var begin)
            ? begin
            : null;
    }

    private static string Begin(DateTimeOffset begin, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(begin, zone);
        return local.ToString(Form, CultureInfo.InvariantCulture)
            + local.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal);
    }
}

/// <summary>
/// The how manieth report of its month a report is, so that whoever keeps them notices a missing one. They are counted in the order in
/// which they are made: one that is late comes after younger ones.
/// </summary>
/// <param name="Month">In which its hour begins by the local clock: <c>2026-11</c>.</param>
/// <param name="Number">From 1.</param>
/// <param name="Before">When the hour of the report before it begins; null where there is none.</param>
internal sealed partial record ReportPlace(string Month, int Number, DateTimeOffset? Before)
{
    /// <summary>Reports of the month that were made before that time are not counted; null where all are.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The count is that of a backup of this time: a report that was made after it is not in it. Null otherwise.</summary>
    public DateTimeOffset? Backup { get; init; }

    /// <summary><c>report 17 of 2026-11</c>, as in the audit's verdict.</summary>
    [JsonIgnore]
    public string Words => string.Create(CultureInfo.InvariantCulture, $"report {Number} of {Month}");

    /// <summary><c>report 17 of November 2026</c>.</summary>
    [JsonIgnore]
    public string Said => string.Create(CultureInfo.InvariantCulture, $"report {Number} of {FirstDay:MMMM yyyy}");

    /// <summary>Of the month.</summary>
    [JsonIgnore]
    public DateOnly FirstDay => DateOnly.ParseExact(Month, "yyyy-MM", CultureInfo.InvariantCulture);

    /// <summary>What a verdict of the audit says of it; null where no report followed, or it was made before they were counted.</summary>
    public static ReportPlace? Of(string verdict) =>
        InVerdict().Match(verdict) is { Success: true } match
            ? new ReportPlace(match.Groups[2].Value, int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), null)
            : null;

    [GeneratedRegex("(?<=, )report ([1-9][0-9]{0,5}) of ([0-9]{4}-(?:0[1-9]|1[0-2]))(?=,|$)")]
    private static partial Regex InVerdict();
}
