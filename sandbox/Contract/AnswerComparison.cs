using System.Text.Json;

namespace Athena.Sandbox.Contract;

/// <summary>Compares a recorded answer with a new one: keys and types all the way down, and the values that carry meaning. Pure.</summary>
internal static class AnswerComparison
{
    /// <summary>Values that must be equal wherever they stand in an answer that is an object.</summary>
    private static readonly HashSet<string> Meaningful =
    [
        "messageId", "statusCode", "isDisabled", "isExternal", "isExternallySynced", "isGrafanaAdmin", "authLabels", "code", "status",
        "reason", "redirectUrl",
        "database", "title", "canSave", "canEdit", "canAdmin", "canDelete", "canStar", "tokens", "kind",
    ];

    /// <summary>What differs, in words; empty when nothing does.</summary>
    /// <param name="subset">the recording kept only some of the keys</param>
    /// <param name="rename">turns a recorded text (a message, a name) into what it must be now</param>
    public static List<string> Differences(JsonElement recorded, JsonElement answer, bool subset, Func<string, string> rename)
    {
        var differences = new List<string>();
        CompareShape("", recorded, answer, subset, differences);
        if (recorded.ValueKind == JsonValueKind.Object && answer.ValueKind == JsonValueKind.Object)
            CompareValues(recorded, answer, rename, differences);
        return differences;
    }

    private static void CompareValues(JsonElement recorded, JsonElement answer, Func<string, string> rename, List<string> differences)
    {
        foreach (var property in recorded.EnumerateObject())
        {
            if (!answer.TryGetProperty(property.Name, out var now)) continue;
            if (property.NameEquals("message"))
            {
                var expected = rename(property.Value.GetString()!);
                if (now.ToString() != expected) differences.Add($"message is \"{now}\", recorded \"{expected}\"");
            }
            else if (Meaningful.Contains(property.Name) && property.Value.ValueKind is not JsonValueKind.Object
                && property.Value.GetRawText() != now.GetRawText())
            {
                differences.Add($"{property.Name} is {now.GetRawText()}, recorded {property.Value.GetRawText()}");
            }
            else if (property.Name is "meta" or "access" && now.ValueKind == JsonValueKind.Object)
            {
                CompareValues(property.Value, now, rename, differences);
            }
        }
    }

    private static void CompareShape(string path, JsonElement recorded, JsonElement answer, bool subset, List<string> differences)
    {
        if (Kind(recorded) != Kind(answer))
        {
            differences.Add($"{Name(path)} is {Kind(answer)}, recorded {Kind(recorded)}");
        }
        else if (recorded.ValueKind == JsonValueKind.Object)
        {
            var keys = answer.EnumerateObject().Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
            foreach (var property in recorded.EnumerateObject())
            {
                if (!keys.Remove(property.Name)) differences.Add($"{path}.{property.Name} is missing");
                else CompareShape($"{path}.{property.Name}", property.Value, answer.GetProperty(property.Name), subset, differences);
            }

            if (!subset) differences.AddRange(keys.Select(k => $"{path}.{k} was not in the recording"));
        }
        else if (recorded.ValueKind == JsonValueKind.Array)
        {
            CompareArrays(path, recorded, answer, subset, differences);
        }
    }

    /// <summary>The first recorded element must have its like: which element comes first depends on who else is there.</summary>
    private static void CompareArrays(string path, JsonElement recorded, JsonElement answer, bool subset, List<string> differences)
    {
        if (recorded.GetArrayLength() == 0 || answer.GetArrayLength() == 0)
        {
            if (recorded.GetArrayLength() != answer.GetArrayLength())
                differences.Add($"{Name(path)} holds {answer.GetArrayLength()}, recorded {recorded.GetArrayLength()}");
            return;
        }

        List<string>? least = null;
        foreach (var element in answer.EnumerateArray())
        {
            var own = new List<string>();
            CompareShape(path + "[]", recorded[0], element, subset, own);
            if (least is null || own.Count < least.Count) least = own;
            if (own.Count == 0) return;
        }

        differences.AddRange(least!);
    }

    private static string Name(string path) => path.Length == 0 ? "the answer" : path;

    private static string Kind(JsonElement element) =>
        element.ValueKind is JsonValueKind.True or JsonValueKind.False ? "Boolean" : element.ValueKind.ToString();
}
