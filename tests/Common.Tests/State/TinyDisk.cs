using System.Diagnostics;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.State;

/// <summary>A real file system of 64 KiB (tmpfs), to be filled to the last byte.</summary>
internal sealed class TinyDisk : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    private TinyDisk()
    {
    }

    public string Path => directory.Path;

    /// <summary>Needs the right to mount; without it the test is ignored with that reason.</summary>
    public static TinyDisk Mount()
    {
        var disk = new TinyDisk();
        if (!Run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk.Path))
        {
            disk.directory.Dispose();
            NotRun.Missing("This user may not mount a tmpfs, so no disk could be filled.");
        }

        return disk;
    }

    public void Fill()
    {
        using var file = new FileStream(System.IO.Path.Combine(Path, "filler"), FileMode.Append, FileAccess.Write, FileShare.None, 0);
        try
        {
            while (true)
                file.Write(new byte[512]);
        }
        catch (IOException)
        {
            // Full: that was the purpose.
        }
    }

    public void MakeRoom() => File.Delete(System.IO.Path.Combine(Path, "filler"));

    public void MakeReadOnly() => Run("mount", "-o", "remount,ro", Path);

    public void MakeWritable() => Run("mount", "-o", "remount,rw", Path);

    public void Dispose()
    {
        Run("umount", Path);
        directory.Dispose();
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
