using Athena.AutoDisable.Notify.Mails;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Tests.Simulation;
using Athena.Common.Grafana.Api;
using Moq;

namespace Athena.AutoDisable.Tests.Gates;

/// <summary>Where nobody acts on something critical, others are told once; of what is ordinary they never are.</summary>
internal sealed class EscalationTests : GateScenario
{
    private const string Next = "duty@example.org";

    [SetUp]
    public void Escalate() => Build(
        new AutoDisableOptions("http://127.0.0.1:3000", EscalateAfter: TimeSpan.FromMinutes(30)),
        writer: new LetterWriter(MailOptions with { EscalateTo = [Next] }));

    [Test]
    public async Task Of_somebody_who_cannot_be_locked_they_are_told_once_after_half_an_hour()
    {
        var user = await CannotBeLockedAsync();
        await PassAsync(TimeSpan.FromMinutes(27));
        Assert.That(Told(), Is.Empty);
        await PassAsync(TimeSpan.FromMinutes(3));
        Assert.That(Told().Single(), Does.Contain(user.Uid).And.Contain("nobody has acted"));
        await PassAsync(TimeSpan.FromHours(5));
        Assert.That(Told(), Has.Count.EqualTo(1), "once");
    }

    [Test]
    public async Task Where_somebody_acted_in_time_nobody_else_is_told()
    {
        await CannotBeLockedAsync();
        await PassAsync(TimeSpan.FromMinutes(10));
        Grafana = GrafanaSpy.On(World);
        Escalate();
        await PassAsync(TimeSpan.FromHours(5));
        Assert.That(Told(), Is.Empty);
    }

    [Test]
    public async Task Of_whoever_just_waits_they_are_never_told()
    {
        World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        await PassAsync(TimeSpan.FromHours(30));
        Assert.That(Told(), Is.Empty);
        Assert.That(Disk.Waiting.Values.Select(mail => mail.Subject), Has.Some.StartsWith("Still waiting"), "they are reminded of");
    }

    private async Task<SimulatedUser> CannotBeLockedAsync()
    {
        var user = World.Add("new@example.net", "new@example.net");
        Grafana.Setup(g => g.DisableAsync(user.Id, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new GrafanaAnswer<Acknowledgement>(GrafanaOutcome.Refused, null, "403: Permissions needed: users:disable."));
        await SettleAsync();
        await PassAsync(TimeSpan.FromMinutes(2));
        Assert.That(Disk.Waiting.Values.Select(mail => mail.Subject), Has.Some.StartsWith("ACTION NEEDED, could not be locked"));
        return user;
    }

    /// <summary>What others got.</summary>
    private List<string> Told() =>
        [.. Disk.Waiting.Values.Where(mail => mail.Recipients.Contains(Next)).Select(mail => mail.Text.ReplaceLineEndings(" "))];

    private async Task PassAsync(TimeSpan span)
    {
        for (var passed = TimeSpan.Zero; passed < span; passed += TimeSpan.FromMinutes(1))
        {
            Time.Advance(TimeSpan.FromMinutes(1));
            await Daemon.Gate.WorkAsync(CancellationToken.None);
        }
    }
}
