using Athena.AutoDisable.Watching;

namespace Athena.AutoDisable.Tests.Gates;

/// <summary>A host boots with its clock ahead, the daemon begins its work, and the clock is put right: nothing waits for as long as it was wrong.</summary>
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
        Assert.That(Disk.Waiting, Is.Empty, "it is still to be written down what he did inside");
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

    private void PutBack() => Time.Advance(-Ahead);

    private IEnumerable<string> Subjects() => Disk.Waiting.Values.Select(mail => mail.Subject);
}
