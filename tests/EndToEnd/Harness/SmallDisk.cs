using System.ComponentModel;
using System.Runtime.InteropServices;
using Athena.Tests.Shared;

namespace Athena.EndToEnd.Harness;

/// <summary>A file system of one megabyte that can be filled to the last byte. Needs root, because it is mounted.</summary>
internal sealed partial class SmallDisk : IAsyncDisposable
{
    private const int NoSpace = 28;
    private readonly string directory;

    private SmallDisk(string directory) => this.directory = directory;

    /// <summary>Mounts it at a new directory; ignores the test, with the reason, where that is not allowed.</summary>
    public static Task<SmallDisk> MountAsync(string directory)
    {
        Directory.CreateDirectory(directory);
        if (Mount("tmpfs", directory, "tmpfs", 0, "size=1m,mode=700") != 0)
            NotRun.Missing(
                "A full disk needs a small file system, which only root may mount: "
                + $"{new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
        return Task.FromResult(new SmallDisk(directory));
    }

    /// <summary>Not a byte is left.</summary>
    public void Fill()
    {
        using var file = File.OpenHandle(Ballast, FileMode.Append, FileAccess.Write);
        var block = new byte[4096];
        try
        {
            for (var at = RandomAccess.GetLength(file); ; at += block.Length) RandomAccess.Write(file, block, at);
        }
        catch (IOException e) when ((e.HResult & 0xffff) == NoSpace)
        {
            // Full.
        }
    }

    /// <summary>The same directory, but read-only: a bind mount over it.</summary>
    public void Cover()
    {
        const ulong Remount = 32, ReadOnly = 1, Bind = 4096;
        Check(Mount(directory, directory, "none", Bind, ""));
        Check(Mount("none", directory, "none", Bind | Remount | ReadOnly, ""));
    }

    /// <summary>Takes <see cref="Cover"/> back.</summary>
    public void Uncover() => Check(Unmount(directory, 2));

    public void Empty() => File.Delete(Ballast);

    public async ValueTask DisposeAsync()
    {
        // The daemon that works on it is disposed later, so the name goes now and the rest when the last file is closed.
        const int Detach = 2;
        await Task.Run(() => Unmount(directory, Detach)).ConfigureAwait(false);
    }

    private static void Check(int result)
    {
        if (result != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    private string Ballast => Path.Combine(directory, "ballast");

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string source, string target, string type, ulong flags, string data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unmount(string target, int flags);
}
