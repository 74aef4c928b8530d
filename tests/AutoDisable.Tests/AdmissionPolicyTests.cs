using Athena.AutoDisable.Accounts;
using Athena.Common.Grafana;

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
    public void Reports_a_new_server_admin_and_does_not_lock_him() =>
        Assert.That(Decide(User() with { IsAdmin = true }, null), Is.EqualTo(Admission.AdmitServerAdmin));

    [Test]
    public void Leaves_an_admitted_account_alone([Values] bool isDisabled, [Values] bool isExternal) =>
        Assert.That(Decide(User() with { IsDisabled = isDisabled, AuthLabels = Labels(isExternal) }, Known(AccountStatus.Admitted)), Is.EqualTo(Admission.Leave));

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
        Assert.That(Decide(User(), account), Is.EqualTo(Admission.AdmitUnseen));
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
        Assert.That(AdmissionPolicy.Decide(User(), Known(AccountStatus.Locked), Facts with { UnknownDatabase = true }), Is.EqualTo(Admission.LockAgain));

    [Test]
    public void In_an_unknown_database_locks_only_what_was_made_since_the_last_look()
    {
        var unknown = Facts with { UnknownDatabase = true };
        Assert.Multiple(() =>
        {
            Assert.That(AdmissionPolicy.Decide(User() with { Created = Now.AddDays(-3) }, null, unknown), Is.EqualTo(Admission.LeaveStranger));
            Assert.That(AdmissionPolicy.Decide(User() with { Created = Now }, null, unknown), Is.EqualTo(Admission.Lock));
            Assert.That(AdmissionPolicy.Decide(User() with { Created = null }, null, unknown), Is.EqualTo(Admission.Lock), "of unknown age");
            Assert.That(AdmissionPolicy.Decide(User() with { Created = Now.AddHours(-13) }, null, unknown), Is.EqualTo(Admission.Lock), "a node in another zone");
        });
    }

    [Test]
    public void Takes_half_of_the_accounts_missing_for_another_database()
    {
        var book = Book(10);
        Assert.Multiple(() =>
        {
            Assert.That(AdmissionPolicy.Assess(List(6), book, Now).IsUnknownDatabase, Is.False);
            Assert.That(AdmissionPolicy.Assess(List(5), book, Now).IsUnknownDatabase, Is.True);
            Assert.That(AdmissionPolicy.Assess(List(2), Book(4), Now).IsUnknownDatabase, Is.False, "two deleted by hand");
        });
    }

    [Test]
    public void Takes_several_older_strangers_for_another_database_but_not_one()
    {
        var old = User() with { Created = Now.AddDays(-30) };
        var another = old with { Uid = "other", Id = 901 };
        Assert.Multiple(() =>
        {
            Assert.That(AdmissionPolicy.Assess([.. List(10), old], Book(10), Now).IsUnknownDatabase, Is.False);
            Assert.That(AdmissionPolicy.Assess([.. List(10), old, another], Book(10), Now).IsUnknownDatabase, Is.True);
            Assert.That(AdmissionPolicy.Assess([.. List(10), old with { Created = Now }, another with { Created = Now }], Book(10), Now).IsUnknownDatabase, Is.False);
        });
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
