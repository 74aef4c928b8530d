using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Athena.Common.GrafanaLog.Sources.FileSource;

/// <summary>
/// One look at a file: one statx(2), about a microsecond, so that a log can be asked for news a hundred times a second.
/// Two equal values mean that nothing was appended, removed or exchanged in between.
/// </summary>
/// <param name="Error">errno, 0 when the file was seen; then nothing else is set.</param>
/// <param name="Identity">Device and inode.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Mode">st_mode: type and permissions.</param>
/// <param name="GroupId">The owning group.</param>
/// <param name="UserId">The owner.</param>
internal readonly partial record struct FileStatus(int Error, FileIdentity Identity, long Size, int Mode, uint GroupId, uint UserId)
{
    private const int TypeMask = 0xF000;
    private const int RegularFile = 0x8000;
    private const int Directory = 0x4000;

    // fcntl.h, linux/stat.h: the same on every architecture.
    private const int CurrentDirectory = -100;
    private const int EmptyPath = 0x1000;
    private const uint BasicFields = 0x07ff;

    public bool IsSeen => Error == 0;

    public bool IsRegular => IsSeen && (Mode & TypeMask) == RegularFile;

    public bool IsDirectory => IsSeen && (Mode & TypeMask) == Directory;

    /// <summary>The same of what was seen although it could not be opened.</summary>
    public bool IsDirectoryMode => (Mode & TypeMask) == Directory;

    /// <summary>Symbolic links are followed.</summary>
    public static FileStatus Of(NativePath path) => Of(CurrentDirectory, path.Bytes, 0);

    public static FileStatus Of(SafeFileHandle handle) => Of((int)handle.DangerousGetHandle(), [0], EmptyPath);

    private static FileStatus Of(int directory, ReadOnlySpan<byte> path, int flags) =>
        StatX(directory, path, flags, BasicFields, out StatXBuffer buffer) == 0
            ? new FileStatus(0, buffer.Identity, (long)buffer.Size, buffer.Mode, buffer.GroupId, buffer.UserId)
            : new FileStatus(Marshal.GetLastPInvokeError(), default, 0, 0, 0, 0);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static partial int StatX(int directory, ReadOnlySpan<byte> path, int flags, uint mask, out StatXBuffer buffer);

    /// <summary>struct statx of linux/stat.h. Unlike struct stat its layout does not depend on the architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private readonly struct StatXBuffer
    {
        [FieldOffset(20)]
        public readonly uint UserId;

        [FieldOffset(24)]
        public readonly uint GroupId;

        [FieldOffset(28)]
        public readonly ushort Mode;

        [FieldOffset(32)]
        public readonly ulong Inode;

        [FieldOffset(40)]
        public readonly ulong Size;

        [FieldOffset(136)]
        public readonly uint DeviceMajor;

        [FieldOffset(140)]
        public readonly uint DeviceMinor;

        /// <summary>With the device number put together as makedev(3) does.</summary>
        public FileIdentity Identity
        {
            get
            {
                ulong major = DeviceMajor;
                ulong minor = DeviceMinor;
                ulong device = ((major & 0xfffff000) << 32) | ((major & 0xfff) << 8) | ((minor & 0xffffff00) << 12) | (minor & 0xff);
                return new FileIdentity(device, Inode);
            }
        }
    }
}

/// <summary>Which file it is, whatever its name: written <c>dev:inode</c> as <c>stat -c %d:%i</c> does.</summary>
internal readonly record struct FileIdentity(ulong Device, ulong Inode)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Device}:{Inode}");
}

/// <summary>A path as the C library takes it: UTF-8 with a zero at the end, made once and not at every look.</summary>
internal sealed class NativePath(string path)
{
    private readonly byte[] bytes = Encoding.UTF8.GetBytes(path + '\0');

    public ReadOnlySpan<byte> Bytes => bytes;

    public override string ToString() => path;
}
