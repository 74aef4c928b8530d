using System.Text.Json.Nodes;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.Daemon.Units;
using Athena.Common.Settings;
using Athena.Common.State;

namespace Athena.Migration;

/// <summary>
/// What activate and revert stand on: this machine, its systemd, and the right to change guards, which one process has at a time.
/// </summary>
internal sealed class MigrationContext<TSettings> : IDisposable
{
    private static readonly TimeSpan StatusPatience = TimeSpan.FromSeconds(15);

    private readonly WorkerContext<TSettings> context;
    private readonly MigrationPlan<TSettings> migrationPlan;
    private readonly StateLock turn;

    private MigrationContext(WorkerContext<TSettings> context, MigrationPlan<TSettings> migrationPlan, Systemctl systemd, StateLock turn)
    {
        (this.context, this.migrationPlan, this.turn) = (context, migrationPlan, turn);
        Systemd = systemd;
        Book = new MigrationStore(Daemon, Files);
        Settings = new SettingsFile($"/etc/default/{Daemon}", $"{MigrationStore.Folder}/take-over/{Daemon}.settings");
        Report = new ChangeReport(
            context.Out,
            context.IsJson,
            !context.IsJson && !Console.IsOutputRedirected && string.IsNullOrEmpty(context.Source.Environmental("NO_COLOR")));
    }

    public Systemctl Systemd { get; }

    public IUnitFiles Files { get; } = new UnitFiles();

    public MigrationStore Book { get; }

    public SettingsFile Settings { get; }

    public ChangeReport Report { get; }

    public string Daemon => context.Identity.Daemon;

    public string Ours => Daemon + ".service";

    /// <summary>Refuses, in a sentence with the next step, where guards cannot be changed.</summary>
    public static MigrationContext<TSettings>? TryEnter(
        WorkerContext<TSettings> context, MigrationPlan<TSettings> migrationPlan, string command)
    {
        var daemon = context.Identity.Daemon;
        var systemd = new Systemctl(daemon);
        var refusal = !Environment.IsPrivilegedProcess ? $"Units are root's business: sudo {daemon} {command}"
            : !Systemctl.IsBooted ? "This machine is not run by systemd, so there are no units to change."
            : systemd.PackagedUnit is null ? $"{daemon}.service is not installed on this machine: install the package {daemon} first."
            : null;
        if (refusal is null)
        {
            if (StateLock.TryTake(Systemctl.MakeRunFolder(daemon), out var holder) is { } turn)
                return new MigrationContext<TSettings>(context, migrationPlan, systemd, turn);
            refusal = $"Process {holder} is setting up or taking back a daemon just now: wait for it.";
        }

        context.Print(new ControlReply(ExitCode.Fault, refusal));
        return null;
    }

    public MigrationTarget Nature => new(Daemon, migrationPlan.OldGuardMayRunAnyTime, WhyNotYetAsync);

    public Cutover Relief(MigrationRecord record) => new(Nature, record, Systemd, Files, Report.Ok, context.Time);

    public MigrationRunner Change(MigrationRecord record) => new(Relief(record), Book, record, text => Report.Warn(text));

    public UnitRunner Errand(OldUnits old) => new(
        Daemon, Systemd, () => [.. old.StayingDropIns.Where(Files.Exists).Select(Files.Read)],
        () => HasState);

    /// <summary>Compares whom the daemon let in before and after another guard ran; null where the daemon lets nobody in.</summary>
    public LetInReview? Review(OldUnits old) =>
        migrationPlan.LetIn is null || !migrationPlan.OldGuardMayRunAnyTime || !old.Exist
            ? null
            : new LetInReview(Daemon, Errand(old).LetInAsync, Report);

    /// <summary>Whether the daemon remembers anything yet.</summary>
    public bool HasState => Directory.Exists($"/var/lib/private/{Daemon}") || Directory.Exists($"/var/lib/{Daemon}");

    public void Dispose() => turn.Dispose();

    /// <summary>Why the running daemon does not do its work yet; null when it does.</summary>
    private async Task<string?> WhyNotYetAsync(CancellationToken cancel)
    {
        try
        {
            // What listens there listens as the daemon's user, so root does not ask it itself.
            var result = await OwnCommand.RunAsync(["status", "--output", "json"], StatusPatience, cancel).ConfigureAwait(false);
            if (result.Output.Length == 0) return $"it does not answer: {result.Words}";
            if (JsonNode.Parse(result.Output) is not { } status) return "its answer cannot be understood";
            return status is JsonObject && status["running"] is JsonValue running && running.TryGetValue<bool>(out var isRunning)
                && !isRunning
                ? "it does not answer" : migrationPlan.WhyNotYet(status);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or System.Text.Json.JsonException)
        {
            return $"it does not answer: {e.Message}";
        }
    }
}
