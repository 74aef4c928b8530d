using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Athena.Sandbox.Contract;

/// <summary>A request to a real Grafana and its answer, as recorded.</summary>
/// <param name="As">who asked, in words: the replay finds the credentials for it</param>
/// <param name="Json">the answer where it was JSON</param>
/// <param name="Text">the answer where it was not</param>
public sealed record RecordedExchange(
    string Scene,
    string As,
    string Method,
    string Path,
    int Status,
    JsonElement? Body,
    JsonElement? Json,
    string? Text,
    string? Location,
    string? ContentType,
    Dictionary<string, string>? Headers)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);
    private static readonly ConcurrentDictionary<string, IReadOnlyList<RecordedExchange>> Loaded = new(StringComparer.Ordinal);

    /// <summary>Name of the recording and the number in it, from 0.</summary>
    [JsonIgnore]
    public string Recording { get; init; } = "";

    [JsonIgnore]
    public int Number { get; init; }

    /// <summary>All exchanges of a recording that this program carries with it.</summary>
    public static IReadOnlyList<RecordedExchange> Load(string recording) => Loaded.GetOrAdd(recording, Read);

    private static List<RecordedExchange> Read(string recording)
    {
        using var stream = typeof(RecordedExchange).Assembly.GetManifestResourceStream($"contract/{recording}.jsonl")
            ?? throw new ArgumentException($"No recording \"{recording}\" in this program.", nameof(recording));
        using var reader = new StreamReader(stream);
        var exchanges = new List<RecordedExchange>();
        while (reader.ReadLine() is { } line)
            exchanges.Add(
                JsonSerializer.Deserialize<RecordedExchange>(line, Options)! with { Recording = recording, Number = exchanges.Count });

        return exchanges;
    }
}
