using Athena.Common.Grafana;

namespace Athena.AutoDisable.Exposures;

/// <summary>What the log's lines of one user do not tell about his time inside; the gate knows it or asks Grafana.</summary>
/// <param name="UserId">His id.</param>
/// <param name="ArrivedAt">Time of the log line of his arrival; null when there is none.</param>
/// <param name="FirstSeenAt">When we first saw the account (<c>LockCase.OpenedAt</c>).</param>
/// <param name="LockedAt">When it was locked; null while it is not.</param>
/// <param name="RouterLogging"><c>[server] router_logging</c> as Grafana's settings say; null when it was not to be learnt.</param>
/// <param name="HadGap">The log had a gap between his arrival and now.</param>
/// <param name="WasUnreadable">The log could not be read at some time between his arrival and now.</param>
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
    /// Whether Grafana says that he made requests: its <c>lastSeenAt</c> is not the "ten years before" of somebody who never did. Null
    /// when it does not say.
    /// </summary>
    public bool? HasActed { get; init; }

    /// <summary>
    /// The service accounts that exist now in the organisations of <see cref="ExposureTrace.Organisations"/>; null when they could not be
    /// asked for. To be asked once a deed of the kind <see cref="DeedKind.ServiceAccount"/> is seen.
    /// </summary>
    public IReadOnlyList<ServiceAccount>? ServiceAccounts { get; init; }

    /// <summary>When the database disabled the account as its row was made; null when it did not, or that is not known.</summary>
    public DateTimeOffset? BornLockedAt { get; init; }

    /// <summary>
    /// Ids of service accounts that were there before he came: as known when his case was opened, not now. A token of his that was used
    /// since has made its service account known too.
    /// </summary>
    public IReadOnlySet<long> ServiceAccountsBefore { get; init; } = new HashSet<long>();

    /// <summary>
    /// <see cref="HasActed"/> from a record of the user list: somebody who never signed in was last seen ten years before he was made
    /// (docs/grafana.md §5).
    /// </summary>
    public static bool? Acted(GrafanaUser user) =>
        user is { Created: { } created, LastSeenAt: { } seen } ? seen > created.AddYears(-1) : null;
}
