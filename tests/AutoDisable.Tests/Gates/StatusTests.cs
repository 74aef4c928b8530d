using Athena.AutoDisable.CommandLine;
using Athena.Common.Grafana.Api;
using Moq;

namespace Athena.AutoDisable.Tests.Gates;

/// <summary>What the daemon says of itself in one sentence, and whether a command that asks ends well.</summary>
internal sealed class StatusTests : GateScenario
{
    [Test]
    public async Task While_all_are_locked_it_says_so_also_of_one_who_is_just_being_locked()
    {
        await SettleAsync();
        Assert.That((Now.Judgement, Now.IsWell), Is.EqualTo(("Every new account is locked.", true)));

        World.Add("new@example.net", "new@example.net");
        await Daemon.Gate.LookAsync(CancellationToken.None);
        Assert.That(
            (Now.Judgement, Now.IsWell, Now.Waiting),
            Is.EqualTo(("Every new account is locked.", true, 1)),
            "disabled, and still to be read back");
        await SettleAsync();
        Assert.That((Now.Judgement, Now.IsWell, Now.Waiting), Is.EqualTo(("Every new account is locked.", true, 1)));
    }

    [Test]
    public async Task Nobody_is_called_locked_who_comes_from_single_sign_on_and_is_only_shown_out()
    {
        World.Add("sso", "sso@example.net", isExternal: true);
        await SettleAsync();
        Assert.That((Now.Judgement, Now.IsWell), Is.EqualTo(
            ("1 account is STILL INSIDE and cannot be locked: grafana-auto-disable pending says why.", false)));
        World.Add("sso2", "sso2@example.net", isExternal: true);
        await SettleAsync();
        Assert.That(Now.Judgement, Does.StartWith("2 accounts are STILL INSIDE"));
    }

    [Test]
    public async Task Nobody_is_called_locked_whom_Grafana_fails_to_disable_again_and_again_until_it_does()
    {
        await SettleAsync();
        var user = World.Add("new@example.net", "new@example.net");
        Grafana.Setup(g => g.DisableAsync(user.Id, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new GrafanaAnswer<Acknowledgement>(GrafanaOutcome.Unavailable, null, "500 Internal Server Error"));
        await SettleAsync();
        Assert.That(Now.IsWell, Is.True, "it is tried again in a second");
        for (var i = 0; i < 10; i++) await SettleAsync();
        Assert.That((Now.Judgement, Now.IsWell), Is.EqualTo(
            ("1 account is STILL INSIDE and cannot be locked: grafana-auto-disable pending says why.", false)));

        Grafana.Setup(g => g.DisableAsync(user.Id, It.IsAny<CancellationToken>()))
            .Returns((long id, CancellationToken c) => World.DisableAsync(id, c));
        for (var i = 0; i < 15; i++) await SettleAsync();
        Assert.That((Now.Judgement, Now.IsWell), Is.EqualTo(("Every new account is locked.", true)));
    }

    [Test]
    public async Task Who_is_still_inside_is_said_before_the_troubles()
    {
        await SettleAsync();
        var user = World.Add("new@example.net", "new@example.net");
        Grafana.Setup(g => g.DisableAsync(user.Id, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new GrafanaAnswer<Acknowledgement>(GrafanaOutcome.Refused, null, "403, needs users:disable"));
        await Daemon.Gate.LookAsync(CancellationToken.None);
        Assert.That(Now.Judgement, Is.EqualTo(
            "1 account is STILL INSIDE and cannot be locked: grafana-auto-disable pending says why. New accounts are NOT being disabled: "
            + "a permission is missing."));
    }

    [Test]
    public async Task Who_is_locked_and_not_told_of_yet_is_counted_until_the_mail_is_there()
    {
        await SettleAsync();
        Assert.That(Now.Untold, Is.Zero);
        for (var i = 0; i < 8; i++) World.Add($"new{i}@example.net", $"new{i}@example.net");
        await SettleAsync();
        Assert.That((Now.Untold, Disk.Waiting.Count), Is.EqualTo((8, 0)), "what they did inside is waited for");
        await ExposeAsync();
        Assert.That((Now.Untold, Disk.Waiting.Count), Is.EqualTo((8, 0)), "the digest collects");
        Time.Advance(TimeSpan.FromMinutes(1));
        await SettleAsync();
        Assert.That((Now.Untold, Disk.Waiting.Count), Is.EqualTo((0, 1)));
    }

    private AutoDisableSnapshot Now => AutoDisableSnapshot.Of(Daemon);
}
