using Athena.Common.Hosting;

namespace Athena.Common.State;

/// <summary>The directory in which a daemon remembers.</summary>
public static class StateDirectory
{
    private const string Remedy = "It must be a directory on a disk that can be written, and belong to the daemon's user.";

    /// <summary>
    /// Takes it, and makes it first if need be. One writer: a second one is told who has it. A directory that cannot be made is a setting
    /// to put right. One that is there and refuses may be a disk in trouble: the daemon then ends as after a fault, so that systemd starts
    /// it again and again until the disk is well.
    /// </summary>
    /// <exception cref="ConfigurationException">It cannot be made.</exception>
    /// <exception cref="IOException">Somebody else has it, or it refuses.</exception>
    public static StateLock Take(string directory, string daemon)
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

        StateLock? taken;
        int holder;
        try
        {
            taken = StateLock.TryTake(directory, out holder);
        }
        catch (IOException e)
        {
            throw new IOException($"STATE_DIR {directory} cannot be used: {e.Message}. {Remedy}", e);
        }

        return taken ?? throw new IOException($"{directory} is in use by process {holder}: is the daemon running? See: systemctl status {daemon}");
    }
}
