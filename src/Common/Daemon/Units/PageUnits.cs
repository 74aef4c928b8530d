using System.Globalization;
using System.Text.RegularExpressions;
using Athena.Common.Files;
using Athena.Common.Settings;

namespace Athena.Common.Daemon.Units;

/// <summary>
/// What systemd says of the page of decisions: of its socket, of the service that the socket starts, and of the daemon that both ask.
/// </summary>
/// <param name="Listens">Where the socket listens: <c>127.0.0.1:8377</c>, or an absolute path.</param>
/// <param name="IsEnabled">The socket is opened at each boot.</param>
/// <param name="Restarts">How often systemd has started the service anew since somebody did.</param>
internal sealed partial record PageUnits(
    UnitState Socket, UnitState Service, IReadOnlyList<string> Listens, bool IsEnabled, int Restarts)
{
    /// <summary>The program, its package, and its units without their endings.</summary>
    public const string Page = "athena-workers-decisions";

    private const string Gate = "grafana-auto-disable";

    /// <summary>Before each of a socket's addresses, which its kind follows: <c>Listen=127.0.0.1:8377 (Stream)</c>.</summary>
    private const string Listen = "Listen=";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The daemon that knows what is to be decided; null where nothing is known of it.</summary>
    public UnitState? Daemon { get; init; }

    /// <summary>Somebody wants it to be there, whether it is or not.</summary>
    public bool IsInUse => IsEnabled || Socket.Active is not "inactive" || Service.Active is not "inactive";

    /// <summary>Null where systemd cannot be asked.</summary>
    public static async Task<PageUnits?> ReadAsync(CancellationToken cancel)
    {
        if (!Systemctl.IsBooted || Privileges.AreGivenUp) return null;
        try
        {
            var result = await Tool.RunAsync(
                "systemctl",
                [
                    "show", $"--property={ShowOutput.Properties},Listen,UnitFileState,NRestarts", "--",
                    $"{Page}.socket", $"{Page}.service", $"{Gate}.service",
                ],
                Patience,
                cancel).ConfigureAwait(false);
            return result.ExitCode == ExitCode.Ok ? Parse(result.Output) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Of what <c>systemctl show</c> prints of them, with empty lines in between.</summary>
    internal static PageUnits Parse(string output)
    {
        var units = output.Split("\n\n");
        var lines = units[0].Split('\n');
        return new PageUnits(
            ShowOutput.Parse($"{Page}.socket", units[0]),
            ShowOutput.Parse($"{Page}.service", units.ElementAtOrDefault(1) ?? ""),
            [.. lines.Where(line => line.StartsWith(Listen, StringComparison.Ordinal)).Select(line => line[Listen.Length..].Split(' ')[0])],
            lines.Contains("UnitFileState=enabled"),
            int.TryParse(Restarted().Match(output).Groups[1].Value, CultureInfo.InvariantCulture, out var restarts) ? restarts : 0)
        {
            Daemon = units.Length > 2 ? ShowOutput.Parse($"{Gate}.service", units[2]) : null,
        };
    }

    [GeneratedRegex("^NRestarts=([0-9]+)$", RegexOptions.Multiline)]
    private static partial Regex Restarted();
}
