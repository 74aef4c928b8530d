using System.Text.Json.Serialization;

namespace Athena.AutoDisable.Exposures;

/// <summary>
/// What somebody did between his arrival and his lock. Kept with the case, so that the mail can be written again; all texts in it are a
/// stranger's.
/// </summary>
/// <param name="Since">His arrival by the log, or his first request, whichever is earlier; else when we first saw him.</param>
/// <param name="Until">When he was locked; null while he is not.</param>
/// <param name="LastRequestAt">When the last request of his began; null when none was seen.</param>
/// <param name="Requests">Request lines seen.</param>
/// <param name="Refused">Of these, answered 401 or 403.</param>
/// <param name="LivePages">Websockets opened; one that is open stays so after the lock, until it reconnects (docs/grafana.md §5).</param>
/// <param name="Dashboards">What he opened or had on screen.</param>
/// <param name="Addresses">Where from, as claimed.</param>
/// <param name="Organisations">Where he made requests.</param>
/// <param name="Deeds">What he made or changed, and critical things that he tried.</param>
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
    IReadOnlyList<Deed> Deeds,
    IReadOnlyList<TouchedServiceAccount> ServiceAccounts,
    SightLimits Limits)
{
    /// <summary>For the clocks of two machines and the answer's way back: so near to the lock, before and after cannot be told apart.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(1);

    /// <summary>How often he asked for data, whatever page his client claims to have been on; refusals are none.</summary>
    public int Queries { get; init; }

    /// <summary>When Grafana's database disabled the account as its row was made; null when it did not, or that is not known.</summary>
    public DateTimeOffset? BornLockedAt { get; init; }

    /// <summary>Proved: disabled at birth, found disabled, and no request under its id in a log that would have shown one.</summary>
    [JsonIgnore]
    public bool IsNeverInside => BornLockedAt is not null && Requests == 0 && IsSightWhole;

    /// <summary>How long he was inside; null while he still is.</summary>
    [JsonIgnore]
    public TimeSpan? Inside => BornLockedAt is not null && Requests == 0 ? TimeSpan.Zero : Until is { } until ? until > Since ? until - Since : TimeSpan.Zero : null;

    /// <summary>What has been changed for certain.</summary>
    [JsonIgnore]
    public IEnumerable<Deed> Made => Deeds.Where(deed => deed.Outcome == DeedOutcome.Done);

    /// <summary>True when he made or changed something that the lock does not take away, or may have.</summary>
    [JsonIgnore]
    public bool IsCritical => Deeds.Any(deed => deed is { IsCritical: true, Outcome: not DeedOutcome.Refused });

    /// <summary>True when everything could be seen, so that "nothing" may be said.</summary>
    [JsonIgnore]
    public bool IsSightWhole => Limits == SightLimits.None;

    /// <summary>True when he went on making requests after the lock.</summary>
    [JsonIgnore]
    public bool WentOn => LastRequestAt - Until > Slack;

    /// <summary>Puts together what the log showed and what is known otherwise.</summary>
    public static Exposure Of(ExposureTrace trace, ExposureFacts facts)
    {
        var since = Earliest(facts.ArrivedAt, trace.FirstStart) ?? facts.FirstSeenAt;
        return new Exposure(
            since, facts.LockedAt, trace.LastStart, trace.Requests, trace.Refused, trace.LivePages, trace.Dashboards, trace.Addresses,
            trace.Organisations, trace.Deeds, ServiceAccountSearch.Find(trace.Deeds, facts), LimitsOf(trace, facts, since))
        { Queries = trace.Queries, BornLockedAt = facts.BornLockedAt };
    }

    /// <summary>This one, with what he had left behind before: he was let in again for a while, or the daemon was started anew between.</summary>
    public Exposure After(Exposure before) => this with
    {
        Queries = before.Queries + Queries,
        Deeds = [.. before.Deeds.Where(deed => deed is { IsCritical: true, Outcome: not DeedOutcome.Refused } && !Deeds.Any(deed.IsLike)), .. Deeds],
        ServiceAccounts = [.. before.ServiceAccounts.Where(old => ServiceAccounts.All(account => account.Id != old.Id)), .. ServiceAccounts],
    };

    private static SightLimits LimitsOf(ExposureTrace trace, ExposureFacts facts, DateTimeOffset since)
    {
        var limits = SightLimits.None;
        if (facts.HadGap) limits |= SightLimits.Gap;
        if (facts.WasUnreadable) limits |= SightLimits.LogUnreadable;
        if (trace.LogFrom > since) limits |= SightLimits.BeganLate;
        if (facts.HasActed == true && trace.Requests == 0) limits |= SightLimits.LinesMissing;
        if (trace.IsCut) limits |= SightLimits.Cut;
        if (trace.CrowdedOutAt >= since) limits |= SightLimits.Crowded;

        // Locking him, and reading it back, are requests of ours that Grafana answers with 200. A log that shows one of them, at its end,
        // would have shown his too.
        var end = facts.LockedAt is { } locked && locked - Slack > since ? locked - Slack : since;
        if (trace.LastPlainAnswer >= end) return limits;
        return limits | facts.RouterLogging switch
        {
            false => SightLimits.RouterLoggingOff,
            null => SightLimits.RouterLoggingUnknown,
            true => SightLimits.NoEcho,
        };
    }

    private static DateTimeOffset? Earliest(DateTimeOffset? one, DateTimeOffset? other) => one < other ? one : other ?? one;
}
