using Athena.AutoDisable.State;
using Athena.AutoDisable.Tests.Simulation;
using Athena.Common.Daemon.Control;
using Athena.Common.Grafana.Api;
using Athena.Common.GrafanaLog.Sources;
using Athena.Tests.Shared;

namespace Athena.AutoDisable.Tests.Drills;

/// <summary>The drill on simulated edges, with the real gate and the real watch over the log.</summary>
internal abstract class DrillScenario
{
    protected static readonly AutoDisableOptions Options = new("http://127.0.0.1:3000", DrillTo: ["drill@example.org"]);

    protected ManualTime Time { get; private set; } = null!;

    protected CrashPoint Crash { get; private set; } = null!;

    protected SimulatedGrafana World { get; private set; } = null!;

    protected SimulatedDisk Disk { get; private set; } = null!;

    protected SimulatedDaemon Daemon { get; private set; } = null!;

    /// <summary>The account as Grafana was asked for it, with its password.</summary>
    protected NewUser? Asked { get; set; }

    protected DrillRun Drill => Disk.Load().Drill!;

    [SetUp]
    public async Task Open()
    {
        Time = new ManualTime(new DateTimeOffset(2026, 11, 21, 6, 0, 0, TimeSpan.Zero));
        Crash = new CrashPoint();
        World = new SimulatedGrafana(Crash, Time, new Random(1)) { Making = user => Asked = user };
        Disk = new SimulatedDisk(Crash);
        World.Add("admin", "admin@localhost", isBaseline: true, isAdmin: true, id: 1);
        World.Add("athena", "athena@example.org", isBaseline: true, isAdmin: true, id: SimulatedGrafana.SelfId);
        for (var i = 0; i < 6; i++) World.Add($"colleague{i}", $"colleague{i}@example.org", isBaseline: true);
        var state = new AutoDisableState
        {
            GrafanaUrl = "http://127.0.0.1:3000",
            BaselineAt = Time.GetUtcNow(),
            LastCompleteLook = Time.GetUtcNow(),
            Log = new LogPosition("file:grafana.log", "1:1", 0, "", null),
        };
        state.Accounts.AddRange(World.Users.Select(u => new Account { Uid = u.Uid, Id = u.Id, Status = AccountStatus.Admitted }));
        Disk.TryCompact(state, out _);
        await StartAsync();
    }

    protected SimulatedUser Made() => World.Users.Single(user => user.IsDrill);

    protected async Task<ControlReply> DrillAsync(string mail = "yes")
    {
        var reply = await Daemon.Commands.ExecuteAsync(Request(mail), CancellationToken.None);
        Assert.That(reply.ExitCode, Is.Zero, reply.Text);
        return reply;
    }

    protected static ControlRequest Request(string mail = "yes") =>
        new("drill", new Dictionary<string, string> { ["by"] = "naledi (sudo)", ["mail"] = mail });

    protected async Task StartAsync(AutoDisableOptions? options = null)
    {
        Daemon = new SimulatedDaemon(World, Disk, Time, options ?? Options);
        await RoundsAsync(1);
    }

    protected async Task RoundsAsync(int rounds, bool mailIsUp = true)
    {
        for (var i = 0; i < rounds; i++) await Daemon.TickAsync(logIsReadable: true, mailIsUp);
    }
}
