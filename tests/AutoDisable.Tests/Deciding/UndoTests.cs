using Athena.AutoDisable.State;
using Athena.Common.Daemon.Decisions;

namespace Athena.AutoDisable.Tests.Deciding;

/// <summary>A decision is taken back: by its link, or by command.</summary>
internal sealed class UndoTests : DecisionScenario
{
    [TestCase("Approve")]
    [TestCase("Reject")]
    public async Task Taken_back_by_its_link_the_account_is_locked_and_everybody_is_asked_again(string button)
    {
        var user = await SignUpAsync();
        var old = Token(user, One, "Reject")!;
        var done = await DecideAsync(Token(user, One, button)!, (DecisionDesk.Pin, Pin));
        var page = await DescribeAsync(done.Undo!);
        Assert.That((page.Choice, page.Proof), Is.EqualTo((DecisionChoice.Undo, DecisionProof.None)));
        Disk.Waiting.Clear();
        var undone = await DecideAsync(done.Undo!);
        Assert.That(
            (undone.Outcome, user.IsDisabled, Status(user)), Is.EqualTo((DecisionOutcome.Done, true, AccountStatus.Locked)), undone.Text);
        await ExposeAsync();
        await ExposeAsync();
        Assert.That(
            Mail(user).Text.ReplaceLineEndings(" "),
            Does.Contain(button == "Approve" ? "In between it was open" : "It stayed locked").And.Contain("(link) took that back")
                .And.Not.Contain("Inside for").And.Not.Contain("after it was first seen"));
        Assert.That(Token(user, One, "Reject"), Is.Not.Null.And.Not.EqualTo(old));
        await IsClosedAsync(old); // It is about a matter that is over.
        Assert.That((await PostAsync(done.Undo!)).Outcome, Is.Not.EqualTo(DecisionOutcome.Done));
    }

    [Test]
    public async Task The_applicant_hears_of_it_when_it_cannot_be_taken_back_any_more([Values] bool isUndone)
    {
        var user = await SignUpAsync();
        var done = await DecideAsync(Token(user, One, "Approve")!, (DecisionDesk.Pin, Pin));
        Time.Advance(TimeSpan.FromMinutes(9));
        await SettleAsync();
        Assert.That(Told(), Is.Zero);
        if (isUndone) await DecideAsync(done.Undo!);
        Time.Advance(TimeSpan.FromMinutes(2));
        await SettleAsync();
        Assert.That(Told(), Is.EqualTo(isUndone ? 0 : 1));

        int Told() => Disk.Waiting.Values.Count(mail => mail.Recipients.Contains(user.Email));
    }

    [TestCase("approve")]
    [TestCase("reject")]
    public async Task A_command_says_how_it_is_taken_back(string command)
    {
        var user = await SignUpAsync();
        var way = $" For 10m that can be taken back: sudo grafana-auto-disable undo uid:{user.Uid}\n";
        Assert.That((await CommandAsync(command, $"uid:{user.Uid}")).Text, Does.EndWith(way));
        var deleted = await CommandAsync("reject", $"uid:{user.Uid}", ("delete", "yes"));
        Assert.That(deleted.Text, Does.EndWith(": deleted.\n"));
    }

    [Test]
    public async Task By_command_too_and_not_after_its_time()
    {
        var user = await SignUpAsync();
        Assert.That((await CommandAsync("undo", $"uid:{user.Uid}")).Text, Does.Contain("Nothing was decided"));
        await CommandAsync("approve", $"uid:{user.Uid}");
        Assert.That(user.IsDisabled, Is.False);
        Assert.That((await CommandAsync("undo", $"uid:{user.Uid}")).ExitCode, Is.Zero);
        Assert.That((user.IsDisabled, Status(user)), Is.EqualTo((true, AccountStatus.Locked)));
        await CommandAsync("approve", $"uid:{user.Uid}");
        Time.Advance(TimeSpan.FromMinutes(10));
        var late = await CommandAsync("undo", $"uid:{user.Uid}");
        Assert.That((late.ExitCode, user.IsDisabled), Is.EqualTo((1, false)));
        Assert.That(late.Text, Does.Contain("UNDO_FOR"));
    }

    [Test]
    public async Task The_audit_has_who_decided_and_who_took_it_back()
    {
        var user = await SignUpAsync();
        await CommandAsync("approve", $"uid:{user.Uid}");
        await CommandAsync("undo", $"uid:{user.Uid}");
        var entry = Disk.Audit.Single(one => one.Event == "undone");
        Assert.That((entry.Case, entry.Facts["by"], entry.Facts["decidedBy"]), Is.EqualTo((user.Uid, "root", "root")));
    }
}
