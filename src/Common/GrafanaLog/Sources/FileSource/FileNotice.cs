using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Athena.Common.GrafanaLog.Sources.FileSource;

/// <summary>
/// Is told by the kernel when something happens in a log's directory (inotify(7)), so that waiting for a silent log costs nothing. Only a
/// hint to look: a link that leads elsewhere, a network file system, too many watches, and nothing is told.
/// </summary>
internal sealed unsafe partial class FileNotice(NativePath directory) : IDisposable
{
    // sys/inotify.h, poll.h, fcntl.h: the same on every architecture that .NET runs on.
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const uint Modified = 0x02;
    private const uint AttributesChanged = 0x04;
    private const uint MovedFrom = 0x40;
    private const uint MovedTo = 0x80;
    private const uint Created = 0x100;
    private const uint Deleted = 0x200;
    private const short Readable = 0x01;

    private readonly SafeFileHandle queue = new(Initialize(NonBlocking | CloseOnExec), ownsHandle: true);
    private readonly byte[] events = new byte[4096];

    /// <summary>Waits until something has happened since the last call, at most as long as given.</summary>
    /// <returns>False when nothing was told.</returns>
    public bool Wait(TimeSpan atMost)
    {
        // The directory may have been made, or made anew, since the last time; to watch it again changes nothing.
        int queue = (int)this.queue.DangerousGetHandle();
        if (this.queue.IsInvalid
            || AddWatch(queue, directory.Bytes, Modified | AttributesChanged | MovedFrom | MovedTo | Created | Deleted) < 0)
        {
            Thread.Sleep(atMost);
            return false;
        }

        var wanted = new PollRequest { Descriptor = queue, Events = Readable };
        if (Poll(&wanted, 1, (int)atMost.TotalMilliseconds) <= 0)
            return false;
        fixed (byte* events = this.events)
        {
            // What happened does not matter: the log is looked at.
            while (Read(queue, events, (nuint)this.events.Length) > 0)
            {
            }
        }
        return true;
    }

    public void Dispose() => queue.Dispose();

    [LibraryImport("libc", EntryPoint = "inotify_init1")]
    private static partial int Initialize(int flags);

    [LibraryImport("libc", EntryPoint = "inotify_add_watch")]
    private static partial int AddWatch(int queue, ReadOnlySpan<byte> path, uint events);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(PollRequest* requests, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int descriptor, byte* buffer, nuint length);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollRequest
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }
}
