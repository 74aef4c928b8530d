using System.Text;
using Athena.Common.Settings;

namespace Athena.Common.Daemon.Units;

/// <summary>
/// A unit that runs one command of the daemon just as its own unit would: same user, groups, settings, credentials and sandbox. What the
/// command finds to work, works for the service. Pure.
/// </summary>
internal static class ProbeUnit
{
    /// <summary>What of the daemon's unit says how a daemon is run, and no single command.</summary>
    private static readonly HashSet<string> OfDaemon = new(StringComparer.Ordinal)
    {
        "Type", "Restart", "RestartSec", "RestartPreventExitStatus", "WatchdogSec", "NotifyAccess", "TimeoutStopSec",
        // Set below: removed with the command's end it would take the socket of a daemon that runs with it.
        "RuntimeDirectoryPreserve",
        "StandardOutput", "StandardError",
    };

    public static string Name(string daemon) => daemon + "-trial.service";

    /// <param name="packaged">The daemon's unit.</param>
    /// <param name="dropIns">What else counts: whole texts of drop-ins.</param>
    /// <param name="daemon">
    /// Its name, which is the name of its dynamic user as well where the unit names none: the state directory must not change its owner.
    /// </param>
    /// <param name="command">Program and arguments.</param>
    /// <param name="output">The file for standard output.</param>
    /// <param name="error">The file for standard error.</param>
    /// <param name="withState">Whether the state directory is there.</param>
    public static string Write(
        string packaged, IReadOnlyList<string> dropIns, string daemon, IReadOnlyList<string> command, string output, string error,
        bool withState)
    {
        var text = new StringBuilder();
        IReadOnlyList<string> parts = [packaged, .. dropIns];
        var user = parts.Select(part => UnitText.Value(part, "Service", "User")).LastOrDefault(value => value is not null);
        foreach (var part in parts)
        {
            text.Append(UnitText.Without(Named(part, daemon), a => a.Section == "Install" || a.Key is "OnFailure" or "StartLimitIntervalSec"
                || (a.Section == "Service" && (OfDaemon.Contains(a.Key) || a.Key.StartsWith("Exec", StringComparison.Ordinal)))
                // Kept for longer than the command runs, systemd would move it to where nobody may look into it, away from the daemon.
                || (a.Key == "RuntimeDirectory" && a.Value.StartsWith($"{CommonSettings.MetricsParent}/", StringComparison.Ordinal))
                || (!withState && a.Key is "StateDirectory" or "StateDirectoryMode")).Replace("[Install]", "", StringComparison.Ordinal))
                    .Append('\n');
        }

        return text.Append("[Service]\nType=oneshot\nRemainAfterExit=yes\nTimeoutStartSec=5min\nRuntimeDirectoryPreserve=yes\nUser=")
            .Append(string.IsNullOrEmpty(user) ? daemon : user)
            .Append("\nExecStart=").AppendJoin(' ', command.Select(Quote))
            // How it ended is for us to judge; nothing shall be red, and nothing forgotten before we have asked (RemainAfterExit=).
            .Append("\nSuccessExitStatus=1 2 64 77 78\nStandardOutput=truncate:").Append(output)
            .Append("\nStandardError=truncate:").Append(error).Append('\n').ToString();
    }

    /// <summary>Specifiers that stand for the unit's own name (systemd.unit(5)): the trial has another one.</summary>
    private static string Named(string part, string daemon) => string.Join(
        "%%",
        part.Split("%%").Select(text => text
            .Replace("%n", daemon + ".service", StringComparison.Ordinal)
            .Replace("%N", daemon, StringComparison.Ordinal)
            .Replace("%p", daemon, StringComparison.Ordinal)
            .Replace("%P", daemon, StringComparison.Ordinal)));

    /// <summary>As systemd reads a command line (systemd.service(5)): quoted, and neither specifiers nor variables in it.</summary>
    internal static string Quote(string argument)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in argument)
        {
            _ = c switch
            {
                '"' or '\\' => quoted.Append('\\').Append(c),
                '%' or '$' => quoted.Append(c).Append(c),
                < ' ' => quoted.Append(' '),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }
}
