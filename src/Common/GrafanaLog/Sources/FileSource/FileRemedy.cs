using System.Globalization;
using System.Runtime.InteropServices;
using Athena.Common.GrafanaLog.Line;
using Athena.Common.Settings;

namespace Athena.Common.GrafanaLog.Sources.FileSource;

/// <summary>Says why a log file cannot be read and what to do about it, for the sysadmin.</summary>
internal static class FileRemedy
{
    // errno.h
    private const int NotPermitted = 1;
    private const int NoEntry = 2;
    private const int AccessDenied = 13;
    private const int NotADirectory = 20;
    private const int TooManyLinks = 40;

    // sys/stat.h
    private const int GroupReads = 0x20;
    private const int GroupPasses = 0x08;

    private const string GroupFile = "/etc/group";
    private const string GrafanaGroup = "grafana";

    /// <summary>The number of what a user namespace does not map (user_namespaces(7), overflowgid).</summary>
    private const uint Overflow = 65534;

    /// <summary>Whether there is no such file, as opposed to one that cannot be read.</summary>
    public static bool IsAbsent(FileStatus status) => status.Error is NoEntry or NotADirectory;

    public static string Describe(string path, FileStatus status) => status switch
    {
        { IsSeen: true, IsDirectory: true } => $"{path} is a directory. Set LOG to the file that Grafana writes.",
        { IsSeen: true } => $"{path} is not a regular file. Set LOG to the file that Grafana writes.",
        { Error: NoEntry or NotADirectory } => Absent(path),
        { Error: AccessDenied or NotPermitted } => Denied(path, status),
        { Error: TooManyLinks } => $"{path} is a symbolic link that leads nowhere. Set LOG to the file that Grafana writes.",
        _ => $"{path} cannot be read: {Marshal.GetPInvokeErrorMessage(status.Error)}.",
    };

    public static string DescribeConsole(string path) =>
        $"{path} is in the console format, which has no year and no zone: {ConsoleFormat.Remedy}.";

    private static string Absent(string path)
    {
        string directory = Path.GetDirectoryName(path)!;
        return FileStatus.Of(new NativePath(directory)).IsDirectory
            ? $"{path} is not there. It is read as soon as Grafana makes it; if it does not, see 'mode' in section [log] of grafana.ini: "
                + "it must hold 'file'."
            : $"{path} is not there, nor is its directory {directory}. See 'logs' in section [paths] of grafana.ini and set LOG to the "
                + "file that Grafana writes.";
    }

    private static string Denied(string path, FileStatus status)
    {
        (string culprit, FileStatus owner) = Unreadable(path, status);
        if (owner.Mode != 0 && !LetsItsGroupIn(owner))
        {
            string what = owner.IsDirectoryMode ? "g+x" : "g+r";
            return string.Create(CultureInfo.InvariantCulture,
                $"Permission denied: {culprit} belongs to user {owner.UserId} and the group '{GroupName(owner.GroupId)}' ")
                + $"with the mode {Octal(owner)}, which lets nobody in whom a group of the service could help. Make it readable for "
                + $"Grafana's group: chgrp grafana {culprit} and chmod {what} {culprit}, let the service be of that group "
                + "(SupplementaryGroups=grafana in its unit), then restart it.";
        }

        // In the sandbox of a unit each group that is not the service's own has this number.
        string group = owner.GroupId is 0 or Overflow ? GrafanaGroup : GroupName(owner.GroupId);
        string denied = $"Permission denied: {culprit} may be read by its owner and the group '{group}'.";
        return group == GrafanaGroup
            ? $"{denied} Let the service be of that group: sudo /usr/lib/athena-workers/read-grafana-log {OwnProgram.Daemon}, then sudo "
                + $"systemctl restart {OwnProgram.Daemon}"
            : $"{denied} Let the service be of that group (SupplementaryGroups={group} in its unit), then restart it.";
    }

    /// <summary>Whether it would help to be of the group: root's own helps nobody, and its rights may be none.</summary>
    private static bool LetsItsGroupIn(FileStatus owner) =>
        owner.GroupId != 0 && (owner.Mode & (owner.IsDirectoryMode ? GroupPasses : GroupReads)) != 0;

    private static string Octal(FileStatus owner) => Convert.ToString(owner.Mode & 0xFFF, 8).PadLeft(4, '0');

    /// <summary>The file itself, or the directory on the way to it that lets nobody pass.</summary>
    private static (string Path, FileStatus Status) Unreadable(string path, FileStatus status)
    {
        // TryOpen leaves the owner in the status when the file could be looked at.
        if (status.Mode != 0)
            return (path, status);
        for (string? above = Path.GetDirectoryName(path); above is not null; above = Path.GetDirectoryName(above))
        {
            FileStatus directory = FileStatus.Of(new NativePath(above));
            if (directory.IsSeen)
                return (above, directory);
        }
        return (path, status);
    }

    private static string GroupName(uint id)
    {
        string number = id.ToString(CultureInfo.InvariantCulture);
        try
        {
            // group(5): name:password:GID:members
            return File.ReadLines(GroupFile).Select(line => line.Split(':'))
                .FirstOrDefault(fields => fields.Length > 2 && fields[2] == number)?[0] ?? number;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return number;
        }
    }
}
