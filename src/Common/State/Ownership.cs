using System.Runtime.InteropServices;

namespace Athena.Common.State;

/// <summary>
/// Gives what root wrote to the user whom the directory belongs to. A command run as root while the daemon is stopped would otherwise
/// leave files that the daemon's own user cannot read (systemd.exec(5), DynamicUser: only a directory of the wrong owner is put right).
/// </summary>
public static partial class Ownership
{
    private const int CurrentDirectory = -100;
    private const uint UserAndGroup = 0x18;

    /// <summary>Hands over all that lies in <paramref name="directory"/>. Nothing to do, and nothing done, for anybody but root.</summary>
    public static void HandOver(string directory)
    {
        if (!Environment.IsPrivilegedProcess || StatX(CurrentDirectory, directory, 0, UserAndGroup, out var owner) != 0) return;
        HandOver(directory, owner);
    }

    /// <summary>
    /// By hand and not by <see cref="SearchOption.AllDirectories"/>, which goes into folders behind links: whoever has got hold of the daemon
    /// could put one there, and root would give him what it leads to.
    /// </summary>
    private static void HandOver(string directory, Owner owner)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(directory).ToList())
        {
            _ = ChangeOwner(path, owner.UserId, owner.GroupId); // What cannot be handed over is met, and told of, by the daemon.
            if (LibC.IsDirectory(path)) HandOver(path, owner);
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int directory, string path, int flags, uint mask, out Owner buffer);

    /// <summary>Links are not followed: somebody may have put one there.</summary>
    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);

    /// <summary>struct statx of linux/stat.h, as far as it is needed.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private readonly struct Owner
    {
        [FieldOffset(20)]
        public readonly uint UserId;

        [FieldOffset(24)]
        public readonly uint GroupId;
    }
}
