using System.Runtime.InteropServices;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>
/// Keeps a terminal from showing what is typed until it is disposed of. .NET's own way, single keys, leaves the terminal without echo for
/// the questions that follow.
/// </summary>
internal sealed partial class TerminalEcho : IDisposable
{
    // termios(3) of Linux, the same on each processor: four words of flags, of which the last are the local ones.
    private const int MostBytes = 128;
    private const int LocalFlags = 12;
    private const int Echo = 0x8;
    private const int AtOnce = 0;

    private readonly int descriptor;
    private readonly byte[]? before;

    private TerminalEcho(int descriptor, byte[]? before) => (this.descriptor, this.before) = (descriptor, before);

    /// <param name="descriptor">What is no terminal is left as it is.</param>
    public static TerminalEcho Off(int descriptor)
    {
        var before = new byte[MostBytes];
        if (GetAttributes(descriptor, before) != 0) return new TerminalEcho(descriptor, null);
        var silent = before.ToArray();
        silent[LocalFlags] &= unchecked((byte)~Echo);
        return new TerminalEcho(descriptor, SetAttributes(descriptor, AtOnce, silent) == 0 ? before : null);
    }

    public void Dispose()
    {
        if (before is not null) _ = SetAttributes(descriptor, AtOnce, before);
    }

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    private static partial int GetAttributes(int descriptor, [In, Out] byte[] attributes);

    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    private static partial int SetAttributes(int descriptor, int when, byte[] attributes);
}
