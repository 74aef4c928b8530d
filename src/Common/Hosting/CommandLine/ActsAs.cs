namespace Athena.Common.Hosting;

/// <summary>As whom a command works when root runs it.</summary>
public enum ActsAs
{
    /// <summary>As the owner of the state directory, from before the first file there is touched until the end.</summary>
    Owner,

    /// <summary>As root: it touches no file there, asks no socket, or sees to that in its own way.</summary>
    Caller,
}
