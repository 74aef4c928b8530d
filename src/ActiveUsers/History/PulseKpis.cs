using System.Globalization;
using Athena.Common.Kpis;
using Athena.Common.State.Audit;
using Athena.Common.Time;

namespace Athena.ActiveUsers.History;

/// <summary>What the totals of a span and the audit come to, as key figures. Pure.</summary>
internal static class PulseKpis
{
    /// <summary>So many dashboards are named, those that were opened most.</summary>
    private const int MostDashboards = 10;

    private const string PulseCase = "pulse/";

    /// <param name="windows">Those that begin in the span, in order of time.</param>
    public static IReadOnlyList<Kpi> Of(IReadOnlyList<WindowTotals> windows, Window span)
    {
        var seen = windows.Where(window => window is { IsComplete: true, Locked: not null, Loads: not null }).ToList();
        var (known, of) = ((long)seen.Sum(window => window.Window.Length.TotalMinutes), Minutes(span));
        return [Availability(windows, of), LoginSuccess(seen, known, of), DashboardLoad(seen, known, of)];
    }

    /// <summary>With what the audit knows.</summary>
    /// <param name="records">The whole audit, in order.</param>
    /// <param name="verified">What its check came to.</param>
    public static IReadOnlyList<Kpi> Of(
        IReadOnlyList<WindowTotals> windows, IReadOnlyList<AuditRecord> records, AuditVerification verified, Window span,
        AlignedSchedule schedule)
    {
        var unseen = windows.Sum(window => window.UnseenSeconds ?? (window.IsComplete ? 0 : window.Window.Length.TotalSeconds));
        var gaps = windows.Count(window => !window.IsComplete);
        var read = (long)windows.Where(window => window.UnseenSeconds is not null || window.IsComplete)
            .Sum(window => window.Window.Length.TotalMinutes);
        var words = Invariant($"{gaps} of {windows.Count} windows were not seen whole, {unseen / 60:0} minutes");
        return
        [
            .. Of(windows, span),
            PulsesSent(records, span, schedule),
            AuditKpis.DataLoss(records, verified, span, gaps, words, read),
        ];
    }

    /// <summary>
    /// A minute with a check is known. One without is not, unless Grafana's own log says that it was not there: it was stopped, or
    /// killed, or its host was, until it began anew.
    /// </summary>
    private static Kpi Availability(IReadOnlyList<WindowTotals> windows, long of)
    {
        long up = 0, known = 0, byLog = 0;
        var outages = windows.SelectMany(window => window.Down ?? []).ToList();
        foreach (var window in windows)
        {
            var minutes = Minutes(window.Window);
            var checks = Math.Min(window.Checks, minutes);
            var down = Math.Min(window.Checks - window.ChecksUp, checks);
            var told = Math.Min(minutes - checks, Math.Max(0, Overlap(window.Window, outages) - down));
            (up, known, byLog) = (up + checks - down, known + checks + told, byLog + told);
        }

        return KpiKinds.Availability.Share(up, known, known, of, KpiKinds.AvailabilityTarget) with
        {
            How = known == 0
                ? "No check of Grafana's health was made in this span: the daemon was not running."
                : Invariant($"Grafana and its database answered {up:N0} of {known - byLog:N0} checks, one a minute. {of - known:N0} ")
                    + Invariant($"minutes have no check and are not known; {byLog:N0} others have none and count as not there, because ")
                    + "Grafana's log says that it was stopped, or ends and begins anew.",
        };
    }

    private static Kpi LoginSuccess(List<WindowTotals> seen, long known, long of)
    {
        var (good, bad) = (seen.Sum(window => window.Logins), seen.Sum(window => window.Mistyped ?? 0));
        var others = seen.Sum(window => window.FailedLogins) - bad;
        return KpiKinds.LoginSuccess.Share(good, good + bad, known, of, KpiKinds.LoginTarget) with
        {
            How = good + bad == 0
                ? "No login was seen; they are in the log only with router_logging = true."
                : Invariant($"{good:N0} logins, {bad:N0} wrong passwords of people who came in from the same address in the same window. ")
                    + Invariant($"Left out: {Math.Max(0, others):N0} of addresses that never came in or tried more than five for each ")
                    + "right one, logins that were shut, accounts that are locked, and what failed while Grafana or its database did.",
        };
    }

    private static Kpi DashboardLoad(List<WindowTotals> seen, long known, long of)
    {
        var all = LoadTimes.Sum(seen.Select(window => window.Loads!));
        var kind = KpiKinds.DashboardLoad;
        if (all.Percentile(95) is not { } p95)
            return kind with
            {
                Known = known,
                Of = of,
                How = "No dashboard was opened whose queries are in the log; they are there only with router_logging = true.",
            };
        var fast = all.Times.Where(time => time.Milliseconds < KpiKinds.LoadTarget).Sum(time => time.Count);
        return kind.Share(fast, all.Count, known, of, target: 95) with
        {
            Value = p95 / 1000.0,
            AtMost = null,
            Unit = "s",
            How = Invariant($"{all.Count:N0} openings, half of them within {all.Percentile(50) / 1000.0:0.00} s: from the request for the ")
                + "page, or for the dashboard, to the end of the last query of its first burst. Times are kept within a tenth. Not in it: "
                + "dashboards without queries, visitors without a login, pictures, and how long the browser draws.",
            Parts =
            [
                .. seen.SelectMany(window => window.Dashboards ?? []).GroupBy(dashboard => dashboard.Uid, dashboard => dashboard.Times)
                    .Select(dashboard => new { Uid = dashboard.Key, Times = LoadTimes.Sum(dashboard) })
                    .OrderByDescending(dashboard => dashboard.Times.Count).ThenBy(dashboard => dashboard.Uid, StringComparer.Ordinal)
                    .Take(MostDashboards).Select(dashboard => new KpiPartRow(dashboard.Uid, Invariant(
                        $"p50 {dashboard.Times.Percentile(50) / 1000.0:0.00} s, p95 {dashboard.Times.Percentile(95) / 1000.0:0.00} s, ")
                        + Invariant($"{dashboard.Times.Count:N0} openings"))),
            ],
        };
    }

    private static Kpi PulsesSent(IReadOnlyList<AuditRecord> records, Window span, AlignedSchedule schedule)
    {
        // A pulse goes out after its window; whatever was before the first line of the audit was before the daemon.
        var begin = records.Count > 0 && Moment(records[0].At) is { } first ? first : span.To;
        var due = schedule.Ending(begin > span.From ? begin : span.From, span.To).Select(window => window.To).ToHashSet();
        var told = Ends("sent");
        var unsure = Ends("unsure").Except(told).Count();
        return KpiKinds.PulsesSent.Share(told.Count, due.Count - unsure, due.Count - unsure, due.Count, target: 100) with
        {
            Counted = "windows",
            How = due.Count == 0
                ? "No window was due in this span."
                : Invariant($"{told.Count:N0} of {due.Count:N0} pulses are in the chat, by the audit; of {unsure:N0} it is not known. ")
                    + "One that was overtaken by the next is not sent any more.",
        };

        HashSet<DateTimeOffset> Ends(string name) =>
        [
            .. records.Where(record => record.Event == name && record.Case.StartsWith(PulseCase, StringComparison.Ordinal))
                .Select(record => Moment(record.Case[PulseCase.Length..])).OfType<DateTimeOffset>().Where(due.Contains),
        ];
    }

    private static long Minutes(Window span) => (long)span.Length.TotalMinutes;

    private static long Overlap(Window window, List<DownSpan> outages)
    {
        var seconds = 0.0;
        foreach (var outage in outages)
        {
            var (from, to) = (outage.From > window.From ? outage.From : window.From, outage.To < window.To ? outage.To : window.To);
            if (to > from) seconds += (to - from).TotalSeconds;
        }

        return (long)Math.Ceiling(seconds / 60);
    }

    private static DateTimeOffset? Moment(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) ? at : null;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
