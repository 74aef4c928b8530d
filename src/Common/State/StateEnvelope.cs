using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Athena.Common.State;

/// <summary>
/// The form of a state file: <c>{"format":1,"sha256":"…","state":{…}}</c>, JSON that <c>jq</c> reads, with the hash of the bytes of the
/// state itself. Pure.
/// </summary>
internal static class StateEnvelope
{
    private const int HashLength = 64;

    /// <summary>Writes the envelope into one buffer: the state is serialised in place and its hash put in afterwards.</summary>
    public static void Write<T>(ArrayBufferWriter<byte> buffer, T state, int format, JsonTypeInfo<T> type)
    {
        buffer.Write(Encoding.ASCII.GetBytes($"{{\"format\":{format},\"sha256\":\""));
        var hashAt = buffer.WrittenCount;
        buffer.GetSpan(HashLength)[..HashLength].Fill((byte)'0');
        buffer.Advance(HashLength);
        buffer.Write("\",\"state\":"u8);
        var stateAt = buffer.WrittenCount;
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
            JsonSerializer.Serialize(json, state, type);

        var whole = System.Runtime.InteropServices.MemoryMarshal.AsMemory(buffer.WrittenMemory).Span;
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(whole[stateAt..])), whole[hashAt..]);
        buffer.Write("}\n"u8);
    }

    /// <summary>The state, or null with a reason. <paramref name="isNewer"/>: whole, but written by a later version.</summary>
    public static T? Read<T>(ReadOnlySpan<byte> file, int format, JsonTypeInfo<T> type, out string reason, out bool isNewer)
        where T : class
    {
        isNewer = false;
        reason = "it is empty";
        if (file.IsEmpty)
            return null;

        try
        {
            var json = new Utf8JsonReader(file);
            int? found = null;
            string? hash = null;
            ReadOnlySpan<byte> payload = default;
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var name = json.GetString();
                json.Read();
                var start = (int)json.TokenStartIndex;
                if (name == "format")
                    found = json.GetInt32();
                else if (name == "sha256")
                    hash = json.GetString();
                json.Skip();
                if (name == "state")
                    payload = file[start..(int)json.BytesConsumed];
            }

            if (found is null || hash is null || payload.IsEmpty)
                reason = "it is not a state file";
            else if (!hash.Equals(Convert.ToHexStringLower(SHA256.HashData(payload)), StringComparison.Ordinal))
                reason = "its content does not fit its checksum";
            else if (found > format)
            {
                isNewer = true;
                reason = $"it has format {found}, this version knows formats up to {format}";
            }
            else if (JsonSerializer.Deserialize(payload, type) is { } state)
            {
                reason = "";
                return state;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or NotSupportedException)
        {
            reason = $"it is cut off or damaged ({e.Message})";
        }

        return null;
    }
}
