using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.State;
using Athena.Common.Daemon.Control;
using Athena.Common.Daemon.OwnAccount;

namespace Athena.AutoDisable.Tests.Gates;

/// <summary>Root makes an account for the daemons and says so beforehand: the gate lets that one be, and nobody else by it.</summary>
internal sealed class ExpectedAccountTests : GateScenario
{
    private const string Login = "athena-workers-0123456789ab";

    [Test]
    public async Task An_account_that_was_announced_is_known_from_its_birth_on_and_nobody_is_asked_about_it([Values] bool byLog)
    {
        await SettleAsync();
        Assert.That((await ExpectAsync(Login)).ExitCode, Is.Zero);
        var user = World.Add(Login, Login + "@athena-workers.invalid");
        if (byLog) await Daemon.Gate.HandleAsync(Batch(new StrangerSeen(Time.GetUtcNow(), user.Id)), CancellationToken.None);
        await SettleAsync();
        Assert.Multiple(() =>
        {
            Assert.That((user.IsDisabled, Status(user)), Is.EqualTo((false, AccountStatus.Admitted)));
            Assert.That(Disk.Waiting, Is.Empty);
            var admitted = Disk.Audit.Single(entry =>
                entry.Event == "admitted" && entry.Verdict.Contains("account create", StringComparison.Ordinal));
            Assert.That(admitted.Facts["by"], Is.EqualTo("sipho (sudo)"));
        });
    }

    [Test]
    public async Task The_word_holds_for_one_account_and_for_ten_minutes()
    {
        await SettleAsync();
        await ExpectAsync(Login);
        var other = World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        Assert.That(other.IsDisabled, Is.True, "somebody else");

        Time.Advance(TimeSpan.FromMinutes(11));
        var late = World.Add(Login, "late@example.net");
        await SettleAsync();
        Assert.That(late.IsDisabled, Is.True, "too late");
    }

    [TestCase("new@example.net")]
    [TestCase("athena-workers-7f3a")]
    [TestCase("")]
    public async Task A_login_that_a_stranger_could_have_is_not_taken(string login)
    {
        await SettleAsync();
        Assert.That((await ExpectAsync(login)).ExitCode, Is.EqualTo(1));
        var user = World.Add(login, "new@example.net");
        await SettleAsync();
        Assert.That(user.IsDisabled, Is.True);
    }

    private Task<ControlReply> ExpectAsync(string login) => Daemon.Commands.ExecuteAsync(
        new ControlRequest(ExpectedAccount.Command, new Dictionary<string, string> { ["login"] = login, ["by"] = "sipho (sudo)" }),
        CancellationToken.None);
}
