using System.Globalization;
using System.Text;
using Athena.AutoDisable.Notify.Mails;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Tests.Simulation;
using Athena.AutoDisable.Watching;
using Athena.Common.Grafana.Api;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Documents;
using Athena.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace Athena.AutoDisable.Tests.Exposures;

/// <summary>From the log's lines to the mail: what somebody did while they were inside, with the real gate on simulated edges.</summary>
internal abstract class ExposureScenario
{
    private const long Chief = 23;

    /// <summary>When the recorded visitor was locked; the gate is played at the log's own time.</summary>
    private static readonly DateTimeOffset ChiefLocked = DateTimeOffset.Parse(
        "2026-11-21T02:26:13.514420023Z", CultureInfo.InvariantCulture);

    private LogWatch watch = null!;

    protected ManualTime Time { get; private set; } = null!;

    protected SimulatedGrafana World { get; private set; } = null!;

    protected SimulatedDisk Disk { get; private set; } = null!;

    protected AutoDisableParts Daemon { get; private set; } = null!;

    [SetUp]
    public void Open()
    {
        Time = new ManualTime(ChiefLocked.AddMinutes(-1));
        var crash = new CrashPoint();
        World = new SimulatedGrafana(crash, Time, new Random(1));
        Disk = new SimulatedDisk(crash);
        World.Add("admin", "admin@localhost", isBaseline: true, isAdmin: true, id: 1);
        World.Add("athena", "athena@example.org", isBaseline: true, isAdmin: true, id: SimulatedGrafana.SelfId);
        var state = new AutoDisableState
        {
            GrafanaUrl = "http://127.0.0.1:3000",
            BaselineAt = Time.GetUtcNow(),
            LastCompleteLook = Time.GetUtcNow(),
        };
        state.Accounts.AddRange(World.Users.Select(u => new Account { Uid = u.Uid, Id = u.Id, Status = AccountStatus.Admitted }));
        Disk.TryCompact(state, out _);
        Start();
    }

    /// <summary>The recorded visitor up to their lock, as the daemon meets them: lines first, then the account.</summary>
    protected async Task<SimulatedUser> PlayChiefAsync()
    {
        Time.Advance(TimeSpan.FromMinutes(1));
        World.ServiceAccounts.Add(new ServiceAccount(9, "sa-3-reports", "reports", 3, "Viewer", false));
        World.ServiceAccounts.AddRange(Recorded.ServiceAccounts(Recorded.Answer("attacks", "service accounts of the organisation")));
        var user = World.Add("chief3@example.net", "chief3@example.net", id: Chief);
        foreach (var line in Recorded.LinesUntil("attacks", "path=/api/admin/users/23/disable status=200")
            .Where(line => line.Contains("userId=23 ", StringComparison.Ordinal)))
            World.Log.Add(Encoding.UTF8.GetBytes(line));
        await Daemon.Gate.LookAsync(CancellationToken.None);
        await Daemon.Gate.WorkAsync(CancellationToken.None);
        return user;
    }

    protected async Task<SimulatedUser> SignUpAsync()
    {
        var user = World.Add("new@example.net", "new@example.net");
        World.LogSignUp(user);
        await ReadAsync();
        return user;
    }

    protected async Task ReadAsync()
    {
        foreach (var line in World.Log) watch.OnLine(line);
        World.Log.Clear();
        await Daemon.Gate.HandleAsync(new LogBatch(watch.TakeEvents(), null, null, null), CancellationToken.None);
    }

    protected async Task WaitAsync(int seconds)
    {
        for (var i = 0; i < seconds * 2; i++)
        {
            await ReadAsync();
            if (Daemon.Gate.IsLookWanted) await Daemon.Gate.LookAsync(CancellationToken.None);
            await Daemon.Gate.WorkAsync(CancellationToken.None);
            Time.Advance(TimeSpan.FromMilliseconds(500));
        }
    }

    protected void Start()
    {
        var writer = new LetterWriter(new MailOptions(
            ["one@example.org"], new Uri("http://127.0.0.1:3000"), new Brand("Athena", "Digital-On Tech", null, null), TimeZoneInfo.Utc));
        Daemon = AutoDisableParts.Build(
            Disk.Load(),
            World,
            null,
            Disk,
            Disk,
            Disk,
            writer,
            new AutoDisableOptions("http://127.0.0.1:3000"),
            Time,
            NullLoggerFactory.Instance);
        watch = new LogWatch(Daemon.Memory.IsKnownId, Daemon.Memory.IsKeptOut, () => Daemon.Gate.OurLogId, Daemon.Recorder);
    }

    /// <summary>Without the zero-width breaks that keep a stranger's text from becoming a link, and without line breaks.</summary>
    protected static string Shown(OutgoingMessage mail) =>
        string.Join(
            ' ', mail.Text.Replace("\u200B", "", StringComparison.Ordinal).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
