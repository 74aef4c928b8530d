using Athena.EndToEnd.Harness;
using Athena.Tests.Shared;

namespace Athena.EndToEnd;

/// <summary>Who rings is one setting: the program as it is, and Debian's Alertmanager.</summary>
[Order(0)] // Two minutes by the clock: begun first, nobody waits for them at the end.
internal sealed class AlertmanagerTests
{
    /// <summary>Grafana is looked at once a minute, and twice before somebody is rung.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    [Test]
    public async Task A_Grafana_that_is_stopped_rings_once_also_over_a_kill_and_when_it_is_back_that_is_over()
    {
        using var folder = new TemporaryDirectory();
        await using var alertmanager = await AlertmanagerServer.StartAsync(folder);
        await using var lab = await PulseLab.OpenAsync();
        lab.Program.Settings["ALERTS"] = "alertmanager";
        lab.Program.Settings["ALERTMANAGER_URL"] = alertmanager.Url.ToString();
        var check = await lab.Program.RunAsync("check");
        Assert.That(check.Text, Does.Match(@"ok +Alertmanager: 127\.0\.0\.1:\d+, version \d.*, rings in place of chat and mail"));

        var first = lab.RunDaemon();
        await lab.MessageAsync(text => text.Contains("Athena", StringComparison.Ordinal), "a pulse: it works");
        await lab.Grafana.StopListeningAsync();
        await RungAsync("firing AthenaGrafanaDown");
        await first.KillAsync();
        var second = lab.RunDaemon();
        await second.SaysAsync("has started");
        var status = await lab.Program.RunAsync("status");
        Assert.That(status.Text, Does.Match(@"\nRings +Alertmanager at 127\.0\.0\.1:\d+, in place of chat and mail\n"));
        Assert.That(await alertmanager.FiringAsync(), Has.Count.EqualTo(1));
        await lab.Grafana.ListenAgainAsync();
        await RungAsync("firing AthenaGrafanaDown", "resolved AthenaGrafanaDown");
        Assert.That(lab.Messages.Where(text => text.StartsWith("CRITICAL", StringComparison.Ordinal)), Is.Empty);

        Task RungAsync(params string[] told) => Eventually.TrueAsync(
            () => alertmanager.Rung.SequenceEqual(told), string.Join(", ", told),
            () => $"{string.Join(", ", alertmanager.Rung)}\n{lab.Story}", Patience);
    }
}
