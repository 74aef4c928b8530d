using System.Text.Json;
using Athena.Common.Checks;
using Athena.Common.Settings;
using Athena.Common.State;

namespace Athena.Common.Daemon.Units;

/// <summary>
/// <c>check</c> with the service's eyes: the same command in a passing unit that has the user, groups, settings, credentials and sandbox of
/// the daemon's own. What root can reach proves nothing for a service that may less.
/// </summary>
internal sealed class ServiceCheck(string daemon, TimeProvider time)
{
    /// <summary>The hidden option by which the command in the unit knows that somebody else tells of the files of settings.</summary>
    public const string Marker = "--in-unit";

    /// <summary>One check lasts as long as the slowest peer; a second one waits for it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>What stands in the way of the unit, as in <c>because …</c>; null where nothing does.</summary>
    /// <param name="reader">Settings that this command alone has been given are no settings of the service.</param>
    public static string? Obstacle(string daemon, SettingsReader reader) =>
        !Environment.IsPrivilegedProcess ? "only root can start a unit"
        : !Systemctl.IsBooted ? "this machine is not run by systemd"
        : new Systemctl(daemon).PackagedUnit is null ? $"{daemon}.service is not installed"
        : OnlyHere(reader) is { Count: > 0 } keys
            ? $"{string.Join(" and ", keys)} {(keys.Count == 1 ? "is" : "are")} set for this command alone"
        : null;

    /// <summary>The findings of the command in the unit.</summary>
    /// <param name="arguments">What the person gave beside <c>check</c>.</param>
    /// <exception cref="IOException">The unit cannot be used; the reason is one for a person.</exception>
    public async Task<IReadOnlyList<CheckFinding>> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancel)
    {
        var systemd = new Systemctl(daemon);
        var (turn, holder) = await StateLock.TakeAsync(Systemctl.MakeRunFolder(daemon + "-check"), Patience, time, cancel)
            .ConfigureAwait(false);
        using (turn ?? throw new IOException($"process {holder} checks just now, and does not come to its end"))
        {
            var (text, dropIns) = Unit(systemd);
            var hasState = Directory.Exists($"/var/lib/private/{daemon}") || Directory.Exists($"/var/lib/{daemon}");
            var result = await systemd.RunAsAsync(
                daemon + "-check.service", text, dropIns, ["check", Marker, "--output", "json", .. arguments], hasState, cancel)
                    .ConfigureAwait(false);
            return Findings(result) ?? throw new IOException(Words(result));
        }
    }

    /// <summary>The unit that is in force, or that would be after an activation: its text and its drop-ins.</summary>
    private (string Text, IReadOnlyList<string> DropIns) Unit(Systemctl systemd)
    {
        var (name, files) = (daemon + ".service", new UnitFiles());
        var state = systemd.Show(name);
        if (state.Path is { } path && (state.IsPackaged || RunsOurs(File.ReadAllText(path))))
            return (File.ReadAllText(path), [.. Systemctl.DropIns(name).Where(File.Exists).Select(File.ReadAllText)]);

        var staying = OldUnits.Find(daemon, files, systemd.Show).StayingDropIns;
        return (File.ReadAllText(systemd.PackagedUnit!), [.. staying.Where(files.Exists).Select(files.Read), .. Systemctl.LogGroup]);
    }

    /// <summary>
    /// A copy of our unit that somebody edited (<c>systemctl edit --full</c>) is ours all the same; a guard of before is not.
    /// </summary>
    private bool RunsOurs(string unit) =>
        UnitText.Value(unit, "Service", "ExecStart") is { } command
        && command.Split(' ', 2)[0].TrimStart('-', '@', ':') is var program && Path.GetFileName(program) == daemon
        && command.EndsWith(" run", StringComparison.Ordinal);

    private static List<string> OnlyHere(SettingsReader reader) =>
        [.. reader.Registered.Where(setting => setting.Given is { Origin: "environment" }).Select(setting => setting.Key)];

    private static IReadOnlyList<CheckFinding>? Findings(TaskResult result)
    {
        try
        {
            return result.ExitCode is null ? null : CheckReport.Parse(result.Output);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string Words(TaskResult result) =>
        string.Join(" ", result.Error.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).TakeLast(4))
            is { Length: > 0 } words ? words
        : $"it ended with exit code {result.ExitCode}";
}
