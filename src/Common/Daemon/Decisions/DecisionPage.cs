using System.Text.Json.Serialization;

namespace Athena.Common.Daemon.Decisions;

/// <summary>What is shown to whoever opens a link. All texts are cut and visible; HTML they are not.</summary>
/// <param name="Status">Whether anything can be decided.</param>
/// <param name="Title">The heading, with the name of whom it is about; of a link that is not open one that tells nothing.</param>
public sealed record DecisionPage(DecisionStatus Status, string Title)
{
    /// <summary>The link of a token that is unknown, used, too old or void: all the same, whatever the reason.</summary>
    public static DecisionPage Closed { get; } = new(DecisionStatus.Closed, "This link is not valid any more")
    {
        Lead = "It was used, is too old, or the account has been decided about. Open the account in Grafana, or wait for the next mail.",
    };

    /// <summary>The heading where the daemon does not answer.</summary>
    public const string SilentTitle = "This cannot be shown right now";

    /// <summary>What the link does; null where it is not open.</summary>
    public DecisionChoice? Choice { get; init; }

    /// <summary>A sentence or two below the heading.</summary>
    public string Lead { get; init; } = "";

    /// <summary>What must not be overlooked, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Names and values.</summary>
    public IReadOnlyList<DecisionFact> Facts { get; init; } = [];

    /// <summary>What must come with the decision.</summary>
    public DecisionProof Proof { get; init; }

    /// <summary>Who it is, as the proxy's word was verified: an address; null without.</summary>
    public string? Identity { get; init; }

    /// <summary>Proves that a decision comes from this page. Valid for some minutes, for this link alone.</summary>
    public string Form { get; init; } = "";

    /// <summary>Whose Grafana this is.</summary>
    public string Site { get; init; } = "";

    /// <summary>In whose name it is shown.</summary>
    public string Brand { get; init; } = "";

    /// <summary>The brand's colour, <c>#1f4e79</c>.</summary>
    public string Colour { get; init; } = "";
}

/// <param name="Name">Short.</param>
/// <param name="Value">One line.</param>
public sealed record DecisionFact(string Name, string Value);

/// <summary>Whether a link is open.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DecisionStatus>))]
public enum DecisionStatus
{
    /// <summary>It can be decided.</summary>
    Open,

    /// <summary>It cannot, and why is told to nobody.</summary>
    Closed,
}

/// <summary>What a link does.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DecisionChoice>))]
public enum DecisionChoice
{
    /// <summary>The account is enabled.</summary>
    Approve,

    /// <summary>It stays locked, and nobody is asked again.</summary>
    Reject,

    /// <summary>The decision is taken back; the account is locked and waits.</summary>
    Undo,
}

/// <summary>What must come with a decision, beside the link and the page.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DecisionProof>))]
public enum DecisionProof
{
    /// <summary>Nothing, or it is there already: the proxy's word was verified.</summary>
    None,

    /// <summary>The PIN of the person to whom the mail went.</summary>
    Pin,

    /// <summary>The proxy's word, which is missing or not about the person to whom the mail went: the page can only say so.</summary>
    Identity,
}
