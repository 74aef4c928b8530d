using Athena.AutoDisable.Enforcement;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.State;
using Athena.Common.Grafana.Copies;
using Athena.Common.Notify.Channels;

namespace Athena.AutoDisable.Tests.Gates;

/// <summary>Two copies of the daemon on one Grafana, seen by the one that hears of the other by the log.</summary>
internal sealed class SecondCopyTests : GateScenario
{
    private static readonly OtherCopy Copy = new(
        "ffee00112233", "192.0.2.7", new(2026, 11, 21, 6, 0, 0, TimeSpan.Zero), new(2026, 11, 21, 6, 1, 0, TimeSpan.Zero), 4);

    [Test]
    public async Task Is_told_of_at_once_and_once_and_its_end_as_well()
    {
        await SettleAsync();
        await HearAsync();
        await HearAsync(Copy with { Requests = 5, Address = "192.0.2.8" });
        Assert.Multiple(() =>
        {
            Assert.That(Daemon.Troubles.Present.Single(), Has.Property(nameof(Trouble.Kind)).EqualTo(TroubleKind.SecondCopy));
            Assert.That(Daemon.Troubles.Present.Single().Detail, Does.Contain("192.0.2.8").And.Contain("ffee00112233"));
            Assert.That(Mails.Count(mail => mail.Subject.Contains("two copies of the daemon", StringComparison.Ordinal)), Is.EqualTo(1));
        });
        Time.Advance(SecondCopy.GoneAfter);
        await SettleAsync();
        Assert.That(Daemon.Troubles.Present, Is.Empty);
        Assert.That(Mails.Count(mail => mail.Subject.Contains("no other copy", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task Whom_the_other_copy_approved_at_the_door_is_not_shown_out_here()
    {
        await SettleAsync();
        var outsider = World.Add("knocker", "knocker@example.org", isExternal: true);
        await SettleAsync();
        Assert.That(Status(outsider), Is.EqualTo(AccountStatus.AtDoor));
        await Daemon.Gate.HandleAsync(Batch(Approved(outsider.Uid)), CancellationToken.None);
        World.Asked.Clear();
        await ReadRequestAsync(outsider);
        await SettleAsync();
        Assert.Multiple(() =>
        {
            Assert.That(Status(outsider), Is.EqualTo(AccountStatus.Admitted));
            Assert.That(World.Asked, Has.None.Contains("/logout"));
            Assert.That(Daemon.Memory.Book.FindByRef(outsider.Uid)!.Decision!.By, Does.Contain("another copy"));
        });
    }

    [Test]
    public async Task Whom_the_other_copy_approved_before_we_saw_them_is_let_in()
    {
        await SettleAsync();
        var outsider = World.Add("knocker", "knocker@example.org", isExternal: true);
        await Daemon.Gate.HandleAsync(Batch(Approved(outsider.Uid)), CancellationToken.None);
        await SettleAsync();
        Assert.That(Status(outsider), Is.EqualTo(AccountStatus.Admitted));
    }

    [Test]
    public async Task Whom_an_admin_rejected_here_the_other_copy_does_not_let_in()
    {
        await SettleAsync();
        var outsider = World.Add("stranger", "stranger@example.org");
        await SettleAsync();
        await CommandAsync("reject", $"uid:{outsider.Uid}");
        await Daemon.Gate.HandleAsync(Batch(Approved(outsider.Uid)), CancellationToken.None);
        Assert.That(Status(outsider), Is.EqualTo(AccountStatus.Rejected));
    }

    [Test]
    public async Task Whom_we_approved_and_the_other_shows_out_is_said_again_by_a_line_in_the_log()
    {
        await SettleAsync();
        var outsider = World.Add("knocker", "knocker@example.org", isExternal: true);
        await SettleAsync();
        await CommandAsync("approve", $"uid:{outsider.Uid}");
        await SettleAsync();
        Assert.That(World.Asked, Has.Some.EqualTo($"/api/admin/users/{outsider.Id}/enable"), "the approval itself is such a line");
        World.Asked.Clear();
        for (var i = 0; i < 3; i++)
        {
            await Daemon.Gate.HandleAsync(Batch(new ShownOutByCopy(null, outsider.Uid)), CancellationToken.None);
            await SettleAsync();
        }

        Assert.That(World.Asked.Count(path => path == $"/api/admin/users/{outsider.Id}/enable"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_colleague_of_Grafana_s_own_is_not_enabled_by_us_because_the_other_ended_their_sessions()
    {
        await SettleAsync();
        var colleague = World.Users.First(user => user.Login == "colleague1");
        World.Asked.Clear();
        await Daemon.Gate.HandleAsync(Batch(new ShownOutByCopy(null, colleague.Uid)), CancellationToken.None);
        await SettleAsync();
        Assert.That(World.Asked, Has.None.Contains("/enable"));
    }

    private IEnumerable<OutgoingMessage> Mails => Disk.Waiting.Values.Concat(Disk.Delivered);

    private EnabledByAdmin Approved(string subject) =>
        new(Time.GetUtcNow(), subject, Simulation.SimulatedGrafana.SelfId, "athena", $"another copy of this daemon ({Copy.Name})");

    private Task HearAsync(OtherCopy? copy = null) =>
        Daemon.Gate.HandleAsync(Batch(new CopySeen(null, copy ?? Copy)), CancellationToken.None);
}
