using System.Globalization;
using System.Text.Json.Nodes;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.Settings;
using Athena.Common.State.Audit;
using Athena.Common.Text;
using Athena.Common.Time;
using Athena.Compliance.CommandLine.Explain;
using Athena.Compliance.Evidence;
using Athena.Compliance.Hourly;
using Athena.Compliance.State;
using Athena.Compliance.Telemetry;

namespace Athena.Compliance.CommandLine;

/// <summary><c>explain</c>: why there was a mail at ten and none at eleven. Reads beside the running daemon and asks nobody.</summary>
internal static class ExplainCommand
{
    public static int Run(WorkerContext<ComplianceSettings> context, string which)
    {
        var settings = Trial.ReadSettings(context);
        var id = IdOf(which, settings.Windows, context.Time.GetUtcNow());
        var directory = ReportCommand.StateDirectoryOf(context);
        var records = AuditReader.Read(new AuditOptions(directory, context.Common.AuditKeep, context.Common.VerdictKeep), id).ToList();
        var deliveries = records.Where(record => record.Event == EventRecorder.MailEvent).Select(NoteOf).ToList();
        var text = new ExplainText(settings.Report.Zone);
        if (new EvidenceStore(Path.Combine(directory, EvidenceStore.FolderName)).Find(id) is { } evidence)
        {
            // A thousand people with their dashboards are tens of megabytes: only what was asked for is made, and it goes out while it is.
            if (!context.IsJson) return context.Print(new ControlReply(ExitCode.Ok, text.Of(evidence, deliveries)));
            EvidenceJson.Write(context.Out, evidence, deliveries, settings.Zone);
            context.Out.WriteLine();
            return ExitCode.Ok;
        }

        if (records.FindLast(record => record.Event == HourProcessor.DecidedEvent) is { } decided)
        {
            var verdict = new VerdictRecord(id, TimeOf(decided), decided.Verdict, decided.Seq);
            return context.Print(new ControlReply(ExitCode.Ok, text.Of(verdict), new JsonObject
            {
                ["report"] = id,
                ["verdict"] = decided.Verdict,
                ["decidedAt"] = decided.At,
                ["auditLine"] = decided.Seq,
                ["evidence"] = false,
            }.ToText()));
        }

        return context.Print(new ControlReply(
            ExitCode.Fault, ExplainText.OfNothing(id), new JsonObject { ["report"] = id, ["known"] = false }.ToText()));
    }

    /// <summary>A report's number, one of before, or the end of its window as people write it.</summary>
    internal static string IdOf(string which, WindowSettings windows, DateTimeOffset now)
    {
        if (WindowEvidence.EndOf(which) is not null) return which;
        if (ReportNumber.BeginOf(which) is { } begin)
        {
            // The local clock may be set within a window: the schedule knows when it ends.
            var window = windows.Schedule.Ending(begin, begin + windows.Length + TimeSpan.FromHours(3))
                .Where(window => window.From == begin);
            return WindowEvidence.IdOf(window.Select(found => found.To).FirstOrDefault(begin + windows.Length));
        }

        return TimeArgument.TryParse(which, windows.Zone, now) is { } end
            ? WindowEvidence.IdOf(end)
            : throw new UsageException(
                $"{which}: is neither a report such as AC-2026-11-20T0900+0200 nor the end of an hour such as 10:00 or 2026-11-20T10:00.");
    }

    private static DeliveryNote NoteOf(AuditRecord record) => new(
        record.Facts?.GetValueOrDefault("key") ?? record.Case,
        record.Facts?.GetValueOrDefault("to") ?? "(no longer kept)",
        TimeOf(record),
        record.Facts?.GetValueOrDefault("detail") is { Length: > 0 } detail ? Said(record.Verdict, detail) : record.Verdict);

    private static string Said(string outcome, string detail) =>
        detail.StartsWith(outcome, StringComparison.Ordinal) ? detail : $"{outcome}: {detail}";

    private static DateTimeOffset TimeOf(AuditRecord record) =>
        DateTimeOffset.TryParse(record.At, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : default;
}
