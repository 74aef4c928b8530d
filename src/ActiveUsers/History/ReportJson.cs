using System.Text.Json.Nodes;
using Athena.Common.Text;

namespace Athena.ActiveUsers.History;

/// <summary>The report for programs. Pure.</summary>
internal static class ReportJson
{
    public static string Write(PlatformReport report) => new JsonObject
    {
        ["version"] = 1,
        ["from"] = TimeZoneInfo.ConvertTime(report.From, report.Zone),
        ["to"] = TimeZoneInfo.ConvertTime(report.To, report.Zone),
        ["days"] = new JsonArray([.. report.Days.Select(day => new JsonObject
        {
            ["day"] = day.Day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
            ["windows"] = day.Windows,
            ["notWhole"] = day.Unseen,
            ["peakUsers"] = day.PeakUsers,
            ["requests"] = day.Requests,
            ["failedLogins"] = day.FailedLogins,
            ["signUps"] = day.SignUps,
            ["serverErrors"] = day.ServerErrors,
        })]),
        ["busiest"] = new JsonObject
        {
            ["byUsers"] = Peak(report.BusiestByUsers, report.Zone),
            ["byRequests"] = Peak(report.BusiestByRequests, report.Zone),
        },
        ["figures"] = new JsonArray([.. report.Figures.Select(figure => new JsonObject
        {
            ["key"] = figure.Key,
            ["name"] = figure.Name,
            ["target"] = figure.Target,
            ["value"] = figure.Value,
            ["unit"] = figure.Unit,
            ["met"] = figure.IsMet,
            ["remark"] = figure.Remark,
        })]),
    }.ToText();

    private static JsonObject? Peak(WindowTotals? window, TimeZoneInfo zone) => window is null ? null : new JsonObject
    {
        ["from"] = TimeZoneInfo.ConvertTime(window.From, zone),
        ["users"] = window.Users,
        ["requests"] = window.Requests,
    };
}
