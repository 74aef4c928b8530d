using System.Globalization;

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
        const int offset = 4;
        if (!number.StartsWith("AC-", StringComparison.Ordinal) || number.Length < "AC-".Length + offset + 1)
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
