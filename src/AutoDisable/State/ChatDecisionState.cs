using System.Text.Json.Serialization;
using Athena.Common.State;

namespace Athena.AutoDisable.State;

/// <summary>
/// What is kept of the messages in the chat by which somebody decides. In a folder of its own, which no backup takes: a restored memory
/// writes new ones.
/// </summary>
internal sealed class ChatDecisionState
{
    private const string Folder = "decisions-chat";

    /// <summary>What was pressed below this number has been dealt with.</summary>
    public long Offset { get; set; }

    /// <summary>Of accounts that wait, or about which something can be taken back.</summary>
    public List<DecisionCard> Cards { get; set; } = [];

    /// <summary>The message that says how many others wait; null while there is none.</summary>
    public DecisionCard? Others { get; set; }

    /// <summary>The store of it in a state directory, to be read; there need not be any.</summary>
    public static IStateStore<ChatDecisionState> In(string directory) => At(Path.Combine(directory, Folder));

    /// <summary>The same with its folder, for the daemon.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static IStateStore<ChatDecisionState> MakeIn(string directory) => At(StateDirectory.Folder(directory, Folder));

    private static FileState<ChatDecisionState> At(string folder) => new(folder, ChatDecisionJson.Default.ChatDecisionState);
}

/// <summary>A message of ours in the chat.</summary>
/// <param name="Account">The account's reference; empty in the one about all others.</param>
/// <param name="Matter">When the account's case was opened.</param>
/// <param name="Handle">Drawn at random; what its buttons send back begins with it.</param>
internal sealed record DecisionCard(string Account, DateTimeOffset Matter, string Handle)
{
    /// <summary>As the message names the account; kept as long as that can change.</summary>
    public string Who { get; init; } = "";

    /// <summary>Its number in the chat; null until it is there.</summary>
    public long? Message { get; init; }

    /// <summary>What it shows, as a hash of text and buttons; null until it is there.</summary>
    public string? Shown { get; init; }
}

/// <summary>The file's format.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ChatDecisionState))]
internal sealed partial class ChatDecisionJson : JsonSerializerContext;
