using System.Globalization;
using System.Text.Json.Serialization;
using Athena.ActiveUsers.Pulses;
using Athena.Common.Time;

namespace Athena.ActiveUsers.History;

/// <summary>What is kept of a window for thirteen months: numbers and no names.</summary>
/// <param name="From">RFC 3339.</param>
/// <param name="IsComplete">Seen whole; otherwise the counts are at least so many.</param>
/// <param name="Checks">How often Grafana's health was looked at; 0 while the daemon was down.</param>
/// <param name="ChecksUp">How often it was well.</param>
/// <param name="Locked">Accounts that were locked by number, as grafana-auto-disable does; null where that cannot be seen (no account of
/// ours, router_logging off).</param>
/// <param name="Strayed">Of these, accounts that saw a dashboard before, at most as many as signed up; null likewise.</param>
internal sealed record WindowTotals(
    DateTimeOffset From,
    DateTimeOffset To,
    bool IsComplete,
    int Users,
    long Requests,
    long ServiceAccountRequests,
    long Logins,
    long FailedLogins,
    long LockedLogins,
    long SignUps,
    long? Locked,
    long? Strayed,
    long PageLoads,
    long? PageP95,
    long Answers,
    long ServerErrors,
    int Checks,
    int ChecksUp)
{
    private const int MostDashboards = 20;

    /// <summary>Of <see cref="FailedLogins"/>, those of people; null in lines of before they were told apart.</summary>
    public long? Mistyped { get; init; }

    /// <summary>How much of the log was not seen; null in lines of before that was kept.</summary>
    public double? UnseenSeconds { get; init; }

    /// <summary>How long dashboards took, see <see cref="LoadTimes"/>; null in lines of before that was kept.</summary>
    public long[]? Loads { get; init; }

    /// <summary>The same of single dashboards, those that were opened most; kept for two months.</summary>
    public IReadOnlyList<DashboardLoads>? Dashboards { get; init; }

    /// <summary>When Grafana was not there, by its log, until it began anew in this window; may reach back into others.</summary>
    public IReadOnlyList<DownSpan>? Down { get; init; }

    [JsonIgnore]
    public Window Window => new(From, To);

    /// <param name="locks">What can be seen of how sign-ups were met; null when nothing can.</param>
    public static WindowTotals Of(Pulse pulse, (long Locked, long Strayed)? locks, int checks, int checksUp) => new(
        pulse.Coverage.Window.From, pulse.Coverage.Window.To, pulse.Coverage.IsComplete, pulse.Figures.Users, pulse.Figures.Requests,
        pulse.People.ServiceAccountRequests, pulse.Security.Logins, pulse.Security.FailedLogins, pulse.Security.LockedLogins,
        pulse.Security.SignUps,
        locks?.Locked, locks?.Strayed, pulse.Pages.PageLoads, pulse.Pages.P95, pulse.Pages.Requests, pulse.Pages.ServerErrors, checks,
        checksUp)
    {
        Mistyped = pulse.Security.Mistyped,
        UnseenSeconds = Math.Round(pulse.Coverage.Unseen.TotalSeconds, 1),
        Loads = LoadTimes.Of(pulse.LoadTimes),
        Dashboards = pulse.Loads.Count == 0
            ? null
            : [.. pulse.Loads.Take(MostDashboards).Select(load => new DashboardLoads(load.Uid, LoadTimes.Of(load.Times)))],
    };

    /// <summary>Names the file's line in messages.</summary>
    public override string ToString() => From.ToString("yyyy-MM-dd'T'HH:mmzzz", CultureInfo.InvariantCulture);
}

/// <param name="Uid">Hostile text.</param>
/// <param name="Times">See <see cref="LoadTimes"/>.</param>
internal sealed record DashboardLoads(string Uid, long[] Times);

/// <summary>Grafana was not there.</summary>
/// <param name="From">When it was stopped, or wrote its last line.</param>
/// <param name="To">When it listened again.</param>
internal sealed record DownSpan(DateTimeOffset From, DateTimeOffset To);
