using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Athena.Common.Files;

/// <summary>
/// System calls by which root gives itself up, and by which a directory is reached without trusting its name. Those of glibc and not the
/// kernel's own: set*id(2) is for one thread alone, glibc carries it to all of them (nptl(7)).
/// </summary>
internal static partial class Kernel
{
    // errno(3), the same on all machines that .NET runs on.
    public const int NoEntry = 2;
    public const int AccessDenied = 13;
    public const int NotADirectory = 20;

    // fcntl(2). O_DIRECTORY and O_NOFOLLOW have other values on ARM (asm/fcntl.h); O_PATH has not.
    private const int PathOnly = 0x200000;
    private const int CloseOnExec = 0x80000;
    private static readonly int NoLink = IsArm ? 0x8000 : 0x20000;

    // statx(2).
    private const int CurrentDirectory = -100;
    private const int OfHandle = 0x1000;
    private const int NoFollow = 0x100;
    private const uint TypeModeAndOwner = 0x1B;

    // prctl(2).
    private const int SetDumpable = 4;
    private const int GetDumpable = 3;

    /// <summary>What is known of a file without opening it.</summary>
    public readonly record struct Status(Owner Owner, int Mode)
    {
        public bool IsDirectory => (Mode & 0xF000) == 0x4000;

        public bool IsLink => (Mode & 0xF000) == 0xA000;

        /// <summary>Others than root may put something there, or take it away.</summary>
        public bool IsOpenToOthers => (Mode & 2) != 0 || ((Mode & 0x10) != 0 && Owner.Group != 0);

        /// <summary>As /tmp: everybody may put something there, and only its owner may take it away.</summary>
        public bool IsSticky => (Mode & 0x200) != 0;
    }

    public static bool IsRoot => EffectiveUser() == 0;

    /// <summary>Opens a name in a directory and follows no link; the handle serves only to name what it is.</summary>
    /// <param name="directory">Null for the root of all.</param>
    /// <param name="name">One name, no path; with no directory <c>/</c>.</param>
    /// <param name="error">Why not, when the handle is invalid.</param>
    public static SafeFileHandle Open(SafeFileHandle? directory, string name, out int error)
    {
        var descriptor = OpenAt(
            directory is null ? CurrentDirectory : (int)directory.DangerousGetHandle(), name, PathOnly | NoLink | CloseOnExec, 0);
        error = Marshal.GetLastPInvokeError();
        return new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <exception cref="IOException">The kernel does not tell.</exception>
    public static Status StatusOf(SafeFileHandle file) =>
        StatX((int)file.DangerousGetHandle(), "", OfHandle, TypeModeAndOwner, out var found) == 0 ? found.ToStatus() : throw Fault("statx");

    /// <summary>Of what has this name, itself: a link is not followed. Null when there is nothing, or it may not be looked at.</summary>
    public static Status? StatusOf(string path) =>
        StatX(CurrentDirectory, path, NoFollow, TypeModeAndOwner, out var found) == 0 ? found.ToStatus() : null;

    /// <summary>0 when what the name leads to can be looked at, otherwise errno(3).</summary>
    public static int Reach(string path) =>
        StatX(CurrentDirectory, path, 0, TypeModeAndOwner, out _) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Where a link leads, itself opened by <see cref="Open"/>.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string TargetOf(SafeFileHandle link)
    {
        Span<byte> target = stackalloc byte[4096];
        var length = ReadLinkAt((int)link.DangerousGetHandle(), "", target, target.Length);
        return length > 0 && length < target.Length
            ? System.Text.Encoding.UTF8.GetString(target[..(int)length])
            : throw Fault("readlinkat");
    }

    /// <summary>All threads of this process become <paramref name="owner"/>, in these groups and no other, for good.</summary>
    /// <exception cref="IOException">Not all of it was possible: nothing more may be done.</exception>
    public static void Become(Owner owner, uint[] groups)
    {
        if (SetGroups((nuint)groups.Length, groups) != 0) throw Fault("setgroups");
        if (SetGroup(owner.Group, owner.Group, owner.Group) != 0) throw Fault("setresgid");
        if (SetUser(owner.User, owner.User, owner.User) != 0) throw Fault("setresuid");
        if (GetUser(out var real, out var effective, out var saved) != 0 || real != owner.User || effective != owner.User
            || saved != owner.User || SetUser(0, 0, 0) == 0)
            throw new IOException("root could not give itself up, so nothing was done.");
    }

    /// <summary>
    /// Nobody but root may look into this process any more: neither ptrace(2) nor its descriptors below /proc, though its user be the same
    /// (proc(5), PR_SET_DUMPABLE in prctl(2)). Becoming another user resets it to a value that the machine's settings choose.
    /// </summary>
    /// <exception cref="IOException">The kernel refuses.</exception>
    public static void Seal()
    {
        if (Control(SetDumpable, 0, 0, 0, 0) != 0 || Control(GetDumpable, 0, 0, 0, 0) != 0) throw Fault("prctl");
    }

    private static bool IsArm => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;

    private static IOException Fault(string call) => new($"{call}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenAt(int directory, string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int directory, string path, int flags, uint mask, out StatXBuffer buffer);

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint ReadLinkAt(int directory, string path, Span<byte> buffer, nint size);

    [LibraryImport("libc", EntryPoint = "setgroups", SetLastError = true)]
    private static partial int SetGroups(nuint count, uint[] groups);

    [LibraryImport("libc", EntryPoint = "setresgid", SetLastError = true)]
    private static partial int SetGroup(uint real, uint effective, uint saved);

    [LibraryImport("libc", EntryPoint = "setresuid", SetLastError = true)]
    private static partial int SetUser(uint real, uint effective, uint saved);

    [LibraryImport("libc", EntryPoint = "getresuid", SetLastError = true)]
    private static partial int GetUser(out uint real, out uint effective, out uint saved);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Control(int option, nuint a, nuint b, nuint c, nuint d);

    /// <summary>struct statx of linux/stat.h, as far as it is needed.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private readonly struct StatXBuffer
    {
        [FieldOffset(20)]
        private readonly uint user;

        [FieldOffset(24)]
        private readonly uint group;

        [FieldOffset(28)]
        private readonly ushort mode;

        public Status ToStatus() => new(new Owner(user, group), mode);
    }
}
