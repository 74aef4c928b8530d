using System.Text.Json;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.Grafana.Api;

/// <summary>What a running Grafana 12.4 answered, by the scene it was recorded in (tests/Fixtures/grafana-api).</summary>
internal static class Recorded
{
    private static readonly Lazy<List<(string File, JsonElement Exchange)>> All = new(Load);

    /// <summary>The only recorded answer of that scene.</summary>
    public static PeerAnswer Answer(string scene, string file = "day", string? method = null)
    {
        var found = All.Value.Where(one => one.File == file && one.Exchange.GetProperty("scene").GetString() == scene
            && (method is null || one.Exchange.GetProperty("method").GetString() == method)).Select(one => one.Exchange).ToList();
        Assert.That(found, Is.Not.Empty, $"No recorded scene “{scene}” in {file}.jsonl");
        return new PeerAnswer(found[0].GetProperty("status").GetInt32(), found[0].GetProperty("json").GetRawText());
    }

    public static JsonElement Json(string scene, string file = "day") => JsonDocument.Parse(Answer(scene, file).Body).RootElement;

    private static List<(string File, JsonElement Exchange)> Load() =>
    [
        .. Directory.GetFiles(Repository.PathOf("tests/Fixtures/grafana-api"), "*.jsonl")
            .SelectMany(file =>
                File.ReadLines(file).Select(line =>
                    (Path.GetFileNameWithoutExtension(file), JsonDocument.Parse(line).RootElement.Clone()))),
    ];
}
