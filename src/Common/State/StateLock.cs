using System.Globalization;
using System.Text;
using Athena.Common.Files;
using Microsoft.Win32.SafeHandles;

namespace Athena.Common.State;

/// <summary>
/// The right to write a state directory: held by the running daemon for its whole life, or for a moment by the command line while the
/// daemon is stopped. The kernel takes it back when the holder dies (flock(2)), so a left-over file locks nobody out.
/// </summary>
public sealed class StateLock : IDisposable
{
    public const string FileName = "lock";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly SafeFileHandle file;

    private StateLock(SafeFileHandle file) => this.file = file;

    /// <summary>
    /// Null when another process holds it; <paramref name="holder"/> is then its process id, or 0 if it has not written that.
    /// </summary>
    /// <exception cref="IOException">The directory is missing or not ours: a sentence for the sysadmin.</exception>
    public static StateLock? TryTake(string directory, out int holder)
    {
        holder = 0;
        var file = LibC.OpenUnlocked(Path.Combine(directory, FileName));
        if (!LibC.TryLock(file))
        {
            using (file)
                holder = ReadHolder(file);
            return null;
        }

        WriteHolder(file);
        return new StateLock(file);
    }

    /// <summary>
    /// The same, waiting for somebody who holds it for a moment only. Asks again and again instead of waiting in flock(2), which cannot be
    /// given up.
    /// </summary>
    /// <param name="directory">The state directory.</param>
    /// <param name="patience">For how long.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>The lock, or null and who still holds it.</returns>
    /// <exception cref="IOException">As above.</exception>
    public static async Task<(StateLock? Lock, int Holder)> TakeAsync(
        string directory, TimeSpan patience, TimeProvider time, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            if (TryTake(directory, out var holder) is { } taken) return (taken, 0);
            if (time.GetElapsedTime(began) >= patience) return (null, holder);
            await Task.Delay(Pause, time, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Gives the right back. The file stays: removing it would let two processes lock two files of one name.</summary>
    public void Dispose() => file.Dispose();

    /// <summary>A full disk is no reason not to start: the number only tells others who holds the lock.</summary>
    private static void WriteHolder(SafeFileHandle file)
    {
        try
        {
            RandomAccess.SetLength(file, 0);
            RandomAccess.Write(file, Encoding.ASCII.GetBytes($"{Environment.ProcessId}\n"), 0);
        }
        catch (IOException)
        {
            // The holder is then told as 0.
        }
    }

    private static int ReadHolder(SafeFileHandle file)
    {
        Span<byte> text = stackalloc byte[16];
        var length = RandomAccess.Read(file, text, 0);
        return int.TryParse(text[..length].TrimEnd((byte)'\n'), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0;
    }
}
