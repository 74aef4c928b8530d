using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.Time;
using Athena.Compliance.Policy;

namespace Athena.Compliance.Tests;

internal sealed class CompliancePolicyTests
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 20, 10, 0, 0, TimeSpan.FromHours(2));
    private static readonly Window Hour = new(Ten.AddHours(-1), Ten);

    private static readonly Actor Lindiwe = Somebody(1, Role.Admin, ActivityProof.OpenedDashboard);
    private static readonly Actor Johan = Somebody(4, Role.Admin, ActivityProof.Other);
    private static readonly Actor Naledi = Somebody(7, Role.User, ActivityProof.OpenedDashboard);

    [TestCase(ActivityProof.OpenedDashboard, "opened a dashboard")]
    [TestCase(ActivityProof.Queried, "queried data")]
    [TestCase(ActivityProof.Other, "made other requests")]
    public void A_user_at_work_is_use_with_the_strongest_proof(ActivityProof proof, string said)
    {
        var finding = Decide([Lindiwe, Somebody(7, Role.User, ActivityProof.Other), Somebody(8, Role.User, proof)]);

        Assert.That(finding.Outcome, Is.EqualTo(Outcome.InUse));
        Assert.That(finding.Proof, Is.EqualTo(proof));
        Assert.That(finding.Reason, Is.EqualTo($"2 users who are no administrator were at work: {said}"));
        Assert.That(finding.IsReported, Is.False);
    }

    [Test]
    public void A_user_at_work_is_use_however_little_was_seen()
    {
        Gap[] gaps = [Part(GapCause.Dropped), All(GapCause.RouterLoggingOff), All(GapCause.SeesNotAll)];

        Assert.That(
            Decide([Naledi, Somebody(99, Role.Unknown, ActivityProof.Other)], gaps, knowsPeople: false).Outcome, Is.EqualTo(Outcome.InUse));
    }

    /// <summary>Else each such hour would be an all-clear for our own people, and the next one news again.</summary>
    [Test]
    public void A_user_at_work_does_not_make_what_hides_other_hours_unsaid()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Decide([Naledi]).Cause, Is.Null);
            Assert.That(Decide([Naledi], knowsPeople: false).Cause, Is.EqualTo(Decide([Lindiwe], knowsPeople: false).Cause).And.Not.Null);
            Assert.That(Decide([Naledi], [All(GapCause.RouterLoggingOff)]).Cause, Is.EqualTo(nameof(GapCause.RouterLoggingOff)));
            Assert.That(Decide([Naledi, Somebody(99, Role.Unknown, ActivityProof.Other)]).Cause, Is.EqualTo("unknown-accounts"));
        });
    }

    [Test]
    public void Never_claims_only_administrators_on_a_guess_about_somebody_unknown([Values] ActivityProof proof)
    {
        var finding = Decide([Lindiwe, Somebody(99, Role.Unknown, proof)]);

        Assert.That(finding.Outcome, Is.EqualTo(Outcome.NotSeen));
        Assert.That(finding.Reason, Does.Contain("could not be told"));
    }

    [TestCase(GapCause.RouterLoggingOff)]
    [TestCase(GapCause.SeesNotAll)]
    [TestCase(GapCause.TooMany)]
    public void Claims_nothing_from_a_log_that_hides_something_all_the_time(GapCause cause)
    {
        Assert.That(Decide([Lindiwe], [All(cause)]), Is.EqualTo(new Finding(Outcome.NotSeen, $"why {cause}") { Cause = cause.ToString() }));
        Assert.That(Decide([], [All(cause)]).Outcome, Is.EqualTo(Outcome.NotSeen));
    }

    [Test]
    public void Claims_nothing_when_people_cannot_be_told_from_service_accounts() =>
        Assert.That(Decide([Lindiwe], knowsPeople: false).Outcome, Is.EqualTo(Outcome.NotSeen));

    [TestCase(GapCause.BeginsLater)]
    [TestCase(GapCause.Dropped)]
    [TestCase(GapCause.Unreadable)]
    [TestCase(GapCause.ReaderDied)]
    [TestCase(GapCause.ProbeLost)]
    [TestCase(GapCause.Unidentified)]
    public void Says_that_it_saw_only_a_part_when_it_did(GapCause cause)
    {
        var finding = Decide([Lindiwe, Johan], [Part(cause)]);

        Assert.That(finding.Outcome, Is.EqualTo(Outcome.OnlyAdminsInPart));
        Assert.That(finding.Reason, Is.EqualTo($"2 administrators at work and nobody else in what could be seen; not seen: why {cause}"));
        Assert.That(finding.IsReported);
    }

    [Test]
    public void Only_administrators_and_all_seen_is_reported()
    {
        var finding = Decide([Lindiwe]);

        Assert.That(
            finding, Is.EqualTo(new Finding(Outcome.OnlyAdmins, "1 administrator at work and nobody else, everything could be seen")));
        Assert.That(finding.IsReported);
    }

    [Test]
    public void Nobody_is_said_only_when_everything_could_be_seen()
    {
        Assert.That(Decide([]).Outcome, Is.EqualTo(Outcome.Nobody));
        Assert.That(Decide([], [Part(GapCause.Dropped)]).Outcome, Is.EqualTo(Outcome.NotSeen));
    }

    [TestCase(ActivityProof.TabOnly)]
    [TestCase(ActivityProof.RendererOnly)]
    public void A_tab_left_open_and_rendered_pictures_are_no_work(ActivityProof proof)
    {
        Assert.That(Decide([Lindiwe, Somebody(7, Role.User, proof)]).Outcome, Is.EqualTo(Outcome.OnlyAdmins));
        Assert.That(Decide([Somebody(1, Role.Admin, proof)]).Outcome, Is.EqualTo(Outcome.Nobody));
    }

    [Test]
    public void Machines_displays_and_locked_strangers_are_no_use()
    {
        Actor[] others =
        [
            Somebody(20, Role.Machine, ActivityProof.Queried),
            Somebody(21, Role.Display, ActivityProof.OpenedDashboard),
            Somebody(22, Role.Stranger, ActivityProof.OpenedDashboard),
        ];

        Assert.That(Decide([Lindiwe, .. others]).Outcome, Is.EqualTo(Outcome.OnlyAdmins));
        Assert.That(Decide(others).Outcome, Is.EqualTo(Outcome.Nobody));
    }

    [Test]
    public void Beside_visitors_without_a_login_nobody_else_is_never_said()
    {
        var visitors = new Visitors(3, 40);
        Finding whole = Decide([Lindiwe], visitors: visitors), part = Decide([Lindiwe], [Part(GapCause.Dropped)], visitors: visitors);
        Assert.Multiple(() =>
        {
            Assert.That(whole, Is.EqualTo(new Finding(Outcome.OnlyAdmins,
                "1 administrator at work and no user who had signed in; 3 dashboard views by visitors without a login, everything "
                + "could be seen")));
            Assert.That(part.Outcome, Is.EqualTo(Outcome.OnlyAdminsInPart));
            Assert.That(part.Reason, Does.Contain("3 dashboard views by visitors without a login").And.Not.Contain("nobody else"));
            Assert.That(Decide([], visitors: visitors).Outcome, Is.EqualTo(Outcome.VisitorsOnly));
            Assert.That(Decide([], visitors: visitors).Reason, Does.StartWith("nobody who had signed in was at work; 3 dashboard views"));
            Assert.That(Decide([], visitors: visitors).IsReported, Is.False);
            Assert.That(Decide([], [Part(GapCause.Dropped)], visitors: visitors).Outcome, Is.EqualTo(Outcome.NotSeen));
            Assert.That(Decide([Naledi], visitors: visitors).Outcome, Is.EqualTo(Outcome.InUse));
            Assert.That(Decide([], visitors: new Visitors(0, 1)).Reason, Does.Contain("1 query of data by visitors without a login"));
        });
    }

    [Test]
    public void A_doubtful_service_account_or_somebody_in_the_daemons_account_lets_nothing_be_claimed([Values] Doubt doubt)
    {
        Actor robot = Somebody(20, Role.Machine, ActivityProof.Other) with { Doubt = doubt },
            ours = Somebody(9, Role.Ours, ActivityProof.TabOnly);
        Assert.Multiple(() =>
        {
            Assert.That(Decide([Lindiwe, robot]).Outcome, Is.EqualTo(Outcome.NotSeen));
            Assert.That(Decide([Lindiwe, robot]).Reason, Does.StartWith("service account 20 "));
            Assert.That(Decide([Lindiwe, ours]), Is.EqualTo(new Finding(Outcome.NotSeen,
                "somebody uses the daemons' account: requests stand under it that no daemon makes")
            { Cause = "own-account" }));
            Assert.That(Decide([Naledi, robot, ours]).Outcome, Is.EqualTo(Outcome.InUse), "use is use");
        });
    }

    /// <summary>The reason is what our people have to go by, the cause what two hours have in common.</summary>
    [Test]
    public void What_cannot_be_claimed_says_why_and_of_which_kind_it_is()
    {
        Actor unknown = Somebody(99, Role.Unknown, ActivityProof.TabOnly), another = unknown with { Id = 98 };
        Assert.Multiple(() =>
        {
            Assert.That(
                Decide([Lindiwe, unknown]),
                Is.EqualTo(NotSeen(
                    "1 account in the log could not be told: in neither list of Grafana's, probably deleted since", "unknown-accounts")));
            Assert.That(
                Decide([unknown, another], unread: ["One could not be read.", "Nor could the other."]),
                Is.EqualTo(NotSeen(
                    "2 accounts in the log could not be told: in no list of Grafana's that could be read. "
                    + "One could not be read. Nor could the other.", "unknown-accounts")));
            Assert.That(
                Decide([Lindiwe], knowsPeople: false),
                Is.EqualTo(NotSeen(
                    "Grafana's list of users could not be read, so that nobody can be told from a service account", "no-lists")));
            Assert.That(
                Decide([], [Part(GapCause.Unreadable), Part(GapCause.Dropped), Part(GapCause.Unreadable)]),
                Is.EqualTo(NotSeen("nobody at work in what could be seen; not seen: why Unreadable; why Dropped", "Dropped+Unreadable")));
        });
    }

    [TestCase(Doubt.InBrowser, "service account 20 was used in a browser, by a person of whom nothing more is known")]
    [TestCase(Doubt.MadeOfLate, "service account 20 was made less than a day before it acted, and may be a person's")]
    [TestCase(Doubt.AgeNotKnown, "service account 20 acted, and Grafana did not tell when it was made")]
    public void A_doubt_is_named(Doubt doubt, string said)
    {
        Actor robot = Somebody(20, Role.Machine, ActivityProof.Other) with { Doubt = doubt };
        Assert.That(Decide([Lindiwe, robot]), Is.EqualTo(NotSeen(said, "service-account-20")));
    }

    [Test]
    public void One_user_is_not_several() =>
        Assert.That(Decide([Naledi]).Reason, Is.EqualTo("1 user who is no administrator was at work: opened a dashboard"));

    [Test]
    public void Nobody_is_said_in_these_words() =>
        Assert.That(Decide([]), Is.EqualTo(new Finding(Outcome.Nobody, "nobody at work, everything could be seen")));

    private static Finding NotSeen(string why, string cause) => new(Outcome.NotSeen, why) { Cause = cause };

    private static Finding Decide(
        IReadOnlyList<Actor> actors, Gap[]? gaps = null, bool knowsPeople = true,
        Visitors? visitors = null, IReadOnlyList<string>? unread = null) =>
        CompliancePolicy.Decide(new WindowFacts(actors, new Coverage(Hour, gaps ?? [], [], 100, 0), knowsPeople)
        {
            Visitors = visitors ?? Visitors.None,
            Unread = unread ?? [],
        });

    private static Gap Part(GapCause cause) => new(Hour.From.AddMinutes(12), Hour.From.AddMinutes(16), cause, $"why {cause}");

    private static Gap All(GapCause cause) => new(Hour.From, Hour.To, cause, $"why {cause}");

    private static Actor Somebody(long id, Role role, ActivityProof proof) =>
        new(id, $"login{id}", $"Name {id}", role, proof, 10, Hour.From.AddMinutes(1), Hour.From.AddMinutes(30), [], 1);
}
