using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.OwnAccount;
using Athena.Common.Grafana.Api;
using Athena.Tests.Shared;
using Moq;
using static Athena.Common.Tests.Grafana.Probes.Some;

namespace Athena.Common.Tests.Daemon.OwnAccount;

public sealed class AccountMakerTests
{
    private const long Id = 117;

    private readonly StringWriter output = new();
    private ManualTime time = new();
    private Mock<IGrafana> grafana = new();
    private AccountMaker maker = null!;

    /// <summary>At each of these times, counted from the beginning, somebody disables the account.</summary>
    private List<TimeSpan> locks = [];

    private bool isDisabled;
    private DateTimeOffset began;

    [SetUp]
    public void AnAccountThatWasJustMade()
    {
        (time, grafana, isDisabled, locks) = (new ManualTime(), new Mock<IGrafana>(MockBehavior.Strict), true, []);
        began = time.GetUtcNow();
        output.GetStringBuilder().Clear();
        grafana.Setup(g => g.EnableAsync(Id, default)).ReturnsAsync(() =>
        {
            isDisabled = false;
            return Done(new Acknowledgement("User enabled"));
        });
        grafana.Setup(g => g.UserAsync(Id, default)).ReturnsAsync(() =>
        {
            isDisabled |= locks.RemoveAll(at => time.GetUtcNow() - began >= at) > 0;
            return Done(User(Id, 0) with { IsDisabled = isDisabled });
        });
        maker = new AccountMaker(
            grafana.Object, Mock.Of<IGrafanaMembers>(), new ChangeReport(output, isJson: false, isColoured: false), time);
    }

    [Test]
    public async Task It_is_enabled_and_looked_at_twice_90_seconds_apart()
    {
        Assert.That(await KeepAsync(), Is.True);
        grafana.Verify(g => g.EnableAsync(Id, default), Times.Once);
        grafana.Verify(g => g.UserAsync(Id, default), Times.Exactly(2));
        Assert.That(time.Pauses[^1], Is.EqualTo(TimeSpan.FromSeconds(90)));
        Assert.That(output.ToString(), Does.Contain("waiting 95s to see that nothing does").And.Contain("It is still enabled after 95s"));
        Assert.That(time.GetUtcNow() - began, Is.EqualTo(TimeSpan.FromSeconds(95)), "what is said is what it takes");
    }

    /// <summary>A gate that follows the log is there at once, a timer within a minute.</summary>
    [TestCase(1)]
    [TestCase(60)]
    public async Task One_that_something_locks_is_enabled_again_and_looked_at_anew(int seconds)
    {
        locks = [TimeSpan.FromSeconds(seconds)];
        Assert.That(await KeepAsync(), Is.True);
        grafana.Verify(g => g.EnableAsync(Id, default), Times.Exactly(2));
        Assert.That(output.ToString(), Does.Contain("Something has locked it").And.Contain("It is still enabled"));
    }

    [Test]
    public async Task One_that_is_locked_each_time_is_given_up_with_advice()
    {
        locks = [.. Enumerable.Range(0, 20).Select(n => TimeSpan.FromMinutes(n))];
        Assert.That(await KeepAsync(), Is.False);
        Assert.That(output.ToString(), Does.Contain("FAILED  It is locked again and again").And.Contain("account repair"));
    }

    [Test]
    public async Task No_answer_proves_nothing()
    {
        grafana.Setup(g => g.UserAsync(Id, default)).ReturnsAsync(Not<GrafanaUser>(GrafanaOutcome.Unavailable, "No connection."));
        Assert.That(await KeepAsync(), Is.False);
    }

    [Test]
    public async Task An_account_whose_answer_was_lost_is_found_by_its_login()
    {
        var user = AccountMaker.Draw();
        grafana.Setup(g => g.CreateUserAsync(user, default))
            .ReturnsAsync(Not<CreatedUser>(GrafanaOutcome.AlreadySo, "there is one already"));
        grafana.Setup(g => g.LookUpAsync(user.Login, default)).ReturnsAsync(Done(User(Id, 0, user.Login)));
        Assert.That(await maker.MakeAsync(user, default), Is.EqualTo(Id));
    }

    [Test]
    public void Logins_and_passwords_are_drawn_and_no_text_of_the_account_shows_the_password()
    {
        var drawn = Enumerable.Range(0, 200).Select(_ => AccountMaker.Draw()).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(drawn.Select(user => user.Login), Is.Unique.And.All.Matches<string>(ExpectedAccount.IsDrawn));
            Assert.That(
                drawn.Select(user => user.Password),
                Is.Unique.And.All.Length.EqualTo(43).And.All.Matches("^[A-Za-z0-9_-]+$"),
                "systemd reads it as it is");
            Assert.That(drawn[0].ToString(), Does.Not.Contain(drawn[0].Password));
        });
    }

    [TestCase("athena-workers-7f3a", true)]
    [TestCase("Athena-Workers-0123456789ab", true)]
    [TestCase("athena-admin", false)]
    [TestCase("athena", false)]
    public void One_that_is_named_as_the_daemons_are_is_no_person_to_propose(string login, bool isService) =>
        Assert.That(ExpectedAccount.IsServiceName(login), Is.EqualTo(isService));

    [TestCase("athena-workers-7f3a")]
    [TestCase("athena-workers-0123456789AB")]
    [TestCase("athena-workers-0123456789ab ")]
    [TestCase("new@example.net")]
    [TestCase("")]
    public void What_was_not_drawn_is_no_expected_account(string login) => Assert.That(ExpectedAccount.IsDrawn(login), Is.False);

    private Task<bool> KeepAsync() =>
        time.PassPausesAsync(maker.KeepEnabledAsync(Id, AccountMaker.BetweenLooks, default), TimeSpan.FromMinutes(5));
}
