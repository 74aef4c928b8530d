using System.Globalization;
using Athena.AutoDisable.Tests.Simulation;

namespace Athena.AutoDisable.Tests;

/// <summary>Random histories of the gate. <c>SIMULATION_SEED</c> replays one, <c>SIMULATION_HISTORIES</c> plays more.</summary>
internal sealed class SimulationTests
{
    private const int Steps = 120;

    [Test]
    public async Task Everyone_new_is_locked_and_nobody_approved_ever_is_in_any_history_of_crashes_and_outages()
    {
        // The same histories each time: one that breaks must break for whoever caused it. Others are played by make histories.
        var seed = Number("SIMULATION_SEED") ?? 20_261_121;
        var histories = Number("SIMULATION_HISTORIES") ?? (Number("SIMULATION_SEED") is null ? 1000 : 1);
        await TestContext.Out.WriteLineAsync($"first seed {seed}, {histories} histories");

        int kills = 0, came = 0, approved = 0, drills = 0, said = 0;
        for (var i = 0; i < histories; i++)
        {
            var history = new History(unchecked(seed + i));
            var broken = await history.PlayAsync(Steps);
            Assert.That(broken, Is.Empty, $"replay with SIMULATION_SEED={unchecked(seed + i)}");
            kills += history.Kills;
            came += history.Count.Came;
            approved += history.Count.Approved;
            drills += history.Passed;
            said += history.Said;
        }

        await TestContext.Out.WriteLineAsync($"{came} people came, {approved} were approved, {drills} drills passed, {said} things were said in the chat, the daemon was killed {kills} times");

        // The histories are worth nothing unless these things happened in them.
        Assert.Multiple(() =>
        {
            Assert.That(came, Is.GreaterThan(histories));
            Assert.That(kills, Is.GreaterThan(histories));
            if (histories > 10) Assert.That(approved, Is.GreaterThan(0));
            if (histories > 10) Assert.That(said, Is.GreaterThan(0));
            if (histories > 10) Assert.That(drills, Is.GreaterThan(0));
        });
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
