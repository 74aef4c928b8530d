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

    /// <summary>How long dashboards took to show their data, those that were opened most first.</summary>
    public IReadOnlyList<DashboardTimes> Loads { get; init; } = [];

    /// <summary>When Grafana began anew, by its own log.</summary>
    public IReadOnlyList<ServerStart> Starts { get; init; } = [];

    /// <summary>The last line that was written while Grafana was at work; null where there is none.</summary>
    public DateTimeOffset? LastLine { get; init; }

    /// <summary>Since when Grafana is not at work, where the log says that it went and not yet that it is back; null otherwise.</summary>
    public DateTimeOffset? DownSince { get; init; }

    /// <summary>Who came and went, and what they wrote; null unless it was asked for.</summary>
    public AccessTally? Access { get; init; }

    /// <summary>True when more people were in the log than there may be rows: somebody is not among <see cref="Users"/>.</summary>
    public bool AreUsersCut { get; init; }

    /// <summary>
    /// True when a list reached its bound (<see cref="ActivityBounds"/>) and something more was left out of it. Nobody reaches one by
    /// ordinary work.
    /// </summary>
    public bool IsCut { get; init; }
}

/// <summary>A successful request that changed users, roles, organisations, service accounts, tokens, invitations or settings.</summary>
/// <param name="ByOurselves">Made by our own account with our referer, and a call of our programs.</param>
/// <param name="Path">As logged; hostile text.</param>
public sealed record Change(DateTimeOffset At, long ById, string ByLogin, long OrgId, string Method, string Path, bool ByOurselves);

/// <summary>Somebody opened a dashboard; a reload is an open. <paramref name="Login"/> is hostile text.</summary>
public sealed record DashboardOpen(DateTimeOffset At, long Id, string Login, long OrgId);

/// <summary>How Grafana did. Requests of the live channel (status -1), sight probes and our own are left out.</summary>
/// <param name="Requests">All answered requests, anonymous ones too.</param>
/// <param name="ServerErrors">Of these, status 500 to 599.</param>
/// <param name="P50">Median time of a page load (<c>GET</c> of a page's shell, 200) in milliseconds, within 1 %; null without one.</param>
/// <param name="P95">The same, 95th percentile.</param>
public sealed record PageTally(long Requests, long ServerErrors, long PageLoads, long? P50, long? P95);

/// <summary>How Grafana answered, organisation by organisation. Sight probes and our own requests are left out.</summary>
/// <param name="Organisations">By the organisation's number; 0 and 1 hold those who are not signed in, too, -1 users in none.</param>
/// <param name="ApiTimes">How long requests of <c>/api</c> and <c>/apis</c> took, within 1 %.</param>
public sealed record AnswerTally(IReadOnlyDictionary<long, OrganisationAnswers> Organisations, TimeTally ApiTimes)
{
    public static AnswerTally None { get; } = new(new Dictionary<long, OrganisationAnswers>(), TimeTally.None);
}

/// <summary>What one organisation was answered.</summary>
/// <param name="Requests">All answered requests.</param>
/// <param name="ServerErrors">Of these, status 500 to 599.</param>
public readonly record struct OrganisationAnswers(long Requests, long ServerErrors);

/// <summary>Counts of security events (docs/grafana.md §6). The log does not name the login that was tried.</summary>
/// <param name="FailedLogins">Refused passwords and the like; refused API keys and tokens are <see cref="RefusedTokens"/>.</param>
/// <param name="LockedLogins">Attempts that met a login which is locked after too many wrong passwords.</param>
/// <param name="DisabledUserAttempts">Requests of disabled users, by password or basic auth.</param>
/// <param name="AccessDenied">Of signed-in users and service accounts, our own left out.</param>
/// <param name="SignUps">Completed sign-ups and invitations.</param>
/// <param name="Logins">Successful logins by form, as far as the log has them; none with <c>router_logging = false</c>.</param>
public sealed record SecurityTally(
    long FailedLogins, long LockedLogins, long DisabledUserAttempts, long AccessDenied, long SignUps, long Logins)
{
    /// <summary>Requests with an API key or token that is none: mostly a script with an old one, which is no attempt to log in.</summary>
    public long RefusedTokens { get; init; }

    /// <summary>
    /// Wrong passwords of people: from an address from which somebody came in as well, and not more than five for each that was right.
    /// Others are of attackers, of strangers who are locked, or of people who gave up. None with <c>router_logging = false</c>.
    /// </summary>
    public long Mistyped { get; init; }
}

/// <summary>
/// Requests of which Grafana could not find out who asked, because its database or directory server did not answer. A short outage that no
/// look at Grafana's health meets is seen here, and only here.
/// </summary>
/// <param name="Requests">At least one.</param>
/// <param name="First">Time of the first of them.</param>
/// <param name="Last">Time of the last.</param>
public sealed record DatabaseFailures(long Requests, DateTimeOffset First, DateTimeOffset Last);

/// <summary>A sight probe that came back in the log.</summary>
/// <param name="Nonce">The end of its path; anybody may send such a path, so only those count that were sent.</param>
public sealed record ProbeEcho(string Nonce, DateTimeOffset At);

/// <summary>
/// How long it took until a dashboard showed its data: from the request for its page, or for the dashboard where there was none, to the end
/// of the last query of its first burst. Openings without a query, and those that the end of the window cuts, are not in it.
/// </summary>
/// <param name="Uid">Hostile text.</param>
public sealed record DashboardTimes(string Uid, TimeTally Times);

/// <summary>Grafana began to answer.</summary>
/// <param name="Since">When it went, or wrote its last line before; null where no line of before was seen.</param>
/// <param name="At">When it said that it listens.</param>
public sealed record ServerStart(DateTimeOffset? Since, DateTimeOffset At);
