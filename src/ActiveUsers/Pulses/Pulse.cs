using Athena.Common.Activities;
using Athena.Common.Logs.Windows;
using Athena.Common.Sight;

namespace Athena.ActiveUsers.Pulses;

/// <summary>Who was active in a window and how Grafana was: everything that the message says, before it is text.</summary>
/// <param name="Rows">People at work, one row per user and organisation, by requests and then login.</param>
/// <param name="OpenTabs">People of whom nothing was seen but what an open page does by itself.</param>
/// <param name="RendererRequests">Requests of the image renderer; nobody at work.</param>
/// <param name="Organisations">By users; empty unless there are several.</param>
/// <param name="Dashboards">By users who opened one or had it on screen; all of them.</param>
/// <param name="Before">The window before; null when it is not known.</param>
internal sealed record Pulse(
    Coverage Coverage,
    IReadOnlyList<PulseRow> Rows,
    IReadOnlyList<PulseRow> OpenTabs,
    IReadOnlyList<PulseShare> Organisations,
    IReadOnlyList<PulseShare> Dashboards,
    long ServiceAccountRequests,
    long RendererRequests,
    SecurityTally Security,
    PageTally Pages,
    PulseHealth Health,
    PulseFigures? Before)
{
    /// <summary>One user in two organisations is two rows and one user.</summary>
    public PulseFigures Figures { get; } = new(Rows.Select(row => row.User.Id).Distinct().Count(), Rows.Sum(row => row.Requests));

    /// <summary>Puts together what was read. Ids that Grafana does not know any more are treated as people.</summary>
    /// <param name="titles">Of dashboards, by uid; where one is missing the uid is shown.</param>
    public static Pulse Of(WindowReading reading, Roster roster, IReadOnlyDictionary<string, string> titles, PulseHealth health, PulseFigures? before)
    {
        var all = reading.Activity.Users.Select(user => new PulseRow(user, roster.KindOf(user.Id, user.Login))).ToList();
        var people = all.Where(row => row.Kind is IdentityKind.Person or IdentityKind.Unknown).ToList();
        var rows = people.Where(row => IsWork(row.User.Proof))
            .OrderByDescending(row => row.Requests).ThenBy(row => row.User.Login, StringComparer.Ordinal).ThenBy(row => row.User.OrgId).ToList();
        var working = rows.Select(row => row.User.Id).ToHashSet();
        return new Pulse(
            reading.Coverage,
            rows,
            [.. people.Where(row => row.User.Proof == ActivityProof.TabOnly && !working.Contains(row.User.Id)).DistinctBy(row => row.User.Id)
                .OrderBy(row => row.User.Login, StringComparer.Ordinal)],
            OrganisationsOf(rows, roster),
            DashboardsOf(rows, titles),
            all.Except(people).Sum(row => row.User.Requests),
            people.Sum(row => row.User.RendererRequests),
            reading.Activity.Security,
            reading.Activity.Pages,
            health,
            before);
    }

    private static bool IsWork(ActivityProof proof) => proof is not (ActivityProof.TabOnly or ActivityProof.RendererOnly);

    private static IReadOnlyList<PulseShare> OrganisationsOf(List<PulseRow> rows, Roster roster)
    {
        var organisations = rows.GroupBy(row => row.User.OrgId)
            .Select(group => (Id: group.Key, Users: group.Select(row => row.User.Id).Distinct().Count()))
            .OrderByDescending(organisation => organisation.Users).ThenBy(organisation => organisation.Id).ToList();
        return organisations.Count < 2 ? [] : [.. organisations.Select(organisation => new PulseShare(NameOf(organisation.Id, roster), organisation.Users))];
    }

    private static string NameOf(long id, Roster roster) =>
        id < 0 ? "in no organisation" : roster.Organisations.TryGetValue(id, out var name) ? name : $"org {id}";

    private static IReadOnlyList<PulseShare> DashboardsOf(List<PulseRow> rows, IReadOnlyDictionary<string, string> titles) =>
        [.. rows.SelectMany(row => row.User.Dashboards.Select(dashboard => (dashboard.Uid, row.User.Id, dashboard.Opens)))
            .GroupBy(seen => seen.Uid, StringComparer.Ordinal)
            .Select(group => (Uid: group.Key, Users: group.Select(seen => seen.Id).Distinct().Count(), Opens: group.Sum(seen => seen.Opens)))
            .OrderByDescending(dashboard => dashboard.Users).ThenByDescending(dashboard => dashboard.Opens).ThenBy(dashboard => dashboard.Uid, StringComparer.Ordinal)
            .Select(dashboard => new PulseShare(titles.GetValueOrDefault(dashboard.Uid, dashboard.Uid), dashboard.Users))];
}
