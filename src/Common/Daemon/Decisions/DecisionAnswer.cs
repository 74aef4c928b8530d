using System.Text.Json.Serialization;

namespace Athena.Common.Daemon.Decisions;

/// <summary>What became of a decision.</summary>
/// <param name="Outcome">What happened.</param>
/// <param name="Title">The heading.</param>
/// <param name="Text">A sentence or two: what is so now, and what can be done.</param>
public sealed record DecisionAnswer(DecisionOutcome Outcome, string Title, string Text)
{
    /// <summary>Token of a link that takes it back, for ten minutes; null where nothing can be taken back.</summary>
    public string? Undo { get; init; }

    /// <summary>When it was decided, by the daemon's clock; null where nothing was.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>To be shown again, with <see cref="Text"/> above it; null where nothing can be decided any more.</summary>
    public DecisionPage? Page { get; init; }
}

/// <summary>What became of a decision.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DecisionOutcome>))]
public enum DecisionOutcome
{
    /// <summary>It is so in Grafana.</summary>
    Done,

    /// <summary>It is written down and will be done; Grafana did not answer yet.</summary>
    Noted,

    /// <summary>Somebody was first; the text says who, and what they decided.</summary>
    DecidedBefore,

    /// <summary>Something is missing or wrong, as a PIN is; the page can be shown again.</summary>
    Refused,

    /// <summary>The link is not open.</summary>
    Closed,
}

/// <summary>Both, as they go over the socket.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DecisionPage))]
[JsonSerializable(typeof(DecisionAnswer))]
internal sealed partial class DecisionJson : JsonSerializerContext;
