using System.Text.Json;

namespace Athena.Common.Daemon.Control;

/// <summary>The wire format of the control socket: one JSON object on a line, each way. Pure.</summary>
internal static class ControlMessage
{
    public static byte[] Write(ControlRequest request) => WriteLine(json =>
    {
        json.WriteString("command", request.Command);
        json.WriteStartObject("arguments");
        foreach (var (name, value) in request.Arguments)
            json.WriteString(name, value);
        json.WriteEndObject();
    });

    public static byte[] Write(ControlReply reply) => WriteLine(json =>
    {
        json.WriteNumber("exitCode", reply.ExitCode);
        json.WriteString("text", reply.Text);
        if (reply.Next is not null) json.WriteString("next", reply.Next);
        if (reply.Json is not null)
        {
            // Parsed and written again: line ends in it would break the line.
            using var document = JsonDocument.Parse(reply.Json);
            json.WritePropertyName("json");
            document.RootElement.WriteTo(json);
        }
    });

    /// <summary>Null when it is no request.</summary>
    public static ControlRequest? ReadRequest(ReadOnlySpan<byte> line) => Read(line, root => new ControlRequest(
        root.GetProperty("command").GetString() ?? throw new FormatException(),
        root.TryGetProperty("arguments", out var arguments)
            ? arguments.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString() ?? throw new FormatException())
            : []));

    /// <summary>Null when it is no reply.</summary>
    public static ControlReply? ReadReply(ReadOnlySpan<byte> line) => Read(line, root => new ControlReply(
        root.GetProperty("exitCode").GetInt32(),
        root.GetProperty("text").GetString() ?? "",
        root.TryGetProperty("json", out var json) ? json.GetRawText() : null,
        root.TryGetProperty("next", out var next) ? next.GetString() : null));

    private static byte[] WriteLine(Action<Utf8JsonWriter> content)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    private static T? Read<T>(ReadOnlySpan<byte> line, Func<JsonElement, T> read)
        where T : class
    {
        try
        {
            var json = new Utf8JsonReader(line);
            using var document = JsonDocument.ParseValue(ref json);
            return read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException
            or ArgumentException)
        {
            return null;
        }
    }
}
