using System.Text.Json;
using Athena.Common.Grafana.Health;
using Athena.Common.Grafana.Monitoring;
using FsCheck;
using FsCheck.Fluent;
using static Athena.Common.Tests.Grafana.Probes.Some;

namespace Athena.Common.Tests.Grafana.Monitoring;

public sealed class GrafanaWatchTests
{
    [Test]
    public void An_outage_is_told_once_with_its_begin_and_its_end_with_its_length()
    {
        var changes = Play(Up(0), Down(1), Down(1.5), Down(2), Down(3), Down(20), Up(21), Up(22));
        Assert.That(changes.Select(change => (change.Kind, change.At, change.Since)), Is.EqualTo(new[]
        {
            (GrafanaChangeKind.WentDown, At(2), At(1)),
            (GrafanaChangeKind.BackUp, At(21), At(1)),
        }));
        Assert.That(changes[^1].Duration, Is.EqualTo(TimeSpan.FromMinutes(20)));
        Assert.That(changes[0].Detail, Is.EqualTo("No connection."));
    }

    [Test]
    public void A_restart_that_takes_seconds_is_nobodys_alarm() =>
        Assert.That(Play(Up(0), Down(1), Down(1.7), Up(2), Down(3), Up(4)), Is.Empty);

    [Test]
    public void A_failing_database_is_told_apart_from_an_outage()
    {
        var changes = Play(Up(0), Database(1), Database(2), Database(3), Up(4));
        Assert.That(changes.Select(change => change.Kind), Is.EqualTo(new[] { GrafanaChangeKind.DatabaseFails, GrafanaChangeKind.BackUp }));
    }

    [Test]
    public void An_outage_that_becomes_a_failing_database_is_told_twice_and_its_length_is_that_of_both()
    {
        var changes = Play(Up(0), Down(1), Down(2), Database(3), Down(3.5), Database(4), Database(5), Up(6));
        Assert.That(changes.Select(change => change.Kind), Is.EqualTo(
            new[] { GrafanaChangeKind.WentDown, GrafanaChangeKind.DatabaseFails, GrafanaChangeKind.BackUp }));
        Assert.That(changes[^1].Duration, Is.EqualTo(TimeSpan.FromMinutes(5)));
    }

    [Test]
    public void Trouble_that_is_there_when_the_daemon_starts_is_told_too() =>
        Assert.That(Play(Down(0), Down(1)).Single().Kind, Is.EqualTo(GrafanaChangeKind.WentDown));

    [Test]
    public void A_new_version_is_told_once_and_the_first_one_not_at_all()
    {
        var changes = Play(Up(0), Up(1), Down(2), Down(3), Up(4, "12.4.0"), Up(5, "12.4.0"));
        Assert.That(changes.Select(change => (change.Kind, change.Before, change.Version)), Is.EqualTo(new[]
        {
            (GrafanaChangeKind.WentDown, null, "12.3.0"),
            (GrafanaChangeKind.BackUp, null, "12.4.0"),
            (GrafanaChangeKind.VersionChanged, "12.3.0", "12.4.0"),
        }));
    }

    [Test]
    public void A_clock_that_is_set_back_neither_hides_an_outage_nor_makes_it_negative()
    {
        var changes = Play(Up(0), Down(60), Down(-600), Down(-599), Up(-598));
        Assert.That(changes.Select(change => change.Kind), Is.EqualTo(new[] { GrafanaChangeKind.WentDown, GrafanaChangeKind.BackUp }));
        Assert.That(changes[^1].Duration, Is.EqualTo(TimeSpan.FromMinutes(2)));
    }

    /// <summary>
    /// Whatever is seen, with a restart between any two looks: no trouble is told twice, and an all-clear follows trouble only.
    /// </summary>
    [Test]
    public void Each_change_once() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Gen.Choose(0, 2).ArrayOf(40).ToArbitrary(), verdicts =>
        {
            var kinds = Play([.. verdicts.Select((verdict, i) => new HealthLook(At(i / 2.0), (HealthVerdict)verdict, "12.3.0", ""))])
                .Select(change => change.Kind).ToList();
            return kinds.Zip(kinds.Skip(1)).All(pair => pair.First != pair.Second)
                && (kinds.Count == 0 || kinds[0] != GrafanaChangeKind.BackUp);
        }));

    private static HealthLook Up(double minute, string version = "12.3.0") => new(At(minute), HealthVerdict.Up, version, "");

    private static HealthLook Down(double minute) => new(At(minute), HealthVerdict.NotAnswering, null, "No connection.");

    private static HealthLook Database(double minute) =>
        new(At(minute), HealthVerdict.DatabaseFailing, "12.3.0", "Its database does not answer.");

    // The condition goes through JSON at each look, as if the daemon were started anew each time.
    private static List<GrafanaChange> Play(params HealthLook[] looks)
    {
        var told = new List<GrafanaChange>();
        var condition = GrafanaCondition.Unknown;
        foreach (var look in looks)
        {
            (condition, var changes) = GrafanaWatch.Next(
                JsonSerializer.Deserialize<GrafanaCondition>(JsonSerializer.Serialize(condition))!, look);
            told.AddRange(changes);
        }

        return told;
    }
}
