using System.Text.Json;
using System.Text.Json.Nodes;
using Athena.Common.Files;

namespace Athena.Common.State.Persons;

/// <summary>A folder with a file of JSON for each thing.</summary>
/// <param name="name">Of the shelf.</param>
/// <param name="folder">Need not exist.</param>
/// <param name="fields">Where in a file what people typed stands.</param>
public sealed class FolderShelf(string name, string folder, PersonFields fields) : IPersonShelf
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public IEnumerable<PersonTrace> Traces() => Files().SelectMany(file => PersonJson.Traces(file.Content));

    /// <inheritdoc/>
    public JsonArray Show(PersonIdentity who) => new(
    [
        .. Files().Select(file => (file.Path, Kept: PersonJson.Show(file.Content, who, fields))).Where(file => file.Kept.Count > 0)
            .Select(file => new JsonObject { ["file"] = Path.GetFileName(file.Path), ["kept"] = file.Kept }),
    ]);

    /// <inheritdoc/>
    public int TakeOut(PersonIdentity who)
    {
        var changed = 0;
        foreach (var (path, content) in Files())
        {
            if (PersonJson.Erase(content, who, fields) == 0) continue;
            PrivateFile.Replace(path, PersonJson.Write(content));
            changed++;
        }

        return changed;
    }

    /// <summary>What is damaged names nobody that could be found.</summary>
    private IEnumerable<(string Path, JsonNode Content)> Files()
    {
        if (!Directory.Exists(folder)) yield break;
        foreach (var path in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal).ToList())
            if (Parsed(path) is { } content) yield return (path, content);
    }

    private static JsonNode? Parsed(string path)
    {
        try
        {
            LibC.DemandOrdinary(path);
            return JsonNode.Parse(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException)
        {
            return null;
        }
    }
}
