using Athena.EndToEnd.Harness;

namespace Athena.EndToEnd;

/// <summary>An old host runs on beside the new one: two copies of the daemon, each with a memory of its own, on one Grafana.</summary>
internal sealed class SecondCopyTests
{
    [Test]
    public async Task Is_told_of_at_once_and_whom_one_approves_the_other_does_not_show_out()
    {
        await using var lab = await Lab.OpenAsync(ExternalUserTests.Options, pollInterval: "1s");
        var first = await lab.StartDaemonAsync();
        var other = new DaemonProgram();
        foreach (var (key, value) in lab.Program.Settings) other.Settings[key] = value;
        other.Settings["STATE_DIR"] = lab["other-state"];
        other.Settings["CONTROL_DIR"] = Directory.CreateDirectory(lab["other-run"]).FullName;
        var baseline = await other.RunAsync("baseline", "--all");
        Assert.That(baseline.ExitCode, Is.Zero, baseline.Output);
        await using var second = other.Run();
        await second.IsGuardingAsync();

        await lab.MailAsync("two copies of the daemon work on the same Grafana");
        await first.SaysAsync("Another copy of grafana-auto-disable works on this Grafana");
        await second.SaysAsync("Another copy of grafana-auto-disable works on this Grafana");
        var status = await lab.Program.RunAsync("status");
        var check = await other.RunAsync("check");
        Assert.Multiple(() =>
        {
            Assert.That(status.ExitCode, Is.EqualTo(1));
            Assert.That(status.Text, Does.Contain("TROUBLE").And.Contain("first seen").And.Contain("from 127.0.0.1"));
            Assert.That(check.Output, Does.Contain("Another copy of grafana-auto-disable works on this Grafana"));
        });

        using var outsider = new Outsider(lab, Outside.SingleSignOn, "kagiso");
        await outsider.ComeAsync();
        await Eventually.TrueAsync(async () => await outsider.AskAsync() == 401, "they are shown out", lab.Story);
        await Eventually.TrueAsync(
            async () => (await other.RunAsync("pending")).Output.Contains(outsider.Email, StringComparison.Ordinal),
            "the second knows them",
            () => second.Output);
        var approved = await lab.Program.RunAsync("approve", $"uid:{outsider.Account.Uid}", "--yes");
        Assert.That(approved.ExitCode, Is.Zero, approved.Output);
        await second.SaysAsync("by another copy of this daemon (installation ");
        for (var i = 0; i < 3; i++)
        {
            Assert.That(await outsider.ComeAsync(), Is.EqualTo(200));

            // Somebody else's lock is the sign that their lines have been read.
            using var stranger = await lab.SignUpAsync($"new{i}@example.net");
            await lab.IsLockedAsync($"new{i}@example.net");
            Assert.That(await outsider.AskAsync(), Is.EqualTo(200), second.Output);
        }
    }

    [Test]
    public async Task A_second_pulse_is_told_of_in_the_chat_and_in_check()
    {
        await using var lab = await PulseLab.OpenAsync();
        var other = new DaemonProgram("grafana-active-users");
        foreach (var (key, value) in lab.Program.Settings) other.Settings[key] = value;
        other.Settings["STATE_DIR"] = lab["other-state"];
        other.Settings["CONTROL_DIR"] = Directory.CreateDirectory(lab["other-run"]).FullName;
        lab.RunDaemon();

        // What came before our own first request may be of the host that ours replaced, and is no copy.
        var log = lab.Program.Settings["LOG"]["file:".Length..];
        await Eventually.TrueAsync(
            () => File.ReadAllText(log).Contains("/athena-workers/active-users/", StringComparison.Ordinal),
            "the first one's request",
            () => lab.Story);
        await using var second = other.Run();
        await Eventually.TrueAsync(
            () => lab.Messages.Any(message => message.Contains("a second copy of the pulse works", StringComparison.Ordinal)), "a message",
            () => $"{lab.Story}\n{second.Output}", TimeSpan.FromMinutes(4));
        var check = await lab.Program.RunAsync("check");
        Assert.That(check.Output, Does.Contain("Another copy of grafana-active-users works on this Grafana"));
    }
}
