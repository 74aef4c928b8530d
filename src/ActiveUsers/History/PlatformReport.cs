using System.Globalization;
using Athena.Common.Kpis;
using Athena.Common.Time;

namespace Athena.ActiveUsers.History;

/// <summary>What a span of windows adds up to: days, peaks, and figures by which the platform is measured. Pure.</summary>
/// <param name="Days">Days with at least one window, in order.</param>
/// <param name="BusiestByUsers">The window with most users; null without one.</param>
/// <param name="BusiestByRequests">The window with most requests; null without one.</param>
internal sealed record PlatformReport(
    DateTimeOffset From,
    DateTimeOffset To,
    TimeZoneInfo Zone,
    IReadOnlyList<DayTotals> Days,
    WindowTotals? BusiestByUsers,
    WindowTotals? BusiestByRequests,
    IReadOnlyList<PlatformFigure> Figures)
{
    public static PlatformReport Of(IReadOnlyList<WindowTotals> windows, DateTimeOffset from, DateTimeOffset to, TimeZoneInfo zone) => new(
        from, to, zone,
        [.. windows.GroupBy(window => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(window.From, zone).DateTime)).OrderBy(day => day.Key)
            .Select(day => DayTotals.Of(day.Key, [.. day]))],
        windows.Where(window => window.Users > 0).MaxBy(window => window.Users),
        windows.Where(window => window.Requests > 0).MaxBy(window => window.Requests),
        [
            .. PulseKpis.Of(windows, new Window(from, to)).Select(PlatformFigure.Of).Append(NeededApproval(windows))
                .Append(SawBefore(windows)).Select(figure => Judged(figure, windows, new Window(from, to))),
        ]);

    /// <summary>On its first day it is neither met nor missed.</summary>
    private static PlatformFigure Judged(PlatformFigure figure, IReadOnlyList<WindowTotals> windows, Window span) =>
        windows is [var first, ..] && AuditKpis.TooEarly(first.From, span) is { } known
            ? figure with { IsMet = null, Remark = $"too early to tell, {known}; {figure.Remark}" }
            : figure;

    private static PlatformFigure NeededApproval(IReadOnlyList<WindowTotals> windows)
    {
        var (signUps, locked) = Met(windows);
        if (windows.All(window => window.SignUps == 0))
            return PlatformFigure.NotKnown("neededApproval", "new accounts that needed approval", "100 %", "nobody signed up in this span");
        return signUps == 0
            ? PlatformFigure.NotKnown(
                "neededApproval", "new accounts that needed approval", "100 %", "locks are in the log only with router_logging = true")
            : new("neededApproval", "new accounts that needed approval", "100 %", Percent(locked, signUps), "%", locked == signUps,
                Invariant($"{locked} of {signUps} sign-ups were locked in their window or the next; ")
                + "the rest: grafana-auto-disable pending, and its audit");
    }

    private static PlatformFigure SawBefore(IReadOnlyList<WindowTotals> windows)
    {
        var seen = windows.Where(window => window is { SignUps: > 0, Strayed: not null }).ToList();
        if (windows.All(window => window.SignUps == 0))
            return new(
                "sawBeforeApproval", "sign-ups that saw a dashboard before approval", "0", 0, "", true, "nobody signed up in this span");
        if (seen.Count == 0)
            return PlatformFigure.NotKnown(
                "sawBeforeApproval",
                "sign-ups that saw a dashboard before approval",
                "0",
                "dashboards are in the log only with router_logging = true");
        var strayed = seen.Sum(window => window.Strayed!.Value);
        var (signUps, locked) = Met(windows);

        // Whoever was not locked may have looked at anything: none seen is not none.
        return new(
            "sawBeforeApproval",
            "sign-ups that saw a dashboard before approval",
            "0",
            strayed,
            "",
            strayed > 0 ? false : locked == signUps ? true : null,
            locked == signUps
                ? "among those whose lock was seen in the log"
                : Invariant($"at least; {signUps - locked} of {signUps} sign-ups were not seen to be locked, ")
                    + "and what they saw is not in this number");
    }

    /// <summary>
    /// Sign-ups of windows in which locks can be seen, and how many of them were locked: in the same window, or in the one that follows it
    /// at once, for who signs up in a window's last second is locked in the next.
    /// </summary>
    private static (long SignUps, long Locked) Met(IReadOnlyList<WindowTotals> windows)
    {
        long signUps = 0, locked = 0, waiting = 0;
        DateTimeOffset? end = null;
        foreach (var window in windows.Where(window => window.Locked is not null))
        {
            if (window.From != end) waiting = 0;
            var met = Math.Min(window.Locked!.Value, window.SignUps + waiting);
            waiting = Math.Min(window.SignUps, window.SignUps + waiting - met);
            (signUps, locked, end) = (signUps + window.SignUps, locked + met, window.To);
        }

        return (signUps, locked);
    }

    private static double Percent(long part, long whole) => Math.Round(100.0 * part / whole, 2, MidpointRounding.ToZero);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>
/// A day in the zone of <c>TIMEZONE</c>. Who was there twice is not known, names are not kept: users are those of the busiest window.
/// </summary>
/// <param name="Windows">How many windows were read.</param>
/// <param name="Unseen">How many of them were not seen whole.</param>
/// <param name="PeakUsers">Most users in one window.</param>
internal sealed record DayTotals(
    DateOnly Day, int Windows, int Unseen, int PeakUsers, long Requests, long FailedLogins, long SignUps, long ServerErrors)
{
    public static DayTotals Of(DateOnly day, IReadOnlyList<WindowTotals> windows) => new(
        day, windows.Count, windows.Count(window => !window.IsComplete), windows.Max(window => window.Users),
        windows.Sum(window => window.Requests),
        windows.Sum(window => window.FailedLogins), windows.Sum(window => window.SignUps), windows.Sum(window => window.ServerErrors));
}

/// <summary>One of the figures by which the platform is measured.</summary>
/// <param name="Key">For programs; never changed.</param>
/// <param name="Target">In words.</param>
/// <param name="Value">Null when it is not known.</param>
/// <param name="Unit"><c>%</c>, <c>s</c>, or empty for a count.</param>
/// <param name="IsMet">Null when it is not known.</param>
/// <param name="Remark">What it was made from, or why it is not known and what would make it so.</param>
internal sealed record PlatformFigure(string Key, string Name, string Target, double? Value, string Unit, bool? IsMet, string Remark)
{
    public static PlatformFigure Of(Kpi kpi) =>
        new(kpi.Key, kpi.Name, kpi.Target, kpi.Value, kpi.Unit, kpi.IsMet, $"{kpi.KnownWords()}; {kpi.How}");

    public static PlatformFigure NotKnown(string key, string name, string target, string why) =>
        new(key, name, target, null, "", null, why);
}
