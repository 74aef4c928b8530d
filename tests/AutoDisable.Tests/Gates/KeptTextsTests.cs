using System.Text.Json;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Tests.Simulation;

namespace Athena.AutoDisable.Tests.Gates;

/// <summary>What somebody typed about themselves is kept for as long as somebody has to read it.</summary>
internal sealed class KeptTextsTests : GateScenario
{
    private const string Email = "private.person@example.net";

    [Test]
    public async Task A_person_who_is_decided_about_is_known_by_ids_alone_once_everybody_was_told(
        [Values("approve", "reject")] string decision)
    {
        var user = await WaitingAsync();
        Assert.That(State(), Does.Contain(Email), "the admins are to know who waits");
        await CommandAsync(decision, $"uid:{user.Uid}");
        Assert.That(Disk.Waiting.Values.Select(mail => mail.Text), Has.Some.Contains(Email));
        await SettleAsync();
        Assert.That(State(), Does.Not.Contain("private.person"));
        Assert.That(Daemon.Memory.Book.FindByRef(user.Uid)!.Decision, Is.Not.Null, "what was decided stays known");
    }

    [TestCase("approve")]
    [TestCase("line")]
    public async Task Who_was_rejected_long_ago_is_named_again_when_it_matters(string how)
    {
        var user = await RejectedAsync();
        if (how == "approve") await CommandAsync("approve", $"uid:{user.Uid}");
        else await Daemon.Gate.HandleAsync(Batch(new EnabledByAdmin(Time.GetUtcNow(), user.Uid, 1, "admin")), CancellationToken.None);
        await SettleAsync();
        Assert.That(Status(user), Is.EqualTo(AccountStatus.Admitted));
        Assert.That(Disk.Waiting.Values.Select(mail => mail.Subject), Has.Some.StartsWith($"Approved: Name of {Email}"));
    }

    [Test]
    public async Task Who_was_rejected_long_ago_and_is_found_enabled_is_named_in_the_mail()
    {
        var user = await RejectedAsync();
        user.IsDisabled = false;
        await SettleAsync();
        Time.Advance(TimeSpan.FromSeconds(6));
        await SettleAsync();
        Assert.That(Disk.Waiting.Values.Single().Text, Does.Contain(Email));
    }

    private async Task<SimulatedUser> WaitingAsync()
    {
        var user = World.Add(Email, Email);
        await SettleAsync();
        await ExposeAsync();
        return user;
    }

    private async Task<SimulatedUser> RejectedAsync()
    {
        var user = await WaitingAsync();
        await CommandAsync("reject", $"uid:{user.Uid}", ("reason", "nobody knows them"));
        await SettleAsync();
        Disk.Deliver();
        Time.Advance(TimeSpan.FromDays(30));
        await SettleAsync();
        Assert.That(State(), Does.Not.Contain("private.person"));
        return user;
    }

    private string State() => JsonSerializer.Serialize(Daemon.Memory.State, AutoDisableStateJson.Default.AutoDisableState);
}
