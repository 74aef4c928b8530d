using System.Text.Json.Nodes;
using Athena.Common.Text;

namespace Athena.Common.Kpis;

/// <summary>The numbers of a span, put together of what each daemon knows. Pure.</summary>
/// <param name="From">Begin.</param>
/// <param name="To">End, not included.</param>
/// <param name="Zone">By whose clock times are shown.</param>
/// <param name="Rows">One for each number and each daemon that knows it, in the order of <see cref="KpiKinds.All"/>.</param>
public sealed record KpiReport(DateTimeOffset From, DateTimeOffset To, TimeZoneInfo Zone, IReadOnlyList<KpiReportRow> Rows)
{
    /// <param name="parts">By daemon; those that are missing are not known.</param>
    /// <param name="whyNot">Why a daemon's part is missing, and what would bring it: a sentence.</param>
    public static KpiReport Of(
        DateTimeOffset from, DateTimeOffset to, TimeZoneInfo zone, IReadOnlyDictionary<string, KpiPart> parts,
        Func<string, string> whyNot) =>
        new(from, to, zone, [.. KpiKinds.All.Select(known => new KpiReportRow(
            known.Daemon,
            parts.GetValueOrDefault(known.Daemon)?.Kpis.FirstOrDefault(kpi => kpi.Key == known.Kind.Key) is { } kpi
                ? kpi with { Name = known.Kind.Name, Target = known.Kind.Target }
                : known.Kind with { Of = (long)(to - from).TotalMinutes, How = whyNot(known.Daemon) }))]);

    /// <summary>Whether anything at all is known.</summary>
    public bool IsEmpty => Rows.All(row => row.Kpi.Value is null);

    /// <summary>How many are met, are not, and are not known.</summary>
    public (int Met, int Missed, int Unknown) Counts => (
        Rows.Count(row => row.Kpi.IsMet == true), Rows.Count(row => row.Kpi.IsMet == false), Rows.Count(row => row.Kpi.IsMet is null));

    public string ToJson() => new JsonObject
    {
        ["version"] = 1,
        ["from"] = TimeZoneInfo.ConvertTime(From, Zone),
        ["to"] = TimeZoneInfo.ConvertTime(To, Zone),
        ["kpis"] = new JsonArray([.. Rows.Select(row => new JsonObject
        {
            ["key"] = row.Kpi.Key,
            ["daemon"] = row.Daemon,
            ["name"] = row.Kpi.Name,
            ["target"] = row.Kpi.Target,
            ["value"] = row.Kpi.Value,
            ["atMost"] = row.Kpi.AtMost,
            ["unit"] = row.Kpi.Unit,
            ["met"] = row.Kpi.IsMet,
            ["known"] = row.Kpi.Known,
            ["of"] = row.Kpi.Of,
            ["counted"] = row.Kpi.Counted,
            ["how"] = row.Kpi.How,
            ["parts"] = new JsonArray([.. row.Kpi.Parts.Select(part => new JsonObject { ["name"] = part.Name, ["value"] = part.Value })]),
        })]),
    }.ToText();
}

/// <param name="Daemon">Who knows it.</param>
public sealed record KpiReportRow(string Daemon, Kpi Kpi);
