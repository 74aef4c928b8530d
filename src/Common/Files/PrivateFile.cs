namespace Athena.Common.Files;

/// <summary>Files that only their owner may read, from their first byte on.</summary>
public static class PrivateFile
{
    public const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Of the directories that hold them.</summary>
    public const UnixFileMode DirectoryMode = Mode | UnixFileMode.UserExecute;

    /// <summary>A new file, unbuffered: what is written is written at once and as one piece.</summary>
    public static FileStreamOptions NewFile => new()
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.ReadWrite,
        Share = FileShare.Read,
        BufferSize = 0,
        UnixCreateMode = Mode,
    };

    /// <summary>A file that is there or is made, for reading and writing, unbuffered; never one behind a link.</summary>
    /// <exception cref="IOException">It cannot be opened, or is something else than a file.</exception>
    public static FileStream OpenOrCreate(string path) => new(LibC.OpenUnlocked(path), FileAccess.ReadWrite, bufferSize: 0);

    /// <summary>
    /// Adds one line, and makes the file if need be; on disk when it returns. A last line that a crash tore does not swallow it.
    /// </summary>
    /// <param name="line">With its line feed.</param>
    /// <exception cref="IOException">The disk refuses; a part of it may be there, as after a crash.</exception>
    public static void AppendLine(string path, ReadOnlySpan<byte> line)
    {
        using var file = OpenOrCreate(path);
        var isTorn = file.Length > 0 && file.Seek(-1, SeekOrigin.End) >= 0 && file.ReadByte() != '\n';
        file.Seek(0, SeekOrigin.End);
        file.Write(isTorn ? [(byte)'\n', .. line] : line);
        file.Flush(flushToDisk: true);
    }

    /// <summary>The lines of a file; never of one behind a link.</summary>
    /// <exception cref="IOException">It cannot be read, or is something else than a file.</exception>
    public static IEnumerable<string> ReadLines(string path)
    {
        LibC.DemandOrdinary(path);
        return File.ReadLines(path);
    }

    /// <inheritdoc cref="Replace(string, Action{Stream})"/>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var bytes = content.ToArray();
        Replace(path, stream => stream.Write(bytes));
    }

    /// <summary>
    /// Replaces <paramref name="path"/> by what <paramref name="write"/> writes, wholly or not at all, durable when it returns.
    /// </summary>
    public static void Replace(string path, Action<Stream> write)
    {
        var temporary = path + ".tmp";
        File.Delete(temporary);
        using (var file = new FileStream(temporary, NewFile))
        {
            // Disposing the buffer closes the file, so the order is: buffer empty, then to the disk.
            using var buffer = new BufferedStream(file, 64 * 1024);
            write(buffer);
            buffer.Flush();
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        LibC.SyncDirectory(Path.GetDirectoryName(path)!);
    }
}
