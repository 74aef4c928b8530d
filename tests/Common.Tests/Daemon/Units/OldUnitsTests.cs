using Athena.Common.Daemon.Units;
using Athena.Common.Tests.Migration;
using Athena.Migration;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.Daemon.Units;

internal sealed class OldUnitsTests
{
    private static readonly DateTimeOffset Began = new(2026, 11, 21, 17, 43, 5, TimeSpan.Zero);

    [Test]
    public void Finds_units_drop_ins_and_links_and_tells_whose_drop_in_it_is()
    {
        var machine = PaperMachine.WithOldTimer();

        var old = OldUnits.Find(PaperMachine.Daemon, machine, machine.Show);

        Assert.Multiple(() =>
        {
            Assert.That(old.Files.Select(path => path[PaperMachine.Etc.Length..]), Is.EqualTo(new[]
            {
                "grafana-test.timer", "grafana-test.timer.d/often.conf", "grafana-test.service", "grafana-test.service.d/user.conf",
            }));
            Assert.That(old.StayingDropIns, Is.EqualTo(new[] { PaperMachine.Etc + "grafana-test.service.d/credentials.conf" }));
            Assert.That(old.Links, Is.EqualTo(
                new[] { new UnitLink(PaperMachine.Etc + "timers.target.wants/grafana-test.timer", "../grafana-test.timer") }));
            Assert.That(old.Exist && old.WasActive && old.IsEnabled);
            Assert.That(old.Entry(PaperMachine.Daemon), Is.EqualTo("grafana-test.timer"));
        });
    }

    [Test]
    public void Drop_ins_alone_are_no_guard_and_hold_for_ours()
    {
        var machine = new PaperMachine();
        machine.Write(PaperMachine.Etc + "grafana-test.service.d/10-grafana-log.conf", "[Service]\nSupplementaryGroups=grafana\n");
        machine.Write(PaperMachine.Etc + "grafana-test.service.d/limits.conf", "[Service]\nRestartSec=1s\n");

        var old = OldUnits.Find(PaperMachine.Daemon, machine, machine.Show);

        Assert.That(old.Exist, Is.False);
        Assert.That(old.Files, Is.Empty);
        Assert.That(old.StayingDropIns, Is.EqualTo(new[] { PaperMachine.Etc + "grafana-test.service.d/limits.conf" }));
    }

    [Test]
    public void Units_of_one_name_from_two_places_are_kept_apart()
    {
        var record = new MigrationRecord("x", Began, "by", new OldUnits([], [], [], false), null, "/kept/day", false, false);

        Assert.That(record.Kept("/etc/systemd/system/x.timer"), Is.EqualTo("/kept/day/x.timer"));
        Assert.That(record.Kept("/usr/local/lib/systemd/system/x.timer"), Is.EqualTo("/kept/day/usr-local-lib-systemd-system/x.timer"));
    }

    [Test]
    public void A_record_outlives_its_process()
    {
        var machine = PaperMachine.WithOldTimer();
        var old = OldUnits.Find(PaperMachine.Daemon, machine, machine.Show);
        var record = new MigrationRecord(
            PaperMachine.Daemon, Began, "root", old, Began, "/var/lib/athena-workers/replaced/2026-11-21", true, false);

        new MigrationStore(PaperMachine.Daemon, machine).Begin(record);

        var read = new MigrationStore(PaperMachine.Daemon, machine).Open!;
        Assert.That(read.Old.Files, Is.EqualTo(old.Files));
        Assert.That(read.Old.Links, Is.EqualTo(old.Links));
        Assert.That(read with { Old = old }, Is.EqualTo(record));
    }

    [Test]
    public void A_record_that_cannot_be_read_is_told_and_not_taken_for_none()
    {
        var machine = new PaperMachine();
        machine.Write("/var/lib/athena-workers/take-over/grafana-test.json", "{\"half");

        Assert.That(() => new MigrationStore(PaperMachine.Daemon, machine).Open, Throws.InstanceOf<IOException>()
            .With.Message.Contains("cannot be understood"));
    }

    [Test]
    public async Task The_old_guard_looked_until_its_last_good_run_began()
    {
        var good = new UnitState(
            "x.service", "loaded", "inactive", "dead", "/etc/systemd/system/x.service", "success", 0, Began, Began.AddSeconds(1));
        var machine = new PaperMachine { Shown = good };
        Assert.That(await FindAsync(), Is.EqualTo(Began));
        Assert.That(
            OldGuardTime.Argument(Began), Is.EqualTo("2026-11-21T17:43:00+00:00"), "five seconds earlier: accounts tell whole seconds");

        // The last run went wrong: the journal knows of a good one, or nobody does.
        machine.Shown = good with { Active = "failed", Result = "exit-code", ExitStatus = 1 };
        Assert.That(await FindAsync(), Is.Null);
        machine.GoodRunInJournal = Began.AddHours(-1);
        Assert.That(await FindAsync(), Is.EqualTo(Began.AddHours(-1)));

        machine.Shown = good with { Path = "/lib/systemd/system/x.service" };
        Assert.That(await FindAsync(), Is.Null, "our own unit's run is no old guard's");

        Task<DateTimeOffset?> FindAsync() => OldGuardTime.FindAsync("x.service", machine, new ManualTime(), CancellationToken.None);
    }

    [Test]
    public async Task What_the_old_guard_saw_under_its_other_name_counts_as_well()
    {
        var machine = new PaperMachine { GoodRunsInJournal = { ["grafana-test-before.service"] = Began } };
        Assert.That(await FindAsync(), Is.EqualTo(Began), "our unit is in force already");

        machine = PaperMachine.WithOldTimer();
        machine.GoodRunsInJournal["grafana-test.service"] = Began.AddMinutes(5);
        machine.GoodRunsInJournal["grafana-test-before.service"] = Began;
        Assert.That(await FindAsync(), Is.EqualTo(Began.AddMinutes(5)), "the later one");

        machine.GoodRunsInJournal["grafana-test-before.service"] = Began.AddDays(3);
        Assert.That(await FindAsync(), Is.EqualTo(Began.AddDays(3)));
        machine.GoodRunsInJournal.Clear();
        Assert.That(await FindAsync(), Is.Null);

        Task<DateTimeOffset?> FindAsync() =>
            OldGuardTime.FindLatestAsync(PaperMachine.Daemon, machine, new ManualTime(), CancellationToken.None);
    }
}
