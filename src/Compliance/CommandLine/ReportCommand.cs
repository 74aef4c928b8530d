using System.Globalization;
using System.Text.Json.Nodes;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.Kpis;
using Athena.Common.Settings;
using Athena.Common.State;
using Athena.Common.State.Audit;
using Athena.Common.Text;
using Athena.Common.Time;
using Athena.Compliance.Evidence;
using Athena.Compliance.Hourly;
using Athena.Compliance.Summaries;

namespace Athena.Compliance.CommandLine;

/// <summary><c>report</c>: hours and days from the audit, to print and to file. Reads beside the running daemon; asks nobody.</summary>
internal static class ReportCommand
{
    private const int UsualDays = 30;
    private const int MostDays = 400;

    public static int Run(WorkerContext<ComplianceSettings> context, string? from, string? to)
    {
        var settings = Trial.ReadSettings(context);
        var now = context.Time.GetUtcNow();
        var last = to is null ? Day(now) : Parse("--to", to);
        var first = from is null ? last.AddDays(1 - UsualDays) : Parse("--from", from);
        if (first > last) throw new UsageException($"--from {from} is after --to {to}.");
        if (last.DayNumber - first.DayNumber >= MostDays) throw new UsageException($"--from and --to hold more than {MostDays} days.");

        var audit = new AuditOptions(StateDirectoryOf(context), context.Common.AuditKeep, context.Common.VerdictKeep);
        var records = AuditReader.Read(audit).ToList();
        var head = records.Count > 0 ? new AuditAnchor(records[^1].Seq, records[^1].Hash) : null;
        var summary = SummaryMaker.Of(
            records, first, last, settings.Windows, BeginOf(records, settings), now, head, settings.Report.ReportsNobody);
        if (context.Output == "html")
        {
            context.Out.WriteLine(new ReportPage(settings.Report).ToHtml(summary));
            return ExitCode.Ok;
        }

        return context.Print(new ControlReply(ExitCode.Ok, new SummaryMail(settings.Report).ToText(summary), ToJson(summary)));

        DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, settings.Zone).DateTime);

        DateOnly Parse(string option, string text) => TimeArgument.TryParse(text, settings.Zone, now) is { } at
            ? Day(at)
            : throw new UsageException($"{option} {text}: is no day; write 2026-11-01.");
    }

    /// <exception cref="ConfigurationException">There is none.</exception>
    public static string StateDirectoryOf(WorkerContext<ComplianceSettings> context)
    {
        var directory = context.Common.StateDirectory;
        if (!Directory.Exists(directory))
            throw new ConfigurationException($"{directory} does not exist: the daemon has not run here, or STATE_DIR is another one.");

        // A directory that may not be read must not pass for one without an audit.
        _ = Directory.EnumerateFileSystemEntries(directory).Any();
        return directory;
    }

    /// <summary>What the decisions of a span come to.</summary>
    public static IReadOnlyList<Kpi> Kpis(WorkerContext<ComplianceSettings> context, Window span)
    {
        var settings = Trial.ReadSettings(context);
        var around = new Window(span.From, span.To + settings.Windows.LookBack + TimeSpan.FromDays(1));
        var hasDecision = false;
        var (records, verified) = KpiCommand.ReadAudit(context, record =>
        {
            var isFirst = !hasDecision && record.Event == HourProcessor.DecidedEvent;
            hasDecision |= isFirst;
            return isFirst || AuditKpis.IsIn(record, around);
        });
        return HourKpis.Of(
            records, verified, span, settings.Windows, BeginOf(records, settings),
            WorkTimes.Minutes(context.Common.StateDirectory, span), context.Time.GetUtcNow()).NotTooEarly(records, span);
    }

    /// <summary>Since when windows are ours: as the state or the settings say, else since the first decision that is kept.</summary>
    private static DateTimeOffset BeginOf(IReadOnlyList<AuditRecord> records, ComplianceSettings settings)
    {
        if (settings.Windows.Since is { } since) return since;
        return records.FirstOrDefault(record => record.Event == HourProcessor.DecidedEvent) is { } first
            && WindowEvidence.EndOf(first.Case) is { } end
            ? end.AddMinutes(-1)
            : DateTimeOffset.MaxValue;
    }

    private static string ToJson(Summary summary) => new JsonObject
    {
        ["version"] = 1,
        ["from"] = summary.From.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ["to"] = summary.To.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ["hours"] = new JsonArray([.. summary.Hours.Select(hour => (JsonNode)hour)]),
        ["days"] = new JsonArray([.. summary.Days.Select(day => new JsonObject
        {
            ["day"] = day.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ["outcomes"] = new JsonArray(
            [
                .. day.Hours.Select(cell => (JsonNode)Word(cell.State)),
            ]),
            ["late"] = new JsonArray([.. day.Hours.Select(cell => (JsonNode)cell.IsLate)]),
        })]),
        ["reports"] = new JsonArray([.. summary.Reports.Select(report => new JsonObject
        {
            ["number"] = report.Number,
            ["outcome"] = Word(report.State),
            ["place"] = report.Place,
            ["void"] = report.IsVoid,
        })]),
        ["missing"] = new JsonArray([.. summary.Missing.Select(place => (JsonNode)place.Words)]),
        ["auditHead"] = summary.AuditHead?.Hash,
    }.ToText();

    private static string Word(HourState state) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(state.ToString());
}
