using System.Text.Json;

namespace Athena.Common.Tests.Notify;

/// <summary>A mail as Python's parser understood it: a reader that shares no line with our writer.</summary>
internal sealed class MailReading(JsonElement found)
{
    public JsonElement Body => found.GetProperty("body");

    /// <summary>Every part that is not a multipart, in order.</summary>
    public List<JsonElement> Leaves => [.. LeavesOf(Body)];

    /// <summary>What the parser found wrong anywhere.</summary>
    public List<string> Defects => [.. DefectsOf(Body)];

    public (string Name, string Address) From => (found.GetProperty("from")[0].GetString()!, found.GetProperty("from")[1].GetString()!);

    public string[] To => [.. found.GetProperty("to").EnumerateArray().Select(address => address.GetString()!)];

    /// <summary>Ends the test, and says why, where there is no Python.</summary>
    public static void Need() => Tool.Need("python3");

    public static MailReading Of(string file)
    {
        string script = Path.Combine(Some.RepositoryRoot(), "tests", "interop", "read_mail.py");
        return new MailReading(JsonDocument.Parse(Tool.Run("python3", script, file)).RootElement);
    }

    public static MailReading Of(byte[] mail)
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, mail);
            return Of(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>A header's decoded text; null when absent.</summary>
    public string? Header(string name) =>
        found.GetProperty("headers").TryGetProperty(name.ToLowerInvariant(), out JsonElement value) ? value.GetString() : null;

    public string TreeOfTypes() => Tree(Body);

    private static string Tree(JsonElement part)
    {
        string type = part.GetProperty("type").GetString()!;
        return part.TryGetProperty("parts", out JsonElement parts)
            ? $"{type}({string.Join(", ", parts.EnumerateArray().Select(Tree))})"
            : type;
    }

    private static IEnumerable<JsonElement> LeavesOf(JsonElement part) =>
        part.TryGetProperty("parts", out JsonElement parts) ? parts.EnumerateArray().SelectMany(LeavesOf) : [part];

    private static IEnumerable<string> DefectsOf(JsonElement part) =>
        part.GetProperty("defects").EnumerateArray().Select(defect => defect.GetString()!)
            .Concat(part.TryGetProperty("parts", out JsonElement parts) ? parts.EnumerateArray().SelectMany(DefectsOf) : []);
}
