using Athena.Common.Activities;
using Athena.Common.Grafana;
using Athena.Common.Sight;
using Athena.Compliance.Deciding;

namespace Athena.Compliance.Tests;

internal sealed class CastingTests
{
    private static readonly DateTimeOffset Nine = new(2026, 11, 20, 9, 0, 0, TimeSpan.FromHours(2));
    private static readonly Casting Cast = new(new HashSet<long> { 1, 4 }, new HashSet<long> { 30 });

    [TestCase(1, "whatever he calls himself", Role.Admin)]
    [TestCase(7, "naledi", Role.User)]
    [TestCase(8, "sa-1-looks-like", Role.User, Description = "a person with such a login, from a recorded day")]
    [TestCase(20, "sa-1-robot", Role.Machine)]
    [TestCase(30, "wall", Role.Display)]
    [TestCase(99, "gone", Role.Unknown)]
    [TestCase(98, "sa-1-gone", Role.Unknown)]
    public void Tells_people_by_Grafanas_lists_and_never_by_their_login(long id, string login, Role role) =>
        Assert.That(Roles([Row(id, login)], Known()), Is.EqualTo(new[] { role }));

    [TestCase(1, "admin", Role.Admin)]
    [TestCase(7, "naledi", Role.User, Description = "no service account has such a login")]
    [TestCase(20, "sa-1-robot", Role.Unknown)]
    public void Without_the_lists_only_a_login_that_no_service_account_has_is_a_person(long id, string login, Role role) =>
        Assert.That(Roles([Row(id, login)], Roster.Unread), Is.EqualTo(new[] { role }));

    [Test]
    public void Somebody_in_two_organisations_is_one()
    {
        var board = new DashboardActivity("ward", 1, false, Nine, Nine);
        var actors = Cast.Cast(
            Of([Row(7, "naledi", orgId: 1) with { Dashboards = [board], Marks = 1 }, Row(7, "naledi", orgId: 2) with { Proof = ActivityProof.OpenedDashboard, Dashboards = [board with { Opens = 2, IsOnScreen = true }], Marks = 4 }]),
            Known());

        Assert.That(actors, Has.Count.EqualTo(1));
        Assert.That(actors[0].Requests, Is.EqualTo(20));
        Assert.That(actors[0].Proof, Is.EqualTo(ActivityProof.OpenedDashboard));
        Assert.That(actors[0].Marks, Is.EqualTo(5));
        Assert.That(actors[0].Dashboards, Is.EqualTo(new[] { board with { Opens = 3, IsOnScreen = true } }));
    }

    [TestCase("/api/admin/users/7/disable")]
    [TestCase("/api/admin/users/uid7/disable")]
    public void A_newcomer_whom_our_account_disabled_is_a_stranger(string path) =>
        Assert.That(Roles([Row(7, "naledi")], Known(), [Disabled(path, after: 1)], signedUpAt: Nine), Is.EqualTo(new[] { Role.Stranger }));

    [Test]
    public void Nobody_else_can_be_made_a_stranger()
    {
        Change change = Disabled("/api/admin/users/7/disable", after: 1);
        Assert.Multiple(() =>
        {
            Assert.That(RoleOf(change with { ByOurselves = false }, Nine), Is.EqualTo(Role.User), "disabled by an administrator");
            Assert.That(RoleOf(change with { Path = "/api/admin/users/77/disable" }, Nine), Is.EqualTo(Role.User), "somebody else was disabled");
            Assert.That(RoleOf(change, null), Is.EqualTo(Role.User), "nobody signed up");
            Assert.That(RoleOf(change with { At = Nine.AddMinutes(11) }, Nine), Is.EqualTo(Role.User), "an account of long standing");
            Assert.That(RoleOf(change, Nine.AddSeconds(30)), Is.EqualTo(Role.User), "he was there before anybody signed up");
            Assert.That(Roles([Row(7, "naledi") with { LastSeen = Nine.AddMinutes(30) }], Known(), [change], Nine), Is.EqualTo(new[] { Role.User }), "let in meanwhile");
            Assert.That(Roles([Row(1, "admin")], Known(), [Disabled("/api/admin/users/1/disable", 1)], Nine), Is.EqualTo(new[] { Role.Admin }), "an administrator");
        });
    }

    private static Role RoleOf(Change change, DateTimeOffset? signedUpAt) => Roles([Row(7, "naledi")], Known(), [change], signedUpAt)[0];

    private static Role[] Roles(UserActivity[] rows, Roster roster, Change[]? changes = null, DateTimeOffset? signedUpAt = null) =>
        [.. Cast.Cast(Of(rows, changes, signedUpAt), roster).Select(actor => actor.Role)];

    private static Activity Of(UserActivity[] rows, Change[]? changes = null, DateTimeOffset? signedUpAt = null) =>
        new(rows, 0, new SecurityTally(0, 0, 0, 0, 0, 0), new PageTally(0, 0, 0, null, null), [], changes ?? [])
        {
            HasRoutineLines = true,
            SignUps = signedUpAt is { } at ? [at] : [],
        };

    private static UserActivity Row(long id, string login, long orgId = 1) =>
        new(id, login, orgId, 10, 0, Nine.AddSeconds(1), Nine.AddSeconds(50), ActivityProof.Other, [], 1);

    private static Change Disabled(string path, double after) => new(Nine.AddMinutes(after), 5, "athena", 1, "POST", path, ByOurselves: true);

    private static Roster Known() => new(
        new[] { User(1, "admin"), User(7, "naledi"), User(8, "sa-1-looks-like"), User(30, "wall") }.ToDictionary(user => user.Id),
        new Dictionary<long, ServiceAccount> { [20] = new(20, "sa-1-robot", "robot", 1, "Viewer", false) },
        new Dictionary<long, string>());

    private static GrafanaUser User(long id, string login) => new(id, $"uid{id}", login, $"{login}@example.org", login, id == 1, false, [], null, null);
}
