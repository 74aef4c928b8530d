using System.Buffers;
using System.Text;

namespace Athena.Common.Text;

/// <summary>Lets what writes UTF-8 write to a terminal or a pipe as it goes, so that a long answer is never in memory as a whole.</summary>
public sealed class TextWriterStream(TextWriter to) : SequentialStream
{
    private readonly Decoder decoder = Encoding.UTF8.GetDecoder();

    public override bool CanWrite => true;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        var units = ArrayPool<char>.Shared.Rent(buffer.Length + 2);
        to.Write(units, 0, decoder.GetChars(buffer, units, flush: false));
        ArrayPool<char>.Shared.Return(units);
    }

    public override void Flush() => to.Flush();
}
