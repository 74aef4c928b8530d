using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Athena.Common.Files;

/// <summary>The few system calls that .NET does not offer: hard links, fsync of a directory, flock without .NET's own locking.</summary>
internal static partial class LibC
{
    public const int LockExclusive = 2;
    public const int LockNonBlocking = 4;

    private const int ReadWrite = 2;
    private const int Create = 0x40;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;

    // O_DIRECTORY and O_NOFOLLOW have other values on ARM, see asm/fcntl.h.
    private static readonly int Directory = IsArm ? 0x4000 : 0x10000;
    private static readonly int NoLink = IsArm ? 0x8000 : 0x20000;

    // statx(2), inode(7).
    private const int CurrentDirectory = -100;
    private const int NoFollow = 0x100;
    private const uint TypeMask = 1;
    private const uint WrittenMask = 0x40;
    private const uint SizeMask = 0x200;
    private const int AccessDenied = 13;
    private const int TypeBits = 0xF000;
    private const int RegularFile = 0x8000;
    private const int DirectoryType = 0x4000;

    /// <summary>fsync of a directory: makes names durable, not only contents (fsync(2)).</summary>
    /// <exception cref="IOException">The directory cannot be opened or synchronised.</exception>
    public static void SyncDirectory(string path)
    {
        using var handle = new SafeFileHandle(OpenFile(path, CloseOnExec | Directory, 0), ownsHandle: true);
        if (handle.IsInvalid || Sync(handle) != 0)
            throw Fault("fsync", path);
    }

    /// <summary>
    /// Opens or creates a file with mode 0600, without the advisory lock that .NET takes with each file it opens. Whoever has got hold of
    /// the daemon could put a link there, and root would write where it leads: it is not followed, not even when it comes at this very
    /// moment.
    /// </summary>
    /// <exception cref="IOException">It cannot be opened, or is something else than a file.</exception>
    public static SafeFileHandle OpenUnlocked(string path)
    {
        DemandOrdinary(path);
        var handle = new SafeFileHandle(OpenFile(path, ReadWrite | Create | CloseOnExec | NoLink, 0b110_000_000), ownsHandle: true);
        return handle.IsInvalid ? throw Fault("open", path) : handle;
    }

    /// <summary>
    /// Reads a small file of a directory that root may not trust: behind no link, and without waiting for whoever may never write into a
    /// pipe. Null when it is missing, larger, may not be read, or is no file.
    /// </summary>
    public static byte[]? ReadOrdinary(string path, int most)
    {
        using var handle = new SafeFileHandle(OpenFile(path, CloseOnExec | NoLink | NonBlocking, 0), ownsHandle: true);
        if (handle.IsInvalid || TypeOf($"/proc/self/fd/{(int)handle.DangerousGetHandle()}", followed: true) != RegularFile) return null;
        var content = new byte[most + 1];
        var length = RandomAccess.Read(handle, content, 0);
        return length > most ? null : content[..length];
    }

    /// <summary>False when another open file holds the lock.</summary>
    public static bool TryLock(SafeFileHandle file) => Lock(file, LockExclusive | LockNonBlocking) == 0;

    /// <summary>False when the file system has no hard links, or when <paramref name="newPath"/> exists.</summary>
    public static bool TryLink(string path, string newPath) => Link(path, newPath) == 0;

    /// <summary>A file in the narrow sense, itself: no link, pipe, device or directory.</summary>
    public static bool IsRegularFile(string path) => TypeOf(path) == RegularFile;

    /// <summary>How large a file is and when it was last written, without opening it; null for what is none, or is not there.</summary>
    /// <exception cref="UnauthorizedAccessException">Whoever asks may not pass the folder.</exception>
    public static (long Bytes, DateTimeOffset WrittenAt)? FileOf(string path)
    {
        if (StatX(CurrentDirectory, path, NoFollow, TypeMask | WrittenMask | SizeMask, out var found) != 0)
            return Marshal.GetLastPInvokeError() == AccessDenied ? throw new UnauthorizedAccessException(path) : null;
        if ((found.Mode & TypeBits) != RegularFile) return null;

        // A time that no calendar has can be given to any file by its owner.
        var seconds = Math.Clamp(found.WrittenAt, DateTimeOffset.UnixEpoch.ToUnixTimeSeconds(), MostSeconds);
        return ((long)Math.Min(found.Bytes, long.MaxValue), DateTimeOffset.FromUnixTimeSeconds(seconds));
    }

    /// <summary>A directory itself, no link to one.</summary>
    public static bool IsDirectory(string path) => TypeOf(path) == DirectoryType;

    /// <summary>Something has this name, were it only a link that leads nowhere.</summary>
    public static bool Exists(string path) => TypeOf(path) != 0;

    /// <summary>
    /// What the daemon made itself is a file, and root neither reads nor writes what a link, a pipe or a device leads to.
    /// </summary>
    /// <exception cref="IOException">Something else has this name.</exception>
    public static void DemandOrdinary(string path)
    {
        if (Exists(path) && !IsRegularFile(path))
            throw new IOException(
                $"{path} is no ordinary file, and so none that this program made. Look what it is (ls -l) and who could write there, then "
                + $"remove it: sudo rm {path}");
    }

    private static long MostSeconds => DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    private static bool IsArm => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;

    /// <summary>0 when there is nothing of that name.</summary>
    private static int TypeOf(string path, bool followed = false) =>
        StatX(CurrentDirectory, path, followed ? 0 : NoFollow, TypeMask, out var found) == 0 ? found.Mode & TypeBits : 0;

    private static IOException Fault(string call, string path) =>
        new($"{call} {path}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string path, string newPath);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int directory, string path, int flags, uint mask, out FileFacts buffer);

    /// <summary>struct statx of linux/stat.h, as far as it is needed.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private readonly struct FileFacts
    {
        [FieldOffset(28)]
        public readonly ushort Mode;

        [FieldOffset(40)]
        public readonly ulong Bytes;

        /// <summary>In seconds of Unix time.</summary>
        [FieldOffset(112)]
        public readonly long WrittenAt;
    }
}
