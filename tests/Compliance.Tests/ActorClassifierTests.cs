using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Identities;
using Athena.Common.Grafana.Usage;
using Athena.Compliance.Policy;

namespace Athena.Compliance.Tests;

internal sealed class ActorClassifierTests
{
    private static readonly DateTimeOffset Nine = new(2026, 11, 20, 9, 0, 0, TimeSpan.FromHours(2));
    private static readonly ActorClassifier Cast = new(new HashSet<long> { 1, 4 }, new HashSet<long> { 30 }, []);

    [TestCase(1, "whatever they call themselves", Role.Admin)]
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
        Assert.That(Roles([Row(id, login)], UserDirectory.Unread), Is.EqualTo(new[] { role }));

    [Test]
    public void Somebody_in_two_organisations_is_one()
    {
        var board = new DashboardActivity("ward", 1, false, Nine, Nine);
        var actors = Cast.Cast(
            Of(
            [
                Row(7, "naledi", orgId: 1) with { Dashboards = [board], Marks = 1 },
                Row(7, "naledi", orgId: 2) with
                {
                    Proof = ActivityProof.OpenedDashboard,
                    Dashboards = [board with { Opens = 2, IsOnScreen = true }],
                    Marks = 4,
                },
            ]),
            Known(), None);

        Assert.That(actors, Has.Count.EqualTo(1));
        Assert.That(actors[0].Requests, Is.EqualTo(20));
        Assert.That(actors[0].Proof, Is.EqualTo(ActivityProof.OpenedDashboard));
        Assert.That(actors[0].Marks, Is.EqualTo(5));
        Assert.That(actors[0].Dashboards, Is.EqualTo(new[] { board with { Opens = 3, IsOnScreen = true } }));
    }

    [TestCase("7")]
    [TestCase("uid7")]
    public void An_account_that_was_new_when_ours_locked_it_is_a_strangers(string who) =>
        Assert.That(RoleOf(Lock(who, 1), made: Nine.AddSeconds(-59)), Is.EqualTo(Role.Stranger));

    /// <summary>
    /// What counts is the age of the account itself, told by the list or by its own record, whoever else signed up meanwhile.
    /// </summary>
    [TestCase(0.0, 60, 50, Role.Stranger)]
    [TestCase(-9.0, 50, 49, Role.Stranger, Description = "made before the window")]
    [TestCase(-11.0, 60, 50, Role.User, Description = "an account of long standing")]
    [TestCase(-5000.0, 60, 50, Role.User)]
    [TestCase(0.0, 60, 63, Role.User, Description = "seen after the lock: let in meanwhile")]
    [TestCase(0.0, 60, 61, Role.Stranger, Description = "lines are not strictly in order")]
    public void A_stranger_is_told_by_the_age_of_the_account(double madeMinutes, int lockedSeconds, int lastSeconds, Role role)
    {
        UserActivity row = Row(7, "naledi") with { FirstSeen = Nine.AddSeconds(1), LastSeen = Nine.AddSeconds(lastSeconds) };
        var locks = Lock("7", lockedSeconds / 60.0);
        DateTimeOffset made = Nine.AddMinutes(madeMinutes);
        Assert.Multiple(() =>
        {
            Assert.That(Roles([row], Known(created: made), locks), Is.EqualTo(new[] { role }), "as the list says");
            Assert.That(
                Roles([row], Known(), locks, new Dictionary<long, DateTimeOffset> { [7] = made }),
                Is.EqualTo(new[] { role }),
                "as its own record says");
        });
    }

    /// <summary>Deleted since, or its age contradicts the log: it is known by its lock alone, which must have come at once.</summary>
    [TestCase(5, null, Role.Stranger)]
    [TestCase(11, null, Role.User)]
    [TestCase(5, -30, Role.User, Description = "was there before the window")]
    [TestCase(5, -1, Role.Stranger)]
    public void Where_nobody_can_tell_the_age_only_what_was_locked_at_once_is_a_strangers(int lockedSeconds, int? before, Role role)
    {
        UserActivity row = Row(7, "naledi") with
        {
            FirstSeen = Nine,
            LastSeen = Nine.AddSeconds(1),
            SeenBefore = before is { } seconds ? Nine.AddSeconds(seconds) : null,
        };
        var locks = Lock("7", lockedSeconds / 60.0);
        Assert.That(Roles([row], Known(), locks), Is.EqualTo(new[] { role }));
        Assert.That(
            Roles([row], Known(created: Nine.AddHours(5)), locks), Is.EqualTo(new[] { role }), "made after it was locked: another clock");
        Assert.That(
            Roles([row with { Id = 99 }], Known(), Lock("99", lockedSeconds / 60.0)),
            Is.EqualTo(new[] { role == Role.User ? Role.Unknown : role }),
            "deleted since");
    }

    [Test]
    public void Nobody_else_can_be_made_a_stranger()
    {
        DateTimeOffset made = Nine;
        Assert.Multiple(() =>
        {
            Assert.That(RoleOf([], made), Is.EqualTo(Role.User), "not locked by our account");
            Assert.That(RoleOf(Lock("77", 1), made), Is.EqualTo(Role.User), "somebody else was locked");
            Assert.That(
                Roles([Row(1, "admin")], Known(), Lock("1", 1), new Dictionary<long, DateTimeOffset> { [1] = made }),
                Is.EqualTo(new[] { Role.Admin }),
                "an administrator");
        });
    }

    [Test]
    public void The_daemons_account_with_requests_that_are_none_of_theirs_is_somebody()
    {
        var own = new ActorClassifier(new HashSet<long> { 1 }, new HashSet<long> { 30 }, [7, 30]);
        Assert.That(
            own.Cast(Of([Row(7, "athena"), Row(30, "athena-2")]), Known(), None).Select(actor => actor.Role),
            Is.All.EqualTo(Role.Ours),
            "a display or not");
        Assert.That(
            (own with { Admins = new HashSet<long> { 7 } }).Cast(Of([Row(7, "athena")]), Known(), None).Single().Role,
            Is.EqualTo(Role.Admin),
            "shared with an administrator");
    }

    [TestCase(true, -400.0, Doubt.InBrowser)]
    [TestCase(false, -400.0, null)]
    [TestCase(false, -25.0, null)]
    [TestCase(false, -23.0, Doubt.MadeOfLate)]
    [TestCase(false, 3.0, Doubt.MadeOfLate, Description = "a clock that runs ahead")]
    [TestCase(false, null, Doubt.AgeNotKnown)]
    public void A_service_account_is_doubted_in_a_browser_and_while_it_is_young(bool isInBrowser, double? madeHours, Doubt? doubt)
    {
        var row = Row(20, "sa-1-robot") with { IsInBrowser = isInBrowser };
        var made = madeHours is { } hours ? new Dictionary<long, DateTimeOffset> { [20] = Nine.AddHours(hours) } : None;
        Assert.That(ActorClassifier.AgesToAsk(Of([row]), Known()).Machines.Select(account => account.Id), Is.EqualTo(new[] { 20L }));
        Actor actor = Cast.Cast(Of([row]), Known(), made).Single();
        Assert.That((actor.Role, actor.Doubt), Is.EqualTo((Role.Machine, doubt)));
        Assert.That(Cast.Cast(Of([row with { Id = 7 }]), Known(), made).Single().Doubt, Is.Null, "people use browsers");
    }

    [Test]
    public void The_age_is_asked_only_of_those_whom_ours_locked_and_whose_list_does_not_say_it()
    {
        Activity activity = Of([Row(7, "naledi"), Row(8, "sa-1-looks-like"), Row(99, "gone")]) with { Locks = Lock("uid7", 1) };
        Assert.That(ActorClassifier.AgesToAsk(activity, Known()).People, Is.EqualTo(new[] { 7L }));
        Assert.That(ActorClassifier.AgesToAsk(activity, Known(created: Nine)).People, Is.Empty);
    }

    private static Dictionary<long, DateTimeOffset> None => [];

    private static Dictionary<string, DateTimeOffset> Lock(string who, double after) => new() { [who] = Nine.AddMinutes(after) };

    private static Role RoleOf(Dictionary<string, DateTimeOffset> locks, DateTimeOffset made) =>
        Roles([Row(7, "naledi")], Known(created: made), locks)[0];

    private static Role[] Roles(
        UserActivity[] rows,
        UserDirectory userDirectory,
        Dictionary<string, DateTimeOffset>? locks = null,
        Dictionary<long, DateTimeOffset>? made = null) =>
        [.. Cast.Cast(Of(rows) with { Locks = locks ?? [] }, userDirectory, made ?? None).Select(actor => actor.Role)];

    private static Activity Of(UserActivity[] rows) =>
        new(rows, 0, new SecurityTally(0, 0, 0, 0, 0, 0), new PageTally(0, 0, 0, null, null), [], []) { HasRoutineLines = true };

    private static UserActivity Row(long id, string login, long orgId = 1) =>
        new(id, login, orgId, 10, 0, Nine.AddSeconds(1), Nine.AddSeconds(50), ActivityProof.Other, [], 1);

    private static UserDirectory Known(DateTimeOffset? created = null) => new(
        new[] { User(1, "admin"), User(7, "naledi") with { Created = created }, User(8, "sa-1-looks-like"), User(30, "wall") }
            .ToDictionary(user => user.Id),
        new Dictionary<long, ServiceAccount> { [20] = new(20, "sa-1-robot", "robot", 1, "Viewer", false) },
        new Dictionary<long, string>());

    private static GrafanaUser User(long id, string login) =>
        new(id, $"uid{id}", login, $"{login}@example.org", login, id == 1, false, [], null, null);
}
