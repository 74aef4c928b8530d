namespace Athena.Common.Daemon.Control;

/// <summary>Reads lines of bounded length from a stream.</summary>
internal sealed class LineReader(Stream stream, int limit)
{
    private byte[] buffer = new byte[1024];
    private int used;
    private int taken;

    /// <summary>The next line without its line feed, valid until the next call; null at the end of the stream.</summary>
    /// <exception cref="InvalidDataException">The line is longer than the limit.</exception>
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancel)
    {
        buffer.AsSpan(taken, used - taken).CopyTo(buffer);
        used -= taken;
        taken = 0;
        var searched = 0;
        while (true)
        {
            var end = buffer.AsSpan(searched, used - searched).IndexOf((byte)'\n');
            if (end >= 0)
            {
                taken = searched + end + 1;
                return buffer.AsMemory(0, taken - 1);
            }

            if (used >= limit)
                throw new InvalidDataException($"A line is longer than {limit} bytes.");

            searched = used;
            if (used == buffer.Length)
                Array.Resize(ref buffer, Math.Min(buffer.Length * 4, limit));
            var count = await stream.ReadAsync(buffer.AsMemory(used), cancel).ConfigureAwait(false);
            if (count == 0)
                return null;
            used += count;
        }
    }
}
