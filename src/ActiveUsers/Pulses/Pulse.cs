using System.Globalization;
using Athena.Common.Grafana.Health;
using Athena.Common.Grafana.Identities;
using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Ranges;

namespace Athena.ActiveUsers.Pulses;

/// <summary>Who was active in a window and how Grafana was: everything that the message says, before it is text.</summary>
/// <param name="People">Who was at work, who only left a tab open, and the service accounts.</param>
/// <param name="Organisations">By users; empty unless there are several.</param>
/// <param name="Dashboards">By users who opened one or had it on screen; all of them, named by uid until <see cref="WithTitles"/>.</param>
/// <param name="Look">The last look at Grafana's health; null when there was none.</param>
/// <param name="Before">The window before; null when it is not known.</param>
internal sealed record Pulse(
    Coverage Coverage,
    People People,
    IReadOnlyList<PulseShare> Organisations,
    IReadOnlyList<PulseShare> Dashboards,
    SecurityTally Security,
    PageTally Pages,
    HealthLook? Look,
    PulseFigures? Before)
{
    /// <summary>
    /// People at work, one row per user and organisation, by requests and then login. What the image renderer did is not theirs.
    /// </summary>
    public IReadOnlyList<UserActivity> Rows { get; } =
        [
            .. People.AtWork.OrderByDescending(RequestsOf).ThenBy(row => row.Login, StringComparer.Ordinal).ThenBy(row => row.Id)
                .ThenBy(row => row.OrgId),
        ];

    /// <inheritdoc cref="Activity.VisitorViews"/>
    public long VisitorViews { get; init; }

    /// <inheritdoc cref="Activity.Answers"/>
    public AnswerTally Answers { get; init; } = AnswerTally.None;

    /// <inheritdoc cref="Activity.Loads"/>
    public IReadOnlyList<DashboardTimes> Loads { get; init; } = [];

    /// <summary>Of all dashboards together.</summary>
    public TimeTally LoadTimes => TimeTally.Sum(Loads.Select(dashboard => dashboard.Times));

    /// <inheritdoc cref="Activity.DatabaseFailures"/>
    public DatabaseFailures? DatabaseFailures { get; init; }

    /// <summary>One user in two organisations is two rows and one user.</summary>
    public PulseFigures Figures => new(People.Users, People.Requests);

    /// <summary>What they asked themselves.</summary>
    public static long RequestsOf(UserActivity row) => row.Requests - row.RendererRequests;

    /// <summary>
    /// Rows of accounts that were made and locked in the window (<see cref="Newcomers"/>): in no other list here, and counted nowhere.
    /// </summary>
    public IReadOnlyList<UserActivity> Strangers { get; init; } = [];

    private IReadOnlyDictionary<long, string> OrganisationNames { get; init; } = new Dictionary<long, string>();

    /// <summary>What people call the organisation of a row; hostile text.</summary>
    public string OrganisationOf(UserActivity row) => NameOf(row.OrgId, OrganisationNames);

    public static Pulse Of(WindowReading reading, UserDirectory userDirectory, HealthLook? look, PulseFigures? before)
    {
        var strangers = Newcomers.Locked(reading.Activity, userDirectory, reading.Coverage.Window);
        var people = People.Of(
            strangers.Count == 0
                ? reading.Activity
                : reading.Activity with { Users = [.. reading.Activity.Users.Where(row => !strangers.Contains(row.Id))] },
            userDirectory);
        return new Pulse(
            reading.Coverage, people, OrganisationsOf(people.AtWork, userDirectory), DashboardsOf(people.AtWork),
            reading.Activity.Security, reading.Activity.Pages, look, before)
        {
            Strangers = [.. reading.Activity.Users.Where(row => strangers.Contains(row.Id))],
            OrganisationNames = userDirectory.Organisations,
            VisitorViews = reading.Activity.VisitorViews,
            DatabaseFailures = reading.Activity.DatabaseFailures,
            Answers = reading.Activity.Answers,
            Loads = reading.Activity.Loads,
        };
    }

    /// <param name="titles">By uid; where one is missing (no account of ours, deleted since) the uid stays.</param>
    public Pulse WithTitles(IReadOnlyDictionary<string, string> titles) => this with
    {
        Dashboards = [.. Dashboards.Select(share => titles.TryGetValue(share.Key, out var title) ? share with { Name = title } : share)],
    };

    // Objects and not tuples in the queries: LINQ over a tuple has code of its own for each, compiled when it is first called.
    private static IReadOnlyList<PulseShare> OrganisationsOf(IReadOnlyList<UserActivity> rows, UserDirectory userDirectory)
    {
        if (rows.Select(row => row.OrgId).Distinct().Count() < 2) return [];
        return
        [
            .. rows.GroupBy(row => row.OrgId)
                .Select(group => new { Id = group.Key, Users = group.Select(row => row.Id).Distinct().Count() })
                .OrderByDescending(organisation => organisation.Users).ThenBy(organisation => organisation.Id)
                .Select(organisation => new PulseShare(
                    organisation.Id.ToString(CultureInfo.InvariantCulture), NameOf(organisation.Id, userDirectory.Organisations),
                    organisation.Users)),
        ];
    }

    private static string NameOf(long id, IReadOnlyDictionary<long, string> names) =>
        id < 0
            ? "in no organisation"
            : names.TryGetValue(id, out var name) ? name : string.Create(CultureInfo.InvariantCulture, $"org {id}");

    private static IReadOnlyList<PulseShare> DashboardsOf(IReadOnlyList<UserActivity> rows) =>
        [.. rows.SelectMany(row => row.Dashboards.Select(dashboard => new { dashboard.Uid, row.Id, dashboard.Opens }))
            .GroupBy(seen => seen.Uid, StringComparer.Ordinal)
            .Select(group =>
                new { Uid = group.Key, Users = group.Select(seen => seen.Id).Distinct().Count(), Opens = group.Sum(seen => seen.Opens) })
            .OrderByDescending(dashboard => dashboard.Users).ThenByDescending(dashboard => dashboard.Opens)
            .ThenBy(dashboard => dashboard.Uid, StringComparer.Ordinal)
                .Select(dashboard => new PulseShare(dashboard.Uid, dashboard.Uid, dashboard.Users))];
}

/// <summary>The two figures by which a window is compared with the one before it.</summary>
internal sealed record PulseFigures(int Users, long Requests)
{
    /// <summary>Of the window a part was not seen.</summary>
    public bool IsInPart { get; set; }

    /// <summary>A look at Grafana in the window found that it, or its database, did not answer.</summary>
    public bool WasDown { get; set; }

    /// <summary>For one line; that nobody was there is only said where somebody would have been seen.</summary>
    public string Sentence => this switch
    {
        { Users: 0, WasDown: true } => "Grafana was down in the last window, and nobody was seen",
        { Users: 0, IsInPart: true } => "Nobody was seen in the last window, and it was not seen whole",
        _ => string.Create(
            CultureInfo.InvariantCulture, $"{Users} user{(Users == 1 ? "" : "s")}, {Requests} requests in the last window"),
    };
}

/// <summary>How many users an organisation or a dashboard had.</summary>
/// <param name="Key">Its id or uid.</param>
/// <param name="Name">What people call it; hostile text.</param>
internal sealed record PulseShare(string Key, string Name, int Users);
