using System.Text;
using System.Text.Json;
using Athena.Common.Text;

namespace Athena.Common.Daemon.Control;

/// <summary>What the command line asks of the running daemon.</summary>
public sealed record ControlRequest(string Command, IReadOnlyDictionary<string, string> Arguments)
{
    public ControlRequest(string command)
        : this(command, new Dictionary<string, string>())
    {
    }
}

/// <summary>The daemon's answer.</summary>
/// <param name="ExitCode">With which the command ends.</param>
/// <param name="Text">For a person.</param>
/// <param name="Json">The same for <c>--output json</c>, one JSON value; null when the text says it all.</param>
/// <param name="Next">After which one the next part begins, where the whole would be too long for one answer; null when this is all, or the
/// end.</param>
public sealed record ControlReply(int ExitCode, string Text, string? Json = null, string? Next = null)
{
    /// <summary>
    /// The same with nothing in it that a terminal would obey or that a person could not see. JSON keeps its meaning: all but plain signs
    /// are written as <c>\u202E</c>.
    /// </summary>
    internal ControlReply ToVisible() => this with
    {
        Text = string.Join('\n', Text.Split('\n').Select(VisibleText.Escape)),
        Json = Json is null ? null : Written(json =>
        {
            using var document = JsonDocument.Parse(Json);
            document.RootElement.WriteTo(json);
        }),
    };

    /// <summary>For an answer that has no JSON of its own.</summary>
    internal string TextAsJson() => Written(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("exitCode", ExitCode);
        json.WriteString("text", Text);
        json.WriteEndObject();
    });

    private static string Written(Action<Utf8JsonWriter> content)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream)) content(json);
        return JsonText.Readable(Encoding.UTF8.GetString(stream.ToArray()));
    }
}

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
