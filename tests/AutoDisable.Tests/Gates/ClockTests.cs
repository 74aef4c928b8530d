using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Tests.Simulation;
using Athena.Common.Grafana.Api;
using Moq;

namespace Athena.AutoDisable.Tests.Gates;

/// <summary>
/// A host boots with its clock ahead, the daemon begins its work, and the clock is put right: nothing waits for as long as it was wrong.
/// </summary>
internal sealed class ClockTests : GateScenario
{
    private static readonly TimeSpan Ahead = TimeSpan.FromHours(2);

    [Test]
    public async Task The_mail_about_a_lock_comes_although_the_clock_is_put_back_after_it()
    {
        World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        PutBack();
        await Daemon.Gate.WorkAsync(CancellationToken.None);
        Assert.That(Subjects(), Has.One.StartsWith("Locked, waiting for you"));
    }

    [Test]
    public async Task It_comes_also_when_the_daemon_was_started_again_meanwhile()
    {
        World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        Daemon.Gate.Close();
        PutBack();
        Build();
        await Daemon.Gate.WorkAsync(CancellationToken.None);
        Assert.That(Subjects(), Has.One.StartsWith("Locked, waiting for you"));
    }

    [Test]
    public async Task The_mail_about_an_approval_within_seconds_comes_although_the_clock_is_put_back()
    {
        var user = World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        user.IsDisabled = false;
        await Daemon.Gate.HandleAsync(Batch(new EnabledByAdmin(Time.GetUtcNow(), user.Uid, 1, "admin")), CancellationToken.None);
        Assert.That(Disk.Waiting, Is.Empty, "it is still to be written down what they did inside");
        PutBack();
        await Daemon.Gate.WorkAsync(CancellationToken.None);
        Assert.That(Subjects(), Has.One.StartsWith("Approved: "));
    }

    [TestCase(20)]
    [TestCase(60)]
    public async Task A_digest_of_many_locks_comes_although_the_clock_is_put_back(int many)
    {
        for (var i = 0; i < many; i++) World.Add($"bulk{i}@example.net", $"bulk{i}@example.net");
        await SettleAsync();
        PutBack();
        await Daemon.Gate.WorkAsync(CancellationToken.None);
        Assert.That(Disk.Waiting.Keys, Has.One.StartsWith("digest/"));
    }

    [Test]
    public async Task An_approval_that_Grafana_did_not_carry_out_is_tried_again_although_the_clock_is_put_back()
    {
        var user = World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        Grafana.Setup(g => g.EnableAsync(user.Id, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new GrafanaAnswer<Acknowledgement>(GrafanaOutcome.Unavailable, null, "no answer"));
        await CommandAsync("approve", $"uid:{user.Uid}");
        await Daemon.Gate.WorkAsync(CancellationToken.None);
        Assert.That(user.IsDisabled, Is.True);

        PutBack();
        Grafana.Setup(g => g.EnableAsync(user.Id, It.IsAny<CancellationToken>()))
            .Returns((long id, CancellationToken c) => World.EnableAsync(id, c));
        await Daemon.Gate.WorkAsync(CancellationToken.None);
        Assert.That(user.IsDisabled, Is.False);
    }

    [Test]
    public async Task Grafana_s_database_is_asked_again_although_the_clock_is_put_back()
    {
        var table = new SimulatedUserTable(World, new CrashPoint()) { IsDown = true };
        World.Table = table;
        Build();
        var user = World.Add("ext", "ext@example.net", isExternal: true);
        await SettleAsync();
        Assert.That(Status(user), Is.EqualTo(AccountStatus.AtDoor));
        table.IsDown = false;
        PutBack();
        await SettleAsync();
        Assert.That(Status(user), Is.EqualTo(AccountStatus.Locked));
    }

    [Test]
    public async Task Whoever_comes_back_again_and_again_is_an_alarm_although_the_last_one_was_by_the_wrong_clock()
    {
        var user = World.Add("ext", "ext@example.net", isExternal: true);
        await SettleAsync();
        await ComeBackThriceAsync();
        PutBack();
        await ComeBackThriceAsync();
        Assert.That(
            Subjects().Count(subject => subject.StartsWith("CRITICAL, keeps coming back", StringComparison.Ordinal)),
            Is.EqualTo(2));

        async Task ComeBackThriceAsync()
        {
            for (var i = 0; i < 3; i++)
            {
                user.Sessions = 1;
                await SeeAtTheDoorAsync(user);
            }
        }
    }

    [Test]
    public async Task Whoever_was_enabled_unseen_is_accepted_although_the_clock_is_put_back()
    {
        var user = World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        user.IsDisabled = false;
        await Daemon.Gate.LookAsync(CancellationToken.None);
        Assert.That(Status(user), Is.EqualTo(AccountStatus.Locked), "the line may still be on its way");
        PutBack();
        await Daemon.Gate.LookAsync(CancellationToken.None);
        Assert.That(Status(user), Is.EqualTo(AccountStatus.Admitted));
    }

    [Test]
    public async Task The_mark_that_comes_late_is_found_although_the_clock_is_put_back()
    {
        var user = World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        PutBack();
        await Daemon.Gate.WorkAsync(CancellationToken.None);
        Assert.That(Daemon.Memory.Book.FindByRef(user.Uid)!.Case!.LookAgainAt, Is.Null);
    }

    [Test]
    public async Task Grafana_that_does_not_answer_is_mailed_ten_minutes_after_the_clock_is_put_back_and_no_sooner()
    {
        await SettleAsync();
        World.IsDown = true;
        await SettleAsync();
        PutBack();
        await SettleAsync();
        Assert.That(Disk.Waiting, Is.Empty, "it may only be starting, as the host is");
        Time.Advance(TimeSpan.FromMinutes(10));
        await SettleAsync();
        Assert.That(Subjects(), Has.One.StartsWith("ACTION NEEDED: new accounts may NOT be disabled"));
    }

    private void PutBack() => Time.Advance(-Ahead);

    private IEnumerable<string> Subjects() => Disk.Waiting.Values.Select(mail => mail.Subject);
}
