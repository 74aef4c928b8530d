using System.Globalization;
using Athena.ActiveUsers.Tests.Simulation;

namespace Athena.ActiveUsers.Tests;

/// <summary>Random histories of the daemon. <c>SIMULATION_SEED</c> replays one, <c>SIMULATION_HISTORIES</c> plays more.</summary>
internal sealed class SimulationTests
{
    [Test]
    public async Task No_pulse_comes_twice_none_is_missing_in_silence_and_alerts_are_told_once_in_any_history()
    {
        var seed = Number("SIMULATION_SEED") ?? Random.Shared.Next();
        var histories = Number("SIMULATION_HISTORIES") ?? (Number("SIMULATION_SEED") is null ? 30 : 1);
        await TestContext.Out.WriteLineAsync($"first seed {seed}, {histories} histories");

        int kills = 0, restores = 0, pulses = 0, alerts = 0, mails = 0;
        for (var i = 0; i < histories; i++)
        {
            using var history = new SimulatedDay(unchecked(seed + i));
            var broken = await history.PlayAsync();
            Assert.That(broken, Is.Empty, $"replay with SIMULATION_SEED={unchecked(seed + i)}");
            kills += history.Kills;
            restores += history.Restores;
            pulses += history.Pulses;
            alerts += history.Alerts;
            mails += history.Mails;
        }

        await TestContext.Out.WriteLineAsync(
            $"{pulses} pulses, {alerts} alerts and {mails} mails arrived, the daemon was killed {kills} times and restored {restores} "
            + "times");

        // The histories are worth nothing unless these things happened in them; one that is replayed may lack some.
        if (histories == 1) return;
        Assert.Multiple(() =>
        {
            Assert.That(pulses, Is.GreaterThan(20 * histories));
            Assert.That(alerts, Is.GreaterThan(2 * histories));
            Assert.That(mails, Is.GreaterThan(histories));
            Assert.That(kills, Is.GreaterThan(10 * histories));
            Assert.That(restores, Is.GreaterThan(histories));
        });
    }

    private static int? Number(string variable) =>
        int.TryParse(
            Environment.GetEnvironmentVariable(variable),
            NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out var number) ? number : null;
}
