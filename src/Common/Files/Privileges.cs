namespace Athena.Common.Files;

/// <summary>
/// Root's own. Whoever holds the state directory decides what each name in it leads to, at any moment: checking names never ends. So before
/// a command of root touches the first file there it becomes that directory's owner, and can do nothing from then on that this owner
/// cannot.
/// </summary>
internal static class Privileges
{
    /// <summary>Nobody's group, for a directory that its owner shares with the group of root.</summary>
    private const uint NoGroup = 65534;

    /// <summary>This process is root.</summary>
    public static bool AreRoots => Kernel.IsRoot;

    /// <summary>It was root, and has given that up.</summary>
    public static bool AreGivenUp { get; private set; }

    /// <summary>Becomes <paramref name="owner"/>, in all threads, for good, and is from then on closed to all but root.</summary>
    /// <param name="groups">Through which the daemon reads Grafana's log.</param>
    /// <exception cref="IOException">It was not possible; nothing more may be done.</exception>
    public static void GiveUp(Owner owner, IEnumerable<uint> groups)
    {
        DropDebuggersDoor();
        Kernel.Become(owner with { Group = owner.Group == 0 ? NoGroup : owner.Group }, [.. groups.Where(group => group != 0).Distinct()]);
        Kernel.Seal();

        // The runtime looks for certificates in the home; for a user without a name it finds none, and every TLS connection fails.
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("HOME"))) Environment.SetEnvironmentVariable("HOME", "/nonexistent");
        AreGivenUp = true;
    }

    /// <summary>
    /// A program that is started is open to its user again, who would have root's terminal through it (ptrace(2), TIOCSTI in ioctl_tty(2)).
    /// </summary>
    /// <exception cref="InvalidOperationException">This was root.</exception>
    public static void DemandThatProgramsMayBeStarted()
    {
        if (AreGivenUp) throw new InvalidOperationException("A command that was root starts no program after it has become somebody else.");
    }

    /// <summary>
    /// The runtime's socket for debuggers is root's file in a folder of all: whoever we become could not remove it at the end.
    /// </summary>
    private static void DropDebuggersDoor()
    {
        try
        {
            foreach (var kind in (string[])["dotnet-diagnostic", "clr-debug-pipe"])
                foreach (var path in Directory.EnumerateFiles(Path.GetTempPath(), $"{kind}-{Environment.ProcessId}-*")) File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It stays, and only root could use it.
        }
    }
}

/// <summary>
/// User and group that a file belongs to, as numbers: under systemd's DynamicUser= they have no names outside of the unit.
/// </summary>
internal readonly record struct Owner(uint User, uint Group)
{
    public bool IsRoot => User == 0;
}
