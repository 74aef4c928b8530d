using System.Globalization;
using Athena.Common.Checks;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>Whether there is room for what a daemon remembers.</summary>
public static class RoomCheck
{
    /// <summary>Below this nothing worth mentioning can be written.</summary>
    private const long Least = 1 << 20;

    /// <summary>Below this somebody should look: a month of audit, and mails that wait, need a few of these.</summary>
    private const long Little = 64 << 20;

    /// <summary>Says nothing when there is enough, or when it cannot be told.</summary>
    public static void Look(CheckReport report, string directory)
    {
        try
        {
            Judge(report, directory, new DriveInfo(directory).AvailableFreeSpace);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // What cannot be asked for is found out by writing.
        }
    }

    /// <param name="free">In bytes, for this user.</param>
    internal static void Judge(CheckReport report, string directory, long free)
    {
        if (free < Least)
            report.Fail($"State: no room on the disk of {directory}", $"Make room there (df -h {directory}); nothing has to be restarted.");
        else if (free < Little)
            report.Warn(
                string.Create(CultureInfo.InvariantCulture, $"State: {free >> 20} MiB are left on the disk of {directory}"),
                $"Make room there (df -h {directory}) before it is full.");
    }
}
