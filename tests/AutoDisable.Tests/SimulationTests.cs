using System.Globalization;
using System.Runtime.Versioning;
using Athena.AutoDisable.Tests.Simulation;
using Athena.Common.Tests.Grafana.Database;

namespace Athena.AutoDisable.Tests;

/// <summary>Random histories of the gate. <c>SIMULATION_SEED</c> replays one, <c>SIMULATION_HISTORIES</c> plays more.</summary>
[SupportedOSPlatform("linux")]
internal sealed class SimulationTests
{
    private const int Steps = 120;

    [OneTimeTearDown]
    public void StopPostgres() => PostgresCluster.End();

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

        await TestContext.Out.WriteLineAsync(
            $"{came} people came, {approved} were approved, {drills} drills passed, {said} things were said in the chat, the daemon was "
            + $"killed {kills} times");

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

    /// <summary>
    /// The same histories over a real PostgreSQL with Grafana's columns, its statements and the daemon's own role: with the triggers nobody
    /// new is answered, whatever becomes of the daemon. Those without are the control: there people do get in, or these histories would
    /// show nothing.
    /// </summary>
    [Test]
    [Category("Interop")]
    public async Task Not_one_request_of_anybody_new_is_answered_in_any_history_where_accounts_are_born_locked([Values(15, 17)] int version)
    {
        var cluster = version == 17 ? PostgresCluster.Need(version) : PostgresCluster.Need();
        await using var tables = await cluster.CreateGrafanaAsync();
        await using var database = new RealDatabase(
            new GrafanaRows(cluster.AsAdmin(tables.Name).Replace("Pooling=false", "Maximum Pool Size=8", StringComparison.Ordinal)),
            tables.Open());
        var seed = Number("SIMULATION_SEED") ?? 20_261_129;
        // Each takes a second.
        var histories = Number("SIMULATION_HISTORIES") is { } wanted
            ? Math.Max(1, wanted / 100)
            : Number("SIMULATION_SEED") is null ? 8 : 1;
        await TestContext.Out.WriteLineAsync($"first seed {seed}, {histories} histories");

        int refused = 0, never = 0, inControl = 0, neverInControl = 0, kills = 0;
        for (var i = 0; i < histories; i++)
        {
            foreach (var isBornLocked in (bool[])[true, false])
            {
                var history = new History(unchecked(seed + i), database, isBornLocked);
                Assert.That(await history.PlayAsync(Steps), Is.Empty,
                    $"replay with SIMULATION_SEED={unchecked(seed + i)} (born locked: {isBornLocked})");
                kills += history.Kills;
                refused += isBornLocked ? history.Refused : 0;
                never += isBornLocked ? history.NeverInside : 0;
                inControl += isBornLocked ? 0 : history.Answered;
                neverInControl += isBornLocked ? 0 : history.NeverInside;
            }
        }

        await TestContext.Out.WriteLineAsync(
            $"PostgreSQL {version}: {refused} requests of strangers were refused and none was answered, {never} were said to have been "
            + $"inside never; without triggers {inControl} were answered. The daemon was killed {kills} times");
        Assert.Multiple(() =>
        {
            Assert.That(inControl, Is.GreaterThan(histories), "the control shows that strangers do get in");
            Assert.That(neverInControl, Is.Zero);
            Assert.That(refused, Is.GreaterThan(histories));
            if (histories >= 8) Assert.That(never, Is.GreaterThan(0));
            if (histories >= 8) Assert.That(kills, Is.GreaterThan(histories));
        });
    }

    private static int? Number(string variable) =>
        int.TryParse(
            Environment.GetEnvironmentVariable(variable),
            NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out var number) ? number : null;
}
