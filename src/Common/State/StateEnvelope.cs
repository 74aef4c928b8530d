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

    /// <summary>Whether it is a whole state file, of whatever daemon and format; otherwise why not.</summary>
    public static bool IsSound(ReadOnlySpan<byte> file, out string reason) => TryOpen(file, out _, out _, out reason);

    /// <summary>The state, or null with a reason. <paramref name="isNewer"/>: whole, but written by a later version.</summary>
    public static T? Read<T>(ReadOnlySpan<byte> file, int format, JsonTypeInfo<T> type, out string reason, out bool isNewer)
        where T : class
    {
        isNewer = false;
        if (!TryOpen(file, out var found, out var payload, out reason))
            return null;
        if (found > format)
        {
            isNewer = true;
            reason = $"it has format {found}, this version knows formats up to {format}";
            return null;
        }

        try
        {
            if (JsonSerializer.Deserialize(payload, type) is { } state)
                return state;
            reason = "it is not a state file";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or NotSupportedException)
        {
            reason = Damaged(e);
        }

        return null;
    }

    private static bool TryOpen(ReadOnlySpan<byte> file, out int format, out ReadOnlySpan<byte> state, out string reason)
    {
        format = 0;
        state = default;
        reason = "it is empty";
        if (file.IsEmpty)
            return false;

        try
        {
            var json = new Utf8JsonReader(file);
            int? found = null;
            string? hash = null;
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
                    state = file[start..(int)json.BytesConsumed];
            }

            format = found ?? 0;
            reason = found is null || hash is null || state.IsEmpty ? "it is not a state file"
                : !hash.Equals(Convert.ToHexStringLower(SHA256.HashData(state)), StringComparison.Ordinal) ? "its content does not fit its checksum"
                : "";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or NotSupportedException)
        {
            reason = Damaged(e);
        }

        return reason.Length == 0;
    }

    private static string Damaged(Exception e) => $"it is cut off or damaged ({e.Message})";
}
