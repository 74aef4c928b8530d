using Athena.AutoDisable.Policy;
using Athena.AutoDisable.Simulate;
using Athena.AutoDisable.State;
using Athena.Common.Grafana.Api;

namespace Athena.AutoDisable.Tests;

internal sealed class AdmissionPolicyTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);
    private static readonly AdmissionFacts Facts = new(2, Now.AddSeconds(-15), false, Now);

    [Test]
    public void Locks_an_account_that_nobody_knows() => Assert.That(Decide(User(), null), Is.EqualTo(Admission.Lock));

    [Test]
    public void Locks_an_unknown_account_whatever_its_owner_typed(
        [Values("admin", "athena-workers-7f3a", "sa-1-looks-like", "1", "null", "")] string login,
        [Values("boss@example.org", "admin@localhost", "")] string email) =>
        Assert.That(Decide(User() with { Login = login, Email = email, Name = login }, null), Is.EqualTo(Admission.Lock));

    [Test]
    public void Asks_about_an_unknown_account_that_is_disabled_already() =>
        Assert.That(Decide(User() with { IsDisabled = true }, null), Is.EqualTo(Admission.Lock));

    [Test]
    public void Never_locks_itself() => Assert.Multiple(() =>
    {
        Assert.That(Decide(User() with { Id = 2 }, null), Is.EqualTo(Admission.AdmitSelf));
        Assert.That(Decide(User() with { Id = 2 }, Known(AccountStatus.Rejected)), Is.EqualTo(Admission.Leave));
    });

    [Test]
    public void With_a_token_nobody_is_itself() =>
        Assert.That(AdmissionPolicy.Decide(User() with { Id = 0 }, null, Facts with { SelfId = 0 }), Is.EqualTo(Admission.Lock));

    [Test]
    public void Reports_a_new_server_admin_and_does_not_lock_the_account() =>
        Assert.That(Decide(User() with { IsAdmin = true }, null), Is.EqualTo(Admission.AdmitServerAdmin));

    [Test]
    public void Leaves_an_admitted_account_alone([Values] bool isDisabled, [Values] bool isExternal) =>
        Assert.That(
            Decide(User() with { IsDisabled = isDisabled, AuthLabels = Labels(isExternal) }, Known(AccountStatus.Admitted)),
            Is.EqualTo(Admission.Leave));

    [Test]
    public void Leaves_what_is_locked_and_stays_so(
        [Values(AccountStatus.Locked, AccountStatus.Rejected, AccountStatus.DisabledBefore)] AccountStatus status) =>
        Assert.That(Decide(User() with { IsDisabled = true }, Known(status)), Is.EqualTo(Admission.Leave));

    [Test]
    public void Waits_for_the_log_before_it_says_that_nobody_was_seen_enabling(
        [Values(AccountStatus.Locked, AccountStatus.Rejected, AccountStatus.DisabledBefore)] AccountStatus status)
    {
        var account = Known(status);
        Assert.That(Decide(User(), account), Is.EqualTo(Admission.AwaitEnableLine));
        account.EnabledUnseenSince = Now.AddSeconds(-4);
        Assert.That(Decide(User(), account), Is.EqualTo(Admission.Leave));
        account.EnabledUnseenSince = Now.AddSeconds(-5);
        Assert.That(Decide(User(), account), Is.EqualTo(status == AccountStatus.Rejected ? Admission.HoldFound : Admission.AdmitUnseen));
    }

    [Test]
    public void Never_takes_an_external_account_that_enabled_itself_for_approved()
    {
        var account = Known(AccountStatus.Locked);
        account.EnabledUnseenSince = Now.AddHours(-1);
        Assert.That(Decide(User() with { AuthLabels = Labels(true) }, account), Is.EqualTo(Admission.LockAgain));
    }

    [Test]
    public void Locks_again_what_a_restored_database_has_enabled() =>
        Assert.That(
            AdmissionPolicy.Decide(User(), Known(AccountStatus.Locked), Facts with { UnknownDatabase = true }),
            Is.EqualTo(Admission.LockAgain));

    [Test]
    public void In_an_unknown_database_locks_only_what_was_made_since_the_last_look()
    {
        var unknown = Facts with { UnknownDatabase = true };
        Assert.Multiple(() =>
        {
            Assert.That(
                AdmissionPolicy.Decide(User() with { Created = Now.AddDays(-3) }, null, unknown), Is.EqualTo(Admission.LeaveStranger));
            Assert.That(AdmissionPolicy.Decide(User() with { Created = Now }, null, unknown), Is.EqualTo(Admission.Lock));
            Assert.That(
                AdmissionPolicy.Decide(User() with { Created = null }, null, unknown), Is.EqualTo(Admission.Lock), "of unknown age");
            Assert.That(
                AdmissionPolicy.Decide(User() with { Created = Now.AddHours(-13) }, null, unknown),
                Is.EqualTo(Admission.Lock),
                "a node in another zone");
        });
    }

    [Test]
    public void Takes_half_of_the_accounts_missing_for_another_database()
    {
        var book = Book(10);
        Assert.Multiple(() =>
        {
            Assert.That(AdmissionPolicy.Assess(List(6), book).IsUnknownDatabase, Is.False);
            Assert.That(AdmissionPolicy.Assess(List(5), book).IsUnknownDatabase, Is.True);
            Assert.That(AdmissionPolicy.Assess(List(2), Book(4)).IsUnknownDatabase, Is.False, "two deleted by hand");
        });
    }

    [Test]
    public void Takes_all_of_a_few_missing_for_another_database() => Assert.Multiple(() =>
    {
        Assert.That(AdmissionPolicy.Assess([User()], Book(2)).IsUnknownDatabase, Is.True);
        Assert.That(AdmissionPolicy.Assess(List(1), Book(2)).IsUnknownDatabase, Is.False);
    });

    [Test]
    public void Strangers_say_nothing_about_the_database_however_many_and_old_they_are(
        [Values(1, 2, 30)] int strangers, [Values(0, -1, -400)] int days)
    {
        var old = Enumerable.Range(0, strangers).Select(i => User() with { Uid = $"other{i}", Id = 900 + i, Created = Now.AddDays(days) });
        Assert.That(AdmissionPolicy.Assess([.. List(10), .. old], Book(10)).IsUnknownDatabase, Is.False);
    }

    [Test]
    public void An_unknown_account_is_new_whatever_its_id_and_age_say(
        [Values(1L, 50L, 900L, 2147483647L)] long id, [Values(-4000, -1, 0, 1)] int days) =>
        Assert.That(Decide(User() with { Id = id == 2 ? 3 : id, Created = Now.AddDays(days) }, null), Is.EqualTo(Admission.Lock));

    [Test]
    public void In_another_database_whoever_has_an_id_above_its_first_list_is_new_whatever_created_says([Values(-400, -1)] int days)
    {
        var unknown = Facts with { UnknownDatabase = true, StrangeListTo = 900 };
        Assert.Multiple(() =>
        {
            Assert.That(
                AdmissionPolicy.Decide(User() with { Created = Now.AddDays(days) }, null, unknown), Is.EqualTo(Admission.LeaveStranger));
            Assert.That(
                AdmissionPolicy.Decide(User() with { Id = 901, Created = Now.AddDays(days) }, null, unknown), Is.EqualTo(Admission.Lock));
        });
    }

    [Test]
    public void One_that_is_found_enabled_alone_is_accepted_and_several_or_a_rejected_one_are_held(
        [Values(AccountStatus.Locked, AccountStatus.Rejected, AccountStatus.DisabledBefore)] AccountStatus status,
        [Values(1, 2, 40)] int together)
    {
        var account = Known(status);
        account.EnabledUnseenSince = Now.AddSeconds(-5);
        var expected = together > 1 || status == AccountStatus.Rejected ? Admission.HoldFound : Admission.AdmitUnseen;
        Assert.That(AdmissionPolicy.Decide(User(), account, Facts with { FoundTogether = together }), Is.EqualTo(expected));
    }

    [Test]
    public void Whoever_is_held_as_found_enabled_is_left_until_somebody_answers_or_it_is_disabled()
    {
        var account = Known(AccountStatus.Locked);
        account.Found = new FoundEnabled(Now);
        Assert.Multiple(() =>
        {
            Assert.That(Decide(User(), account), Is.EqualTo(Admission.Leave));
            Assert.That(Decide(User() with { IsDisabled = true }, account), Is.EqualTo(Admission.SettleFound));
        });
    }

    [Test]
    public void What_speaks_for_somebody_unknown_is_a_fact_among_others_and_a_server_admin_is_reported_all_the_same()
    {
        var early = Facts with { Early = new EarlyApproval("900", new Decision(Now, "admin", "")) };
        var returned = Facts with { IsReturned = true };
        Assert.Multiple(() =>
        {
            Assert.That(AdmissionPolicy.Decide(User(), null, early), Is.EqualTo(Admission.AdmitEarly));
            Assert.That(
                AdmissionPolicy.Decide(User() with { AuthLabels = Labels(true) }, null, early),
                Is.EqualTo(Admission.Lock),
                "an external one enables itself");
            Assert.That(AdmissionPolicy.Decide(User() with { IsAdmin = true }, null, early), Is.EqualTo(Admission.AdmitServerAdmin));
            Assert.That(AdmissionPolicy.Decide(User(), null, returned), Is.EqualTo(Admission.AdmitReturned));
            Assert.That(AdmissionPolicy.Decide(User() with { IsAdmin = true }, null, returned), Is.EqualTo(Admission.AdmitServerAdmin));
        });
    }

    [Test]
    public void The_word_of_whoever_restores_covers_only_those_who_were_made_before_in_any_zone([Values(-13, -15)] int hours)
    {
        var facts = Facts with { Restored = new RestoredAutoDisable(Now.AddDays(-3), Now, Now.AddHours(-1), "root") };
        Assert.That(
            AdmissionPolicy.Decide(User() with { Created = Now.AddHours(-1 + hours) }, null, facts),
            Is.EqualTo(hours == -15 ? Admission.AdmitGuarded : Admission.Lock));
    }

    [Test]
    public void Whoever_stands_at_the_door_is_locked_as_soon_as_that_is_possible([Values] bool isDisabled, [Values] bool isExternal)
    {
        var user = User() with { IsDisabled = isDisabled, AuthLabels = Labels(isExternal) };
        var expected = isExternal && !isDisabled ? Admission.Leave : Admission.LockAgain;
        Assert.That(Decide(user, Known(AccountStatus.AtDoor)), Is.EqualTo(expected));
    }

    [Test]
    public void The_account_of_a_drill_is_left_alone_once_it_was_locked([Values] AccountStatus status, [Values] bool isDisabled)
    {
        var account = Known(status);
        account.Case = new LockCase { OpenedAt = Now, Person = new Person("a", "b", "c"), IsDrill = true };
        Assert.That(Decide(User() with { IsDisabled = isDisabled }, account), Is.EqualTo(Admission.Leave));
    }

    [Test]
    public void Found_are_those_of_the_house_who_should_be_locked_and_are_not(
        [Values] AccountStatus status, [Values] bool isDisabled, [Values] bool isExternal, [Values] bool isDrill)
    {
        var account = Known(status);
        if (isDrill) account.Case = new LockCase { OpenedAt = Now, Person = new Person("a", "b", "c"), IsDrill = true };
        var user = User() with { IsDisabled = isDisabled, AuthLabels = Labels(isExternal) };
        var shouldBeLocked = status is AccountStatus.Locked or AccountStatus.Rejected or AccountStatus.DisabledBefore;
        var expected = shouldBeLocked && !isDisabled && !isExternal && !isDrill ? 1 : 0;
        GrafanaUser[] users = [user, User() with { Uid = "another", Id = 901 }];
        Assert.That(AdmissionPolicy.CountFound(users, new AccountBook([account])), Is.EqualTo(expected));
    }

    [Test]
    public void An_assessment_counts_who_is_missing_and_who_is_unknown()
    {
        var strangers = Enumerable.Range(0, 3).Select(i => User() with { Uid = $"other{i}", Id = 900 + i });
        Assert.That(AdmissionPolicy.Assess([.. List(7), .. strangers], Book(10)), Is.EqualTo(new DatabaseIdentityCheck(false, 3, 3)));
        Assert.That(AdmissionPolicy.Assess(List(3), Book(6)), Is.EqualTo(new DatabaseIdentityCheck(true, 3, 0)), "half, three at once");
    }

    /// <summary>The slack is taken whole: an account exactly so old may have been made in the same second.</summary>
    [Test]
    public void Older_is_only_who_was_made_more_than_the_slack_before()
    {
        var bound = Now - AdmissionPolicy.ClockSlack;
        Assert.That(AdmissionPolicy.IsOlderThan(Now, User() with { Created = bound }), Is.False);
        Assert.That(AdmissionPolicy.IsOlderThan(Now, User() with { Created = bound - TimeSpan.FromTicks(1) }), Is.True);
    }

    [Test]
    public void Every_decision_is_known_to_the_rehearsal_and_none_is_taken_for_a_lock([Values] Admission admission)
    {
        try
        {
            var measure = SimulationRecord.MeasureFor(admission, isOnlyShownOut: false);
            Assert.That((admission, measure), Is.AnyOf(
                (Admission.AdmitSelf, Measure.SpareSelf),
                (Admission.AdmitServerAdmin, Measure.SpareServerAdmin),
                (Admission.Lock, Measure.Lock)));
        }
        catch (InvalidOperationException refusal)
        {
            Assert.That(refusal.Message, Does.Contain(admission.ToString()));
        }
    }

    private static Admission Decide(GrafanaUser user, Account? known) => AdmissionPolicy.Decide(user, known, Facts);

    private static IReadOnlyList<string> Labels(bool isExternal) => isExternal ? ["OAuth"] : [];

    private static GrafanaUser User() => new(900, "stranger", "x", "x@example.net", "X", false, false, [], Now, null);

    private static Account Known(AccountStatus status) => new() { Uid = "stranger", Id = 900, Status = status };

    private static AccountBook Book(int count) =>
        new([.. Enumerable.Range(1, count).Select(i => new Account { Uid = $"u{i}", Id = i, Status = AccountStatus.Admitted })]);

    private static List<GrafanaUser> List(int count) =>
        [.. Enumerable.Range(1, count).Select(i => User() with { Uid = $"u{i}", Id = i, Created = Now.AddDays(-100) })];
}
