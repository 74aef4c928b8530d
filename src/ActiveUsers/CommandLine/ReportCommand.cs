using Athena.ActiveUsers.History;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.Kpis;
using Athena.Common.Settings;
using Athena.Common.Time;

namespace Athena.ActiveUsers.CommandLine;

/// <summary><c>report</c>: what the totals tell. Reads beside the running daemon; asks nobody.</summary>
internal static class ReportCommand
{
    private static readonly TimeSpan Usual = TimeSpan.FromDays(30);

    /// <summary>What the totals and the audit of a span come to.</summary>
    public static IReadOnlyList<Kpi> Kpis(WorkerContext<ActiveUsersSettings> context, Window span)
    {
        var wording = ActiveUsersSettings.Read(new SettingsReader(context.Source)).Wording;
        var around = new Window(span.From, span.To.AddDays(1)); // A pulse is sent after its window.
        var (records, verified) = KpiCommand.ReadAudit(context, record => AuditKpis.IsIn(record, around));
        return PulseKpis.Of(
            new TotalsBook(context.Common.StateDirectory, context.Time).Read(span.From, span.To), records, verified, span,
            new AlignedSchedule(wording.Every, wording.Zone)).NotTooEarly(records, span);
    }

    public static int Run(WorkerContext<ActiveUsersSettings> context, string? from, string? to)
    {
        var reader = new SettingsReader(context.Source);
        var zone = ActiveUsersSettings.Read(reader).Wording.Zone;
        var now = context.Time.GetUtcNow();
        var end = to is null ? now : Parse("--to", to);
        var begin = from is null ? end - Usual : Parse("--from", from);
        if (begin >= end) throw new UsageException($"--from {from} is not before --to {to ?? "now"}.");
        if (!Directory.Exists(context.Common.StateDirectory))
            throw new ConfigurationException(
                $"{context.Common.StateDirectory} does not exist: the daemon has not run here, or STATE_DIR is another one.");

        var windows = new TotalsBook(context.Common.StateDirectory, context.Time).Read(begin, end);
        var report = PlatformReport.Of(windows, begin, end, zone);
        return context.Print(new ControlReply(ExitCode.Ok, ReportText.Write(report), ReportJson.Write(report)));

        DateTimeOffset Parse(string option, string text) => TimeArgument.TryParse(text, zone, now)
            ?? throw new UsageException($"{option} {text}: is no time; write 2026-11-01 or 2026-11-01T06:00.");
    }
}
