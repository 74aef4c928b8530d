using Athena.Common.Time;

namespace Athena.Common.Grafana.Usage;

/// <summary>Who did what in a window of Grafana's log. Our own requests and those of ignored ids are not in it.</summary>
/// <param name="Users">One row per (id, organisation), by requests and then login; people and, until told apart (<see cref="People"/>),
/// service accounts.</param>
/// <param name="AnonymousRequests">Requests of visitors that are not signed in, the sight probe and our own sign-in left out.</param>
/// <param name="ProbeEchoes">Sight probes that came back, in order of time; recognised and never counted.</param>
/// <param name="Changes">What users changed of users, roles, service accounts and the like, in order of time; the first thousand.</param>
public sealed record Activity(
    IReadOnlyList<UserActivity> Users,
    long AnonymousRequests,
    SecurityTally Security,
    PageTally Pages,
    IReadOnlyList<ProbeEcho> ProbeEchoes,
    IReadOnlyList<Change> Changes)
{
    /// <summary>Whether a request with status 200 or 304 was seen that only <c>router_logging = true</c> writes.</summary>
    public required bool HasRoutineLines { get; init; }

    /// <summary>
    /// Of <see cref="AnonymousRequests"/>, those that were given a dashboard or its data: by anonymous access, of a public dashboard, of a
    /// snapshot. The rest is login pages and what knocks at every door.
    /// </summary>
    public long VisitorViews { get; init; }

    /// <summary>The same answers as in <see cref="Pages"/>, by organisation.</summary>
    public AnswerTally Answers { get; init; } = AnswerTally.None;

    /// <summary>Null when Grafana's database answered all the time, as far as its log tells.</summary>
    public DatabaseFailures? DatabaseFailures { get; init; }

    /// <summary>
    /// From the first to the last request of each outage in which somebody with a session or a password asked and Grafana could not find
    /// out who it was: such a request is logged as nobody's.
    /// </summary>
    public IReadOnlyList<Window> Unidentified { get; init; } = [];

    /// <summary>
    /// Of <see cref="VisitorViews"/>, dashboards that were opened; one that is fetched in two forms at one opening is one.
    /// </summary>
    public long VisitorOpens { get; init; }

    /// <summary>
    /// Whom our own account tried to lock, as the address of the request names them, id or uid, and when first. Also where Grafana refused,
    /// as it does for accounts of a single sign-on, which are then locked otherwise.
    /// </summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Locks { get; init; } = new Dictionary<string, DateTimeOffset>();

    /// <summary>Requests that were left out because they are our own daemons'.</summary>
    public long OwnRequests { get; init; }

    /// <summary>Who opened the one dashboard that was asked for (<see cref="ActivityCounterOptions.OpensOf"/>), in order of time.</summary>
    public IReadOnlyList<DashboardOpen> Opens { get; init; } = [];

    /// <summary>True when more people were in the log than there may be rows: somebody is not among <see cref="Users"/>.</summary>
    public bool AreUsersCut { get; init; }

    /// <summary>
    /// True when a list reached its bound (<see cref="ActivityBounds"/>) and something more was left out of it. Nobody reaches one by
    /// ordinary work.
    /// </summary>
    public bool IsCut { get; init; }
}
