namespace Athena.Common.Activities;

/// <summary>Who did what in a window of Grafana's log. Our own requests and those of ignored ids are not in it.</summary>
/// <param name="Users">One row per (id, organisation), by requests and then login; people and, until told apart (<see cref="People"/>), service accounts.</param>
/// <param name="AnonymousRequests">Requests of visitors that are not signed in, the sight probe and our own left out.</param>
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
    /// Of <see cref="AnonymousRequests"/>, those that were given a dashboard or its data: by anonymous access, or of a public dashboard.
    /// The rest is login pages and what knocks at every door.
    /// </summary>
    public long VisitorViews { get; init; }

    /// <summary>Null when Grafana's database answered all the time, as far as its log tells.</summary>
    public DatabaseFailures? DatabaseFailures { get; init; }

    /// <summary>When sign-ups and invitations were completed, in order of time; the first thousand.</summary>
    public IReadOnlyList<DateTimeOffset> SignUps { get; init; } = [];

    /// <summary>Who opened the one dashboard that was asked for (<see cref="ActivityCounterOptions.OpensOf"/>), in order of time.</summary>
    public IReadOnlyList<DashboardOpen> Opens { get; init; } = [];

    /// <summary>True when a list reached its bound (<see cref="ActivityBounds"/>) and something more was left out of it. Nobody reaches one by ordinary work.</summary>
    public bool IsCut { get; init; }
}
