using System.Text.Json.Serialization;
using Athena.Common.Grafana.Api;
using Athena.Common.Text;

namespace Athena.AutoDisable.Evidence;

/// <summary>
/// What somebody did between their arrival and their lock. Kept with the case, so that the mail can be written again; all texts in it are a
/// stranger's.
/// </summary>
/// <param name="Since">Their arrival by the log, or their first request, whichever is earlier; else when we first saw them.</param>
/// <param name="Until">When they were locked; null while they are not.</param>
/// <param name="LastRequestAt">When their last request began; null when none was seen.</param>
/// <param name="Requests">Request lines seen.</param>
/// <param name="Refused">Of these, answered 401 or 403.</param>
/// <param name="LivePages">Websockets opened; one that is open stays so after the lock, until it reconnects (docs/grafana.md §5).</param>
/// <param name="Dashboards">What they opened or had on screen.</param>
/// <param name="Addresses">Where from, as claimed.</param>
/// <param name="Organisations">Where they made requests.</param>
/// <param name="Deeds">What they made or changed, and critical things that they tried.</param>
/// <param name="ServiceAccounts">The service accounts among that, by name where Grafana could be asked.</param>
/// <param name="Limits">Why something may have happened unseen.</param>
internal sealed record Exposure(
    DateTimeOffset Since,
    DateTimeOffset? Until,
    DateTimeOffset? LastRequestAt,
    int Requests,
    int Refused,
    int LivePages,
    IReadOnlyList<DashboardView> Dashboards,
    IReadOnlyList<string> Addresses,
    IReadOnlyList<long> Organisations,
    IReadOnlyList<ObservedAction> Deeds,
    IReadOnlyList<TouchedServiceAccount> ServiceAccounts,
    CoverageLimits Limits)
{
    /// <summary>
    /// For the clocks of two machines and the answer's way back: so near to the lock, before and after cannot be told apart.
    /// </summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(1);

    /// <summary>How often they asked for data, whatever page their client claims to have been on; refusals are none.</summary>
    public int Queries { get; init; }

    /// <summary><see cref="Until"/> is when the account was found locked; the lock itself came before, nobody knows how long.</summary>
    public bool IsUntilLatest { get; init; }

    /// <summary>When Grafana's database disabled the account as its row was made; null when it did not, or that is not known.</summary>
    public DateTimeOffset? BornLockedAt { get; init; }

    /// <summary>Proved: disabled at birth, found disabled, and no request under its id in a log that would have shown one.</summary>
    [JsonIgnore]
    public bool IsNeverInside => BornLockedAt is not null && Requests == 0 && IsSightWhole;

    /// <summary>How long they were inside; null while they still are.</summary>
    [JsonIgnore]
    public TimeSpan? Inside =>
        BornLockedAt is not null && Requests == 0
            ? TimeSpan.Zero
            : Until is { } until ? until > Since ? until - Since : TimeSpan.Zero : null;

    /// <summary>What has been changed for certain.</summary>
    [JsonIgnore]
    public IEnumerable<ObservedAction> Made => Deeds.Where(observedAction => observedAction.Outcome == ObservedActionOutcome.Done);

    /// <summary>True when they made or changed something that the lock does not take away, or may have.</summary>
    [JsonIgnore]
    public bool IsCritical =>
        Deeds.Any(observedAction => observedAction is { IsCritical: true, Outcome: not ObservedActionOutcome.Refused });

    /// <summary>True when everything could be seen, so that "nothing" may be said.</summary>
    [JsonIgnore]
    public bool IsSightWhole => Limits == CoverageLimits.None;

    /// <summary>True when they went on making requests after the lock.</summary>
    [JsonIgnore]
    public bool WentOn => LastRequestAt - Until > Slack;

    /// <summary>Puts together what the log showed and what is known otherwise.</summary>
    public static Exposure Of(ExposureTrace trace, ExposureFacts facts)
    {
        var since = Earliest(facts.ArrivedAt, trace.FirstStart) ?? facts.FirstSeenAt;
        return new Exposure(
            since, facts.LockedAt, trace.LastStart, trace.Requests, trace.Refused, trace.LivePages, trace.Dashboards, trace.Addresses,
            trace.Organisations, trace.Deeds, ServiceAccountSearch.Find(trace.Deeds, facts), LimitsOf(trace, facts, since))
        { Queries = trace.Queries, BornLockedAt = facts.BornLockedAt, IsUntilLatest = facts.IsLockTimeLatest };
    }

    /// <summary>
    /// This one, with what they had left behind before: they were let in again for a while, or the daemon was started anew between.
    /// </summary>
    public Exposure After(Exposure before) => this with
    {
        Queries = before.Queries + Queries,
        Deeds =
        [
            .. before.Deeds.Where(observedAction =>
                observedAction is { IsCritical: true, Outcome: not ObservedActionOutcome.Refused } && !Deeds.Any(observedAction.IsLike)),
            .. Deeds,
        ],
        ServiceAccounts =
        [
            .. before.ServiceAccounts.Where(old => ServiceAccounts.All(account => account.Id != old.Id)),
            .. ServiceAccounts,
        ],
    };

    private static CoverageLimits LimitsOf(ExposureTrace trace, ExposureFacts facts, DateTimeOffset since)
    {
        var limits = CoverageLimits.None;
        if (facts.HadGap) limits |= CoverageLimits.Gap;
        if (facts.WasUnreadable) limits |= CoverageLimits.LogUnreadable;
        if (trace.LogFrom > since) limits |= CoverageLimits.BeganLate;
        if (facts.HasActed == true && trace.Requests == 0) limits |= CoverageLimits.LinesMissing;
        if (trace.IsCut) limits |= CoverageLimits.Cut;
        if (trace.CrowdedOutAt >= since) limits |= CoverageLimits.Crowded;

        // Locking them, and reading it back, are requests of ours that Grafana answers with 200. A log that shows one of them, at its end,
        // would have shown theirs too.
        var end = facts.LockedAt is { } locked && locked - Slack > since ? locked - Slack : since;
        if (trace.LastPlainAnswer >= end) return limits;
        return limits | facts.RouterLogging switch
        {
            false => CoverageLimits.RouterLoggingOff,
            null => CoverageLimits.RouterLoggingUnknown,
            true => CoverageLimits.NoEcho,
        };
    }

    private static DateTimeOffset? Earliest(DateTimeOffset? one, DateTimeOffset? other) => one < other ? one : other ?? one;
}

/// <summary>Why something may have happened unseen. None of them set is the only ground on which "nothing" may be said.</summary>
[Flags]
internal enum CoverageLimits
{
    None = 0,

    /// <summary>The log could not be followed without a gap while they were inside.</summary>
    Gap = 1 << 0,

    /// <summary>The log could not be read while they were inside.</summary>
    LogUnreadable = 1 << 1,

    /// <summary><c>router_logging</c> is off: requests answered with 200 are not logged (docs/grafana.md §1).</summary>
    RouterLoggingOff = 1 << 2,

    /// <summary>No line with status 200 of anybody came up to their lock, and Grafana does not say whether it writes them.</summary>
    RouterLoggingUnknown = 1 << 3,

    /// <summary>
    /// Grafana says that it logs each request, but not even ours came: it writes another log, or this one came to a halt.
    /// </summary>
    NoEcho = 1 << 4,

    /// <summary>They came before the part of the log that this process has read.</summary>
    BeganLate = 1 << 5,

    /// <summary>Grafana says that they were active, but the log has no line of theirs: another node (docs/grafana.md §9).</summary>
    LinesMissing = 1 << 6,

    /// <summary>They did more than is kept one by one.</summary>
    Cut = 1 << 7,

    /// <summary>So many strangers acted at once that the traces of some were given up.</summary>
    Crowded = 1 << 8,
}

/// <summary>A service account that a stranger made, or made a token for, or changed.</summary>
/// <param name="Id">Its id.</param>
/// <param name="OrgId">Its organisation.</param>
/// <param name="Login"><c>sa-3-backdoor</c>; empty when Grafana's list was not to be had or no longer holds it. A stranger's text.</param>
/// <param name="Name">The name it was given; a stranger's text.</param>
/// <param name="IsNew">Made after they came, so it may be deleted as a whole; of an older one only what they added is to go.</param>
/// <param name="IsCertain">False when several came in the same time and the log's line does not say which one is theirs.</param>
/// <param name="Tokens">Tokens that they were seen making for it.</param>
internal sealed record TouchedServiceAccount(long Id, long OrgId, string Login, string Name, bool IsNew, bool IsCertain, int Tokens)
{
    /// <summary>Made by that account for certain: nobody else can miss it, so a command may delete it with its tokens.</summary>
    [JsonIgnore]
    public bool IsTheirs => IsNew && IsCertain;

    public string Login { get; init; } = ClaimedText.Cut(Login);

    public string Name { get; init; } = ClaimedText.Cut(Name);
}

/// <summary>A dashboard that somebody had before them.</summary>
/// <param name="Uid">Its uid. From an address, so a stranger's text when it was only on screen.</param>
/// <param name="Opens">How often it was opened; a reload is a second open (docs/grafana.md §4). 0: seen on screen only.</param>
/// <param name="Queries">Queries its panels made: it was on screen.</param>
/// <param name="Title">What people call it, chosen by whoever may edit it; null when Grafana did not tell.</param>
internal sealed record DashboardView(string Uid, int Opens, int Queries, string? Title = null)
{
    public string Uid { get; init; } = ClaimedText.Cut(Uid);

    public string? Title { get; init; } = Title is null ? null : ClaimedText.Cut(Title);
}

/// <summary>What the log's lines of one user do not tell about their time inside; the gate knows it or asks Grafana.</summary>
/// <param name="UserId">Their id.</param>
/// <param name="ArrivedAt">Time of the log line of their arrival; null when there is none.</param>
/// <param name="FirstSeenAt">When we first saw the account (<c>LockCase.OpenedAt</c>).</param>
/// <param name="LockedAt">When it was locked; null while it is not.</param>
/// <param name="RouterLogging"><c>[server] router_logging</c> as Grafana's settings say; null when it was not to be learnt.</param>
/// <param name="HadGap">The log had a gap between their arrival and now.</param>
/// <param name="WasUnreadable">The log could not be read at some time between their arrival and now.</param>
internal sealed record ExposureFacts(
    long UserId,
    DateTimeOffset? ArrivedAt,
    DateTimeOffset FirstSeenAt,
    DateTimeOffset? LockedAt,
    bool? RouterLogging = null,
    bool HadGap = false,
    bool WasUnreadable = false)
{
    /// <summary>
    /// Whether Grafana says that they made requests: its <c>lastSeenAt</c> is not the "ten years before" of somebody who never did. Null
    /// when it does not say.
    /// </summary>
    public bool? HasActed { get; init; }

    /// <summary>
    /// The service accounts that exist now in the organisations of <see cref="ExposureTrace.Organisations"/>; null when they could not be
    /// asked for. To be asked once an action of the kind <see cref="ObservedActionKind.ServiceAccount"/> is seen.
    /// </summary>
    public IReadOnlyList<ServiceAccount>? ServiceAccounts { get; init; }

    /// <summary>The lock came before <see cref="LockedAt"/>, nobody knows how long.</summary>
    public bool IsLockTimeLatest { get; init; }

    /// <summary>When the database disabled the account as its row was made; null when it did not, or that is not known.</summary>
    public DateTimeOffset? BornLockedAt { get; init; }

    /// <summary>
    /// Ids of service accounts that were there before they came: as known when their case was opened, not now. A token of theirs that was
    /// used since has made its service account known too.
    /// </summary>
    public IReadOnlySet<long> ServiceAccountsBefore { get; init; } = new HashSet<long>();

    /// <summary>
    /// <see cref="HasActed"/> from a record of the user list: somebody who never signed in was last seen ten years before they were made
    /// (docs/grafana.md §5).
    /// </summary>
    public static bool? Acted(GrafanaUser user) =>
        user is { Created: { } created, LastSeenAt: { } seen } ? seen > created.AddYears(-1) : null;
}

/// <summary>
/// What the log has shown so far of one user id, and how far the log itself could be seen. A copy: later lines do not change it.
/// </summary>
/// <param name="Requests">Their request lines, whatever they are.</param>
/// <param name="FirstStart">When the first of their requests began: its line's time less its duration; null without a line.</param>
/// <param name="LastStart">When the last of their requests began; null without a line.</param>
/// <param name="LivePages">How often a page of theirs opened its websocket. Closing is never logged.</param>
/// <param name="Refused">Their requests with status 401 or 403.</param>
/// <param name="Dashboards">In the order in which they were first seen; no more than <see cref="ExposureRecorder.MostDashboards"/>.</param>
/// <param name="Addresses">Addresses that their requests claimed.</param>
/// <param name="Organisations">Organisations in which they made requests.</param>
/// <param name="Deeds">What could have changed something; refusals only of critical kinds.</param>
/// <param name="IsCut">True when they did more than is kept here one by one; the counts still hold all.</param>
/// <param name="LogFrom">From when on this process has followed the log: its start, or the time of the first line it read, if that is
/// older.</param>
/// <param name="LastPlainAnswer">Time of the last line with status 200 or 304 of anybody: proof that these are logged; null for
/// none.</param>
/// <param name="CrowdedOutAt">When strangers were so many that the trace of one was given up; null for never.</param>
internal sealed record ExposureTrace(
    int Requests,
    DateTimeOffset? FirstStart,
    DateTimeOffset? LastStart,
    int LivePages,
    int Refused,
    IReadOnlyList<DashboardView> Dashboards,
    IReadOnlyList<string> Addresses,
    IReadOnlyList<long> Organisations,
    IReadOnlyList<ObservedAction> Deeds,
    bool IsCut,
    DateTimeOffset LogFrom,
    DateTimeOffset? LastPlainAnswer,
    DateTimeOffset? CrowdedOutAt)
{
    /// <summary>How often they asked for data; refusals are none.</summary>
    public int Queries { get; init; }
}
