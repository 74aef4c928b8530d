using Athena.ActiveUsers.Notify;
using Athena.ActiveUsers.State;
using Athena.ActiveUsers.Tests.Simulation;
using Athena.Common.Kpis;
using Athena.Common.Notify.Delivery;
using Athena.Common.Time;
using Athena.Tests.Shared;

namespace Athena.ActiveUsers.Tests;

/// <summary>The key figures of a month go out once, whenever the daemon is killed.</summary>
internal sealed class KpiMailTests
{
    /// <summary>Half past midnight of 1 December in Johannesburg.</summary>
    private static readonly DateTimeOffset December = new(2026, 11, 30, 22, 30, 0, TimeSpan.Zero);

    private static readonly Window November = KpiSpan.LastMonth(Some.Zone, December);
    private static readonly KpiMailOptions Options = new(Some.AlertMail.Smtp, ["lead@hospital.example"], Some.AlertMail.Brand);

    private ManualTime time = null!;
    private readonly CrashPoint crash = new();
    private SimulatedDisk disk = null!;
    private SimulatedAudit audit = null!;
    private SimulatedMailbox mailbox = null!;
    private double? known;
    private bool isUnreadable;
    private KpiPart?[] others = [];

    [SetUp]
    public void Open()
    {
        crash.Revive();
        (time, known, isUnreadable) = (new ManualTime(December), 99.9, false);
        (disk, audit, mailbox) = (new SimulatedDisk(crash), new SimulatedAudit(crash), new SimulatedMailbox(crash));
        others = [Part("grafana-auto-disable", 3), Part("grafana-compliance", 3)];
        new ActiveUsersMemory(new ActiveUsersState { KpisFrom = November.From }, disk).Save();
    }

    [TearDown]
    public void Close() => mailbox.Dispose();

    [Test]
    public async Task It_goes_out_in_the_morning_and_not_again()
    {
        await StepAsync();
        Assert.That(mailbox.Seen, Is.Empty, "too early");
        time.Advance(TimeSpan.FromHours(6));
        for (var i = 0; i < 5; i++) await StepAsync();
        time.Advance(TimeSpan.FromDays(20));
        await StepAsync();
        Assert.That(mailbox.Seen.Select(mail => (mail.Key, mail.Subject)), Is.EqualTo(new[]
        {
            ("kpi/2026-11", "Athena: key figures, November 2026"),
        }));
    }

    [Test]
    public async Task Whoever_is_missing_is_waited_for_a_day_and_then_not_known()
    {
        others[1] = Part("grafana-compliance", 1);
        time.Advance(TimeSpan.FromHours(6));
        await StepAsync();
        Assert.That(mailbox.Seen, Is.Empty);
        time.Advance(TimeSpan.FromHours(18));
        await StepAsync();
        Assert.That(mailbox.Seen.Single().Html, Does.Contain("grafana-compliance was not running after the month"));
    }

    [Test]
    public async Task Of_a_month_of_which_nothing_is_known_and_of_what_was_before_the_first_start_there_is_none()
    {
        (known, others) = (null, [null, null]);
        time.Advance(TimeSpan.FromDays(2));
        await StepAsync();
        Assert.That(mailbox.Seen, Is.Empty);
        Assert.That(disk.Load().KpisFrom, Is.EqualTo(November.To));

        new ActiveUsersMemory(new ActiveUsersState(), disk).Save();
        known = 99.9;
        await StepAsync();
        await StepAsync();
        Assert.That(mailbox.Seen, Is.Empty);
        time.Advance(TimeSpan.FromDays(31));
        await StepAsync();
        Assert.That(mailbox.Seen.Single().Key, Is.EqualTo("kpi/2026-12"));
    }

    [Test]
    public async Task A_disk_that_cannot_be_read_delays_it_and_ends_nothing()
    {
        time.Advance(TimeSpan.FromHours(6));
        isUnreadable = true;
        await StepAsync();
        Assert.That(mailbox.Seen, Is.Empty);
        isUnreadable = false;
        await StepAsync();
        Assert.That(mailbox.Seen, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Once_wherever_it_is_killed()
    {
        for (var point = 0; point < 12; point++)
        {
            Close();
            Open();
            time.Advance(TimeSpan.FromHours(6));
            crash.KillAfter(point);
            for (var i = 0; i < 6; i++)
            {
                try
                {
                    await StepAsync();
                }
                catch (CrashException)
                {
                    crash.Revive();
                }
            }

            Assert.That(mailbox.Seen.Select(mail => mail.Key), Is.EqualTo(new[] { "kpi/2026-11" }), $"killed at point {point}");
            Assert.That(audit.Entries.Count(entry => entry.Verdict == "accepted"), Is.InRange(1, 2), $"killed at point {point}");
        }
    }

    /// <summary>A daemon that starts on what lies on the disk, makes one round and delivers.</summary>
    private async Task StepAsync()
    {
        var memory = new ActiveUsersMemory(disk.Load(), disk);
        await using var outbox = Outbox.Open(mailbox.Directory, [mailbox.Route], time, () => 0.5, new AuditWatch(audit));
        var notifier = new KpiNotifier(
            Options, Own, name => others.FirstOrDefault(part => part?.Daemon == name), key => audit.Has(key, "mail"), outbox, memory,
            Some.Zone, time);
        if (notifier.Step()) memory.Save();
        await outbox.DeliverDueAsync(CancellationToken.None);
    }

    private KpiPart Own(Window month) => isUnreadable ? throw new IOException("damaged") : new(
        1, "grafana-active-users", month.From, month.To, time.GetUtcNow(), [KpiKinds.Availability with { Value = known, Unit = "%" }]);

    private static KpiPart Part(string daemon, int hours) => new(1, daemon, November.From, November.To, November.To.AddHours(hours), []);
}
