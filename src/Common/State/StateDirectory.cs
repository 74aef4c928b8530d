using Athena.Common.Files;
using Athena.Common.Settings;
using Athena.Common.State.Backups;

namespace Athena.Common.State;

/// <summary>The directory in which a daemon remembers.</summary>
public static class StateDirectory
{
    /// <summary>
    /// A command that found the daemon stopped holds the directory for a moment, and the daemon may start in just that moment.
    /// </summary>
    private static readonly TimeSpan CommandsMoment = TimeSpan.FromSeconds(5);

    private const string Remedy = "It must be a directory on a disk that can be written, and belong to the daemon's user.";

    /// <summary>Whether a daemon has been at work there.</summary>
    public static bool HoldsState(string directory) => File.Exists(Path.Combine(directory, FileState<object>.FileName));

    /// <summary>A folder in it, for the daemon alone; made where it is missing.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static string Folder(string directory, string name) =>
        Directory.CreateDirectory(Path.Combine(directory, name), PrivateFile.DirectoryMode).FullName;

    /// <summary>
    /// Takes it, and makes it first if need be. One writer: a second one is told who has it. A directory that cannot be made is a setting
    /// to put right. One that is there and refuses may be a disk in trouble: the daemon then ends as after a fault, so that systemd starts
    /// it again and again until the disk is well.
    /// </summary>
    /// <exception cref="ConfigurationException">It cannot be made.</exception>
    /// <exception cref="IOException">Somebody else has it, or it refuses.</exception>
    public static StateLock Take(string directory, string daemon)
    {
        Make(directory);
        StateLock? taken;
        int holder;
        try
        {
            taken = StateLock.TryTake(directory, out holder);
        }
        catch (IOException e)
        {
            throw CannotBeUsed(directory, e);
        }

        return Finished(taken, directory) ?? throw InUse(directory, holder, daemon);
    }

    /// <summary>The same for a daemon that starts: it waits some seconds for a command of the same moment.</summary>
    /// <inheritdoc cref="Take"/>
    public static async Task<StateLock> TakeAsync(string directory, string daemon, TimeProvider time, CancellationToken cancel)
    {
        Make(directory);
        StateLock? taken;
        int holder;
        try
        {
            (taken, holder) = await StateLock.TakeAsync(directory, CommandsMoment, time, cancel).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw CannotBeUsed(directory, e);
        }

        return Finished(taken, directory) ?? throw InUse(directory, holder, daemon);
    }

    /// <summary>A restore that was decided and interrupted is brought to its end before anybody looks at what lies there.</summary>
    private static StateLock? Finished(StateLock? taken, string directory)
    {
        try
        {
            if (taken is not null) Restoration.FinishInterrupted(directory);
            return taken;
        }
        catch
        {
            taken!.Dispose();
            throw;
        }
    }

    private static void Make(string directory)
    {
        try
        {
            if (!Directory.Exists(directory))
                Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"STATE_DIR {directory} cannot be made: {e.Message} {Remedy}", e);
        }
    }

    private static IOException CannotBeUsed(string directory, IOException e) =>
        new($"STATE_DIR {directory} cannot be used: {e.Message.TrimEnd('.')}. {Remedy}", e);

    private static IOException InUse(string directory, int holder, string daemon) =>
        new($"{directory} is in use by process {holder}: is the daemon running? See: systemctl status {daemon}");
}
