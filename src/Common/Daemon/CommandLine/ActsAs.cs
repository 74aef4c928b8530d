namespace Athena.Common.Daemon.CommandLine;

/// <summary>As whom a command works when root runs it.</summary>
public enum ActsAs
{
    /// <summary>As the owner of the state directory, from before the first file there is touched until the end.</summary>
    Owner,

    /// <summary>
    /// It asks the running daemon and touches no file: as the owner of the directory in which that listens. Who that is may be another one
    /// than the owner of the state: since systemd 257 the files of a dynamic user are nobody's, and mapped for the service alone. While the
    /// daemon is stopped the command does the work itself, as <see cref="Owner"/>.
    /// </summary>
    Asker,

    /// <summary>As root: it touches no file there, asks no socket, or sees to that in its own way.</summary>
    Caller,
}
