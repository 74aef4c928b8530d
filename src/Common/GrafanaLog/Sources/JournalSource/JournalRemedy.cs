using System.Runtime.InteropServices;

namespace Athena.Common.GrafanaLog.Sources.JournalSource;

/// <summary>Says why a journal cannot be read and what to do about it, for the sysadmin.</summary>
internal static class JournalRemedy
{
    public const string NoLibrary =
        "The journal cannot be read without libsystemd.so.0: apt install libsystemd0, then restart the service.";

    public const string InMemoryOnly =
        "It is kept in memory only: what was logged before a reboot and not read is lost. Set Storage=persistent in journald.conf.";

    public static string Denied(string path) =>
        $"Permission denied: {path} may be read by its owner and the group 'systemd-journal'. Add the unit's user to group systemd-journal "
        + "(SupplementaryGroups=systemd-journal in its unit), then restart it.";

    public static string Absent(IEnumerable<string> directories) =>
        $"There is no journal in {string.Join(" or ", directories)}. Is systemd-journald running, and may the service see that directory?";

    public static string Damaged(string path) =>
        $"{path} is damaged and cannot be read. 'journalctl --verify' tells what is wrong, 'journalctl --rotate' begins a new file.";

    public static string NotOpened(int error) => $"The journal cannot be read: {Marshal.GetPInvokeErrorMessage(error)}.";

    public static string NeverLogged(string unit, IEnumerable<string> similar) =>
        $"The journal holds no line of {unit}."
        + (string.Join(", ", similar) is { Length: > 0 } names ? $" It holds lines of {names}." : "");

    public static string Console(string unit) =>
        $"{unit} writes the console format, which has no year and no zone: set 'format = text' (or json) in section [log.console] of "
        + "grafana.ini and restart Grafana.";
}
