using System.Text;
using System.Text.Json;
using Athena.Common.Text;

namespace Athena.Common.Daemon.Control;

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
