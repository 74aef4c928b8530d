using System.Globalization;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Kpis;
using Athena.Common.State;
using Athena.Common.State.Audit;
using Athena.Common.Time;

namespace Athena.AutoDisable.CommandLine;

/// <summary>What the audit tells of new accounts of a span, as key figures.</summary>
internal static class LockKpis
{
    public static IReadOnlyList<Kpi> Of(WorkerContext<AutoDisableSettings> context, Window span)
    {
        var since = new Window(span.From, DateTimeOffset.MaxValue);
        var (records, verified) = KpiCommand.ReadAudit(
            context, record => record.Event is "intent" or "admitted" || AuditKpis.IsIn(record, since));
        return Of(records, verified, span, WorkTimes.Minutes(context.Common.StateDirectory, span)).NotTooEarly(records, span);
    }

    /// <param name="records">The whole audit, in order.</param>
    /// <param name="verified">What its check came to.</param>
    /// <param name="worked">Minutes of the span in which the daemon was at work.</param>
    public static IReadOnlyList<Kpi> Of(IReadOnlyList<AuditRecord> records, AuditVerification verified, Window span, long worked)
    {
        var of = (long)span.Length.TotalMinutes;
        var drills = records.Where(record => record.Event.StartsWith("drill-", StringComparison.Ordinal)).Select(record => record.Case)
            .ToHashSet();
        var known = new HashSet<string>(StringComparer.Ordinal);
        var inSpan = AuditKpis.In(records, span).Select(record => record.Seq).ToHashSet();
        List<string> arrived = [];
        var admins = 0;
        foreach (var record in records)
        {
            // Whoever was known and is only to be locked again is no new account.
            if (record is { Event: "intent", Verdict: "to be locked" } && !drills.Contains(record.Case) && known.Add(record.Case)
                && inSpan.Contains(record.Seq))
                arrived.Add(record.Case);
            else if (record.Event is "new-server-admin" && inSpan.Contains(record.Seq)) admins++;
            else if (record.Event is "admitted") known.Add(record.Case);
        }

        var byCase = records.ToLookup(record => record.Case);
        var locked = arrived.Count(account => byCase[account].Any(record => record.Event == "locked"));
        var gone = arrived.Count(account => byCase[account].All(record => record.Event != "locked")
            && byCase[account].Any(record => record.Event == "gone"));
        var gaps = AuditKpis.In(records, span).Count(record => record.Event == "log-gap");
        return
        [
            Approval(arrived.Count, locked, gone, admins, worked, of),
            Answered(arrived, byCase, worked, of),
            AuditKpis.DataLoss(
                records, verified, span, gaps, gaps == 1 ? "1 gap of the log" : $"{gaps} gaps of the log", worked),
        ];
    }

    private static Kpi Approval(int arrived, int locked, int gone, int admins, long worked, long of)
    {
        var beside = admins == 0 ? "" : $" Server admins are never locked; so many were made: {admins}.";
        return arrived - gone <= 0
            ? KpiKinds.NeededApproval with
            {
                Known = worked,
                Of = of,
                IsMet = worked >= of ? true : null,
                How = $"No new account came while the daemon was at work.{beside}",
            }
            : KpiKinds.NeededApproval.Share(locked, arrived - gone, of, of, target: 100) with
            {
                Known = worked,
                How = $"{locked} of {arrived - gone} new accounts in Grafana's list of users were locked until an admin decided. Whoever "
                    + $"comes while the daemon is down is found at its start.{beside}",
            };
    }

    /// <summary>What somebody did inside is in the audit by its facts, for AUDIT_KEEP, with what could not be seen of it.</summary>
    private static Kpi Answered(List<string> arrived, ILookup<string, AuditRecord> byCase, long worked, long of)
    {
        // That nobody came is only known of the time in which somebody looked.
        if (arrived.Count == 0)
            return KpiKinds.StrangersAnswered.None(0, worked, of) with { How = "No new account came while the daemon was at work." };
        long answered = 0, seen = 0;
        foreach (var account in arrived)
        {
            if (byCase[account].FirstOrDefault(record => record.Event == "exposure")?.Facts is not { } facts) continue;
            answered += Math.Max(0, Number(facts, "requests") - Number(facts, "refused"));
            if (facts.GetValueOrDefault("unseen") is "") seen++;
        }

        return KpiKinds.StrangersAnswered.None(answered, seen, arrived.Count) with
        {
            Counted = "accounts",
            How = $"Requests of new accounts that Grafana did not refuse, from their making to their lock; of {seen} of {arrived.Count} "
                + "accounts the log was seen whole. Where accounts are born locked there are none.",
        };
    }

    private static long Number(IReadOnlyDictionary<string, string> facts, string name) =>
        long.TryParse(facts.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
