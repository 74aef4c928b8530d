using Athena.Common.Grafana.Api;

namespace Athena.AutoDisable.Evidence;

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
