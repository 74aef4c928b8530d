using System.Buffers;
using System.Text.Json;

namespace Athena.Common.State;

/// <summary>What has changed, as it is going to be written.</summary>
internal sealed class ChangeBuffer
{
    private const int Kept = 1024 * 1024;

    private ArrayBufferWriter<byte> bytes = new(4096);
    private Utf8JsonWriter? json;

    public ReadOnlySpan<byte> Written
    {
        get
        {
            json!.Flush();
            return bytes.WrittenSpan;
        }
    }

    public Utf8JsonWriter Begin()
    {
        bytes.ResetWrittenCount();
        (json ??= new Utf8JsonWriter(bytes, StateForm<object>.Writing)).Reset(bytes);
        return json;
    }

    /// <summary>Thousands of changes at once are no reason to keep their room for good.</summary>
    public void Shrink()
    {
        if (bytes.Capacity > Kept) bytes = new ArrayBufferWriter<byte>(4096);
    }
}
