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
    [JsonIgnore]
    public Window Window => new(From, To);

    /// <param name="locks">What can be seen of how sign-ups were met; null when nothing can.</param>
    public static WindowTotals Of(Pulse pulse, (long Locked, long Strayed)? locks, int checks, int checksUp) => new(
        pulse.Coverage.Window.From, pulse.Coverage.Window.To, pulse.Coverage.IsComplete, pulse.Figures.Users, pulse.Figures.Requests,
        pulse.People.ServiceAccountRequests, pulse.Security.Logins, pulse.Security.FailedLogins, pulse.Security.LockedLogins,
        pulse.Security.SignUps,
        locks?.Locked, locks?.Strayed, pulse.Pages.PageLoads, pulse.Pages.P95, pulse.Pages.Requests, pulse.Pages.ServerErrors, checks,
        checksUp);

    /// <summary>Names the file's line in messages.</summary>
    public override string ToString() => From.ToString("yyyy-MM-dd'T'HH:mmzzz", CultureInfo.InvariantCulture);
}
