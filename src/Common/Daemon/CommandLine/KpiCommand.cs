using System.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.Kpis;
using Athena.Common.Notify.Documents;
using Athena.Common.Settings;
using Athena.Common.State.Audit;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>
/// <c>kpi</c>: what this daemon alone knows of the numbers by which the platform is measured; <c>athena-workers report</c> puts together
/// what all of them do. Reads beside the running daemon; asks nobody.
/// </summary>
public static class KpiCommand
{
    /// <summary>See <see cref="KpiSpan"/>; the options of <c>athena-workers report</c> as well.</summary>
    public static Option<string?> Last { get; } = new("--last") { Description = "The last days, today among them; without it, 30d." };

    public static Option<string?> From { get; } = new("--from") { Description = "The first day, instead: 2026-11-01." };

    public static Option<string?> To { get; } = new("--to") { Description = "With it, the first day that is not of it: 2026-12-01." };

    /// <summary>The audit of the daemon whose context this is, and what its check came to.</summary>
    /// <param name="keep">Which of its lines matter, and always the first: those of years have no room in a daemon.</param>
    public static (IReadOnlyList<AuditRecord> Records, AuditVerification Verified) ReadAudit<TSettings>(
        WorkerContext<TSettings> context, Func<AuditRecord, bool> keep)
    {
        var options = new AuditOptions(context.Common.StateDirectory, context.Common.AuditKeep, context.Common.VerdictKeep);
        var isFirst = true;
        List<AuditRecord> records = [];
        foreach (var record in AuditReader.Read(options))
        {
            if (isFirst || keep(record)) records.Add(record);
            isFirst = false;
        }

        return (records, AuditVerifier.Verify(options));
    }

    internal static int Run<TSettings>(
        WorkerContext<TSettings> context, KpiSource<TSettings> source, ParseResult parse)
    {
        var directory = context.Common.StateDirectory;
        if (!Directory.Exists(directory))
            throw new ConfigurationException($"{directory} does not exist: the daemon has not run here, or STATE_DIR is another one.");

        // A directory that may not be read must not pass for one that knows nothing.
        _ = Directory.EnumerateFileSystemEntries(directory).Any();
        var now = context.Time.GetUtcNow();
        var span = KpiSpan.Parse(parse.GetValue(Last), parse.GetValue(From), parse.GetValue(To), context.Zone.Zone, now);
        var name = context.Identity.Daemon;
        var part = new KpiPart(1, name, span.From, span.To, now, source(context, span));
        var report = KpiReport.Of(
            span.From, span.To, context.Zone.Zone, new Dictionary<string, KpiPart> { [name] = part }, daemon => $"{daemon} knows it.");
        report = report with { Rows = [.. report.Rows.Where(row => row.Daemon == name)] };
        return context.Print(new ControlReply(
            ExitCode.Ok, KpiDocument.ToText(report, new Brand(name, "Athena Workers", null, null)), part.ToJson()));
    }
}

/// <summary>What a daemon has kept of a span, as numbers.</summary>
/// <exception cref="IOException">It cannot be read.</exception>
public delegate IReadOnlyList<Kpi> KpiSource<TSettings>(WorkerContext<TSettings> context, Time.Window span);
