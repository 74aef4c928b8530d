using Athena.ActiveUsers.Tests.Simulation;
using Athena.Common.Notify.Alertmanager;
using Athena.Tests.Shared;

namespace Athena.ActiveUsers.Tests;

/// <summary>
/// A daemon that looks every ten seconds at a Grafana that does what a test says; alerts of it go wherever it is set up for.
/// </summary>
internal abstract class AlertScenario
{
    protected CrashPoint Crash { get; } = new();

    protected ManualTime Time { get; private set; } = null!;

    protected SimulatedAudit Audit { get; private set; } = null!;

    protected SimulatedChat Chat { get; private set; } = null!;

    protected SimulatedGrafana Grafana { get; private set; } = null!;

    protected SimulatedMailbox Mailbox { get; private set; } = null!;

    protected SimulatedDaemon Daemon { get; private set; } = null!;

    private SimulatedDisk Disk { get; set; } = null!;

    [SetUp]
    public void Prepare()
    {
        Time = new ManualTime(Some.Six);
        Disk = new SimulatedDisk(Crash);
        Audit = new SimulatedAudit(Crash);
        Chat = new SimulatedChat(new Random(1), Crash) { IsWell = true };
        Grafana = new SimulatedGrafana(new Random(1), Crash, Time);
        Mailbox = new SimulatedMailbox(Crash);
    }

    [TearDown]
    public void Remove() => Mailbox.Dispose();

    /// <summary>Begins, or begins anew on what is on the disk.</summary>
    protected void Run(SimulatedMailbox? mailbox = null, AlertBoard? board = null)
    {
        Daemon = SimulatedDaemon.Start(Grafana, Disk, Chat, Audit, Time, mailbox, board);
        Daemon.Cycle.Begin();
    }

    protected async Task PassAsync(int minutes)
    {
        for (var i = 0; i < minutes * 6; i++)
        {
            await Daemon.StepAsync();
            Time.Advance(TimeSpan.FromSeconds(10));
        }
    }
}
