using Athena.AutoDisable.Deciding;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.Notify.Mails;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Tests.Simulation;
using Athena.AutoDisable.Watching;
using Athena.Common.Daemon.Control;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Database;
using Athena.Common.Notify.Alertmanager;
using Athena.Common.Notify.Documents;
using Athena.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;

namespace Athena.AutoDisable.Tests.Gates;

/// <summary>The gate on simulated edges, with eight accounts that were there before it, one situation at a time.</summary>
internal abstract class GateScenario
{
    protected ManualTime Time { get; private set; } = null!;

    protected SimulatedGrafana World { get; private set; } = null!;

    protected SimulatedDisk Disk { get; private set; } = null!;

    /// <summary>Passes on to <see cref="World"/> what a test does not set up otherwise.</summary>
    protected Mock<IGrafana> Grafana { get; set; } = null!;

    protected AutoDisableParts Daemon { get; private set; } = null!;

    [SetUp]
    public void Open()
    {
        Time = new ManualTime(new DateTimeOffset(2026, 11, 21, 6, 0, 0, TimeSpan.Zero));
        var crash = new CrashPoint();
        World = new SimulatedGrafana(crash, Time, new Random(1));
        Disk = new SimulatedDisk(crash);
        World.Add("admin", "admin@localhost", isBaseline: true, isAdmin: true, id: 1);
        World.Add("athena", "athena@example.org", isBaseline: true, isAdmin: true, id: SimulatedGrafana.SelfId);
        for (var i = 0; i < 6; i++) World.Add($"colleague{i}", $"colleague{i}@example.org", isBaseline: true);
        var state = new AutoDisableState
        {
            GrafanaUrl = "http://127.0.0.1:3000",
            BaselineAt = Time.GetUtcNow(),
            LastCompleteLook = Time.GetUtcNow(),
        };
        state.Accounts.AddRange(World.Users.Select(u => new Account { Uid = u.Uid, Id = u.Id, Status = AccountStatus.Admitted }));
        Disk.TryCompact(state, out _);
        Time.Advance(TimeSpan.FromMinutes(1));
        Grafana = GrafanaSpy.On(World);
        Build();
    }

    protected void Build(
        AutoDisableOptions? options = null, IBornLocked? database = null, LetterWriter? writer = null, DecisionBook? book = null,
        AlertBoard? board = null) =>
        Daemon = AutoDisableParts.Build(
            Disk.Load(), Grafana.Object, World.Table, Disk, Disk, Disk, writer ?? Writer(),
            options ?? new AutoDisableOptions("http://127.0.0.1:3000"), Time, NullLoggerFactory.Instance, database: database, book: book,
            pinHolders: MailOptions.To, board: board);

    protected static MailOptions MailOptions { get; } = new(
        ["one@example.org", "two@example.org"], new Uri("http://127.0.0.1:3000"), new Brand("Athena", "Digital-On Tech", null, null),
        TimeZoneInfo.Utc);

    protected static LetterWriter Writer() => new(MailOptions);

    protected static LogBatch Batch(params LogEvent[] events) => new(events, null, null, null);

    protected AccountStatus? Status(SimulatedUser user) => Daemon.Memory.Book.FindByRef(user.Uid)?.Status;

    /// <summary>A request of their own appears in the log.</summary>
    protected Task ReadRequestAsync(SimulatedUser user)
    {
        var watch = new LogWatch(Daemon.Memory.IsKnownId, Daemon.Memory.IsKeptOut, () => Daemon.Gate.OurLogId, Daemon.Recorder);
        World.LogRequest(user.Id, user.Login, "GET", "/api/search", 200);
        watch.OnLine(World.Log[^1]);
        return Daemon.Gate.HandleAsync(Batch([.. watch.TakeEvents()]), CancellationToken.None);
    }

    /// <summary>The log shows somebody at the door, and the next slice of work is done.</summary>
    protected async Task SeeAtTheDoorAsync(SimulatedUser user)
    {
        await Daemon.Gate.HandleAsync(Batch(new KeptOutSeen(Time.GetUtcNow(), user.Id)), CancellationToken.None);
        await Daemon.Gate.WorkAsync(CancellationToken.None);
    }

    protected async Task SettleAsync()
    {
        await Daemon.Gate.LookAsync(CancellationToken.None);
        for (var i = 0; i < 3; i++)
        {
            await Daemon.Gate.WorkAsync(CancellationToken.None);
            Time.Advance(TimeSpan.FromMilliseconds(500));
        }
    }

    /// <summary>What somebody did inside is written down five seconds after the lock; the mails wait for it.</summary>
    protected Task ExposeAsync()
    {
        Time.Advance(TimeSpan.FromSeconds(5));
        return Daemon.Gate.WorkAsync(CancellationToken.None);
    }

    /// <summary>Somebody signs up, is locked, and it is known what they did: the mail about them lies in the outbox.</summary>
    protected async Task<SimulatedUser> SignUpAsync(string name = "Thabo Mokoena")
    {
        var user = World.Add(name, $"{name.Split(' ')[0].ToLowerInvariant()}@example.net", isBaseline: false);
        await SettleAsync();
        await ExposeAsync();
        await ExposeAsync();
        Assert.That(Status(user), Is.EqualTo(AccountStatus.Locked));
        return user;
    }

    protected Task<ControlReply> CommandAsync(string command, string who, params (string Name, string Value)[] more)
    {
        var arguments = new Dictionary<string, string> { ["who"] = who, ["by"] = "root" };
        foreach (var (name, value) in more) arguments[name] = value;
        return Daemon.Commands.ExecuteAsync(new ControlRequest(command, arguments), CancellationToken.None);
    }
}
