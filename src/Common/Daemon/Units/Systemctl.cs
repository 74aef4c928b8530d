using System.Globalization;
using System.Text.Json;
using Athena.Common.Files;
using Athena.Common.Settings;

namespace Athena.Common.Daemon.Units;

/// <inheritdoc/>
/// <param name="daemon">Whose units.</param>
internal sealed class Systemctl(string daemon) : IServiceManager
{
    /// <summary>Gone at the next boot, and root's own; what lies beside it others may read.</summary>
    public const string RunFolder = "/run/athena-workers/take-over";

    /// <summary>Of the links that start a unit at boot.</summary>
    public const string BootFolder = "/etc/systemd/system/multi-user.target.wants";

    private const string Transient = "/run/systemd/system";

    /// <summary>sd-messages(3): SD_MESSAGE_UNIT_SUCCESS and SD_MESSAGE_UNIT_STARTING.</summary>
    private const string EndedWell = "7ad2d189f7e94e70a38c781354912448";
    private const string Starting = "7d4958e842da4a758f6c1cdc7b36dcc5";

    private static readonly TimeSpan Short = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(6);

    /// <summary>Null where our package's unit is not installed.</summary>
    public string? PackagedUnit { get; } = Array.Find(
        [$"/lib/systemd/system/{daemon}.service", $"/usr/lib/systemd/system/{daemon}.service"], File.Exists);

    /// <summary>Whether systemd runs this machine (sd_booted(3)).</summary>
    public static bool IsBooted => Directory.Exists(Transient);

    /// <summary>Our package's unit is at work and comes back at boot, and nothing of before is left that could.</summary>
    /// <exception cref="IOException">systemd does not say.</exception>
    public static bool IsInForce(string daemon) =>
        IsBooted && File.Exists($"{BootFolder}/{daemon}.service") && !OldTimer.IsThere(daemon)
            && new Systemctl(daemon).Show($"{daemon}.service") is { IsPackaged: true, IsActive: true };

    /// <summary>A directory in <see cref="RunFolder"/>.</summary>
    public static string MakeRunFolder(string name)
    {
        MakeCommonFolder(Path.GetDirectoryName(RunFolder)!);
        var path = Path.Combine(RunFolder, name);
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    /// <summary>
    /// One that everybody may enter, whatever the umask of whoever types the command: users of no rights read the notes of failures there.
    /// </summary>
    internal static void MakeCommonFolder(string path)
    {
        Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, PrivateFile.DirectoryMode
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
    }

    public UnitState Show(string unit) => ShowOutput.Parse(unit, Demand("show", "--property=" + ShowOutput.Properties, "--", unit));

    public void Reload() => Demand("daemon-reload");

    public async Task<string?> StartAsync(string unit, CancellationToken cancel)
    {
        var result = await Tool.RunAsync("systemctl", ["start", "--", unit], Long, cancel).ConfigureAwait(false);
        return result.ExitCode == 0 ? null : Why(result.Words);
    }

    public async Task StopAsync(string unit, CancellationToken cancel)
    {
        var result = await Tool.RunAsync("systemctl", ["stop", "--", unit], Long, cancel).ConfigureAwait(false);

        // 5: there is no such unit (systemctl(1)), so nothing of it runs.
        if (result.ExitCode is not (0 or 5)) throw new IOException(result.Words);
    }

    public void ResetFailed(string unit) => Tool.Run("systemctl", ["reset-failed", "--", unit], Short);

    public void SetMasked(string unit, bool isMasked) => Demand(isMasked ? "mask" : "unmask", "--runtime", "--quiet", "--", unit);

    public string Said(string unit, DateTimeOffset since) => Journal(
        "_SYSTEMD_UNIT=" + unit, $"--since=@{since.ToUnixTimeSeconds()}", "--output=cat", "--priority=err", "--lines=4");

    public DateTimeOffset? LastGoodRunInJournal(string service)
    {
        // A last run that went wrong is not the end of it: an earlier one may have been good.
        if (Time(
            Journal("_PID=1", "UNIT=" + service, "MESSAGE_ID=" + EndedWell, "--output=json", "--output-fields=MESSAGE_ID", "--lines=1"))
                is not { } ended)
            return null;
        var until = ended.ToUnixTimeMilliseconds() / 1000m;
        // Backwards from there: otherwise journalctl 252 takes the last line of all, and shows nothing while another run is under way.
        return Time(Journal(
            "_PID=1", "UNIT=" + service, "MESSAGE_ID=" + Starting, "--output=json", "--output-fields=MESSAGE_ID", "--lines=1", "--reverse",
            string.Create(CultureInfo.InvariantCulture, $"--until=@{until:F3}")));
    }

    public async Task<TaskResult> RunAsUnitAsync(
        IReadOnlyList<string> arguments, IReadOnlyList<string> dropIns, bool withState, CancellationToken cancel) =>
        await RunAsAsync(
            ProbeUnit.Name(daemon), await File.ReadAllTextAsync(PackagedUnit!, cancel).ConfigureAwait(false), [.. dropIns, .. LogGroup],
            arguments, withState, cancel).ConfigureAwait(false);

    /// <summary>The group of Grafana's log, as a drop-in, where there is one: the unit will have it when it takes over.</summary>
    public static IReadOnlyList<string> LogGroup => HasLogGroup ? ["[Service]\nSupplementaryGroups=grafana\n"] : [];

    /// <summary>
    /// Where the memory of a daemon with a dynamic user was taken away, systemd's link to <c>private/NAME</c> stays, and nobody but root
    /// may go below it (systemd.exec(5)): the command could not tell "nothing is there" from "I may not look". So it has an empty one of
    /// its own. Not where there is none: systemd would make one that all may enter.
    /// </summary>
    private static IReadOnlyList<string> NothingRemembered =>
        Directory.Exists("/var/lib/private") ? ["[Service]\nTemporaryFileSystem=/var/lib/private:ro\n"] : [];

    /// <summary>Paths of the drop-ins that hold for a unit; those for all services hold by themselves.</summary>
    public static IReadOnlyList<string> DropIns(string unit) =>
    [
        .. Demand("show", "--property=DropInPaths", "--value", "--", unit).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Where(path => !path.Contains("/service.d/", StringComparison.Ordinal)),
    ];

    /// <summary>Runs one command of the daemon as a unit would.</summary>
    /// <param name="unit">The name of the passing unit, with its ending.</param>
    /// <param name="text">The unit's text.</param>
    /// <param name="dropIns">Further unit files that count, whole texts.</param>
    /// <param name="arguments">Of the daemon's own program.</param>
    /// <param name="withState">Whether the state directory is there, and is made if it is not.</param>
    /// <param name="cancel">Ends the command.</param>
    public async Task<TaskResult> RunAsAsync(
        string unit, string text, IReadOnlyList<string> dropIns, IReadOnlyList<string> arguments, bool withState, CancellationToken cancel)
    {
        var name = Path.GetFileNameWithoutExtension(unit);
        var (output, error, path) = ($"{RunFolder}/{name}.out", $"{RunFolder}/{name}.err", $"{Transient}/{unit}");
        MakeRunFolder("");
        try
        {
            // An earlier process may have been killed here: what its command said is not what ours will say.
            await StopAsync(unit, cancel).ConfigureAwait(false);
            File.Delete(output);
            File.Delete(error);
            await File.WriteAllTextAsync(
                path,
                ProbeUnit.Write(
                    text,
                    withState ? dropIns : [.. dropIns, .. NothingRemembered],
                    daemon,
                    [.. OwnProgram.Command, .. arguments],
                    output,
                    error,
                    withState),
                cancel).ConfigureAwait(false);
            Reload();
            var problem = await StartAsync(unit, cancel).ConfigureAwait(false);
            return problem is not null
                ? new TaskResult(null, "", $"{problem} {Said(unit, DateTimeOffset.UnixEpoch)}")
                : new TaskResult(
                    ExitStatus(unit), await ReadAsync(output).ConfigureAwait(false), await ReadAsync(error).ConfigureAwait(false));
        }
        finally
        {
            // What neither runs nor has failed systemd forgets by itself; a reload more is a long time on a large host.
            await StopAsync(unit, CancellationToken.None).ConfigureAwait(false);
            ResetFailed(unit);
            File.Delete(path);
            File.Delete(output);
            File.Delete(error);
        }
    }

    public void GiveLogGroup()
    {
        const string Script = "/usr/lib/athena-workers/read-grafana-log";
        if (File.Exists(Script) && Tool.Run(Script, [daemon], Short) is { ExitCode: not 0 } result)
            throw new IOException($"{Script} {daemon}: {result.Words}");
    }

    /// <summary>Without where else to look: what the unit said is told by us.</summary>
    private static string Why(string words) =>
        words.IndexOf(" See \"systemctl", StringComparison.Ordinal) is > 0 and var end ? words[..end] : words;

    private static bool HasLogGroup => Tool.Run("getent", ["group", "grafana"], Short).ExitCode == 0;

    private int ExitStatus(string unit) => Show(unit).ExitStatus;

    private static async Task<string> ReadAsync(string path) =>
        File.Exists(path) ? await File.ReadAllTextAsync(path).ConfigureAwait(false) : "";

    private static string Demand(params string[] arguments)
    {
        var result = Tool.Run("systemctl", arguments, Short);
        return result.ExitCode == 0 ? result.Output : throw new IOException($"systemctl {arguments[0]}: {result.Words}");
    }

    private static string Journal(params string[] arguments) =>
        Tool.Run("journalctl", ["--quiet", "--no-pager", .. arguments], Short).Output;

    private static DateTimeOffset? Time(string json)
    {
        if (json.Trim().Length == 0) return null;
        using var entry = JsonDocument.Parse(json);
        return long.TryParse(
            entry.RootElement.GetProperty("__REALTIME_TIMESTAMP").GetString(),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var micros)
            ? DateTimeOffset.UnixEpoch.AddTicks(micros * 10) : null;
    }
}

/// <summary>Reads what <c>systemctl show</c> prints. Pure.</summary>
internal static class ShowOutput
{
    /// <summary>What is asked for.</summary>
    public const string Properties =
        "LoadState,ActiveState,SubState,FragmentPath,Result,ExecMainStatus,ExecMainStartTimestamp,ExecMainExitTimestamp";

    /// <summary>Properties that a unit does not have are empty or missing.</summary>
    public static UnitState Parse(string unit, string output)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in output.Split('\n'))
        {
            if (line.Split('=', 2) is [var key, var value]) values[key] = value.Trim();
        }

        string Value(string key) => values.GetValueOrDefault(key, "");
        return new UnitState(
            unit, Value("LoadState"), Value("ActiveState"), Value("SubState"),
            Value("FragmentPath") is { Length: > 0 } path ? path : null,
            Value("Result"),
            int.TryParse(Value("ExecMainStatus"), NumberStyles.Integer, CultureInfo.InvariantCulture, out var status) ? status : 0,
            Time(Value("ExecMainStartTimestamp")), Time(Value("ExecMainExitTimestamp")));
    }

    /// <summary>
    /// <c>Sat 2026-11-21 17:43:05 UTC</c>, as systemctl writes it with TZ=UTC; a fraction of a second may follow. Null for anything else.
    /// </summary>
    internal static DateTimeOffset? Time(string text) =>
        DateTimeOffset.TryParseExact(
            text, ["ddd yyyy-MM-dd HH:mm:ss 'UTC'", "ddd yyyy-MM-dd HH:mm:ss.ffffff 'UTC'"], CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
