using System.Text.Json.Serialization;
using Athena.Common.Daemon.Decisions;
using Athena.Common.State;

namespace Athena.AutoDisable.State;

/// <summary>
/// What is kept of links that decide and of the PINs of those who may. In a folder of its own, which no backup takes: by a restored memory
/// nobody decides.
/// </summary>
internal sealed class DecisionBookState
{
    private const string Folder = "decisions";

    public List<DecisionLink> Links { get; set; } = [];

    public List<DecisionPin> Pins { get; set; } = [];

    /// <summary>PINs that were wrong, within the last day.</summary>
    public List<PinTry> Tries { get; set; } = [];

    /// <summary>The store of it in a state directory, to be read; there need not be any.</summary>
    public static IStateStore<DecisionBookState> In(string directory) => At(Path.Combine(directory, Folder));

    /// <summary>The same with its folder, for the daemon.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static IStateStore<DecisionBookState> MakeIn(string directory) => At(StateDirectory.Folder(directory, Folder));

    private static FileState<DecisionBookState> At(string folder) => new(folder, DecisionBookJson.Default.DecisionBookState);
}

/// <summary>A link that somebody got. What it says it says to one person about one matter.</summary>
/// <param name="Hash">Of the token, SHA-256 in base64; the token itself is nowhere but in the mail.</param>
/// <param name="Choice">What it does.</param>
/// <param name="Account">The account's reference.</param>
/// <param name="Matter">Which matter of that account: when its case was opened or, to take it back, when it was decided.</param>
/// <param name="Address">Whose it is.</param>
/// <param name="Until">When it ends.</param>
internal sealed record DecisionLink(
    string Hash, DecisionChoice Choice, string Account, DateTimeOffset Matter, string Address, DateTimeOffset Until);

/// <param name="Address">Whose it is.</param>
/// <param name="Hash">As <c>$argon2id$v=19$m=…,t=…,p=…$salt$hash</c>.</param>
internal sealed record DecisionPin(string Address, string Hash);

/// <summary>A PIN that was tried and, as far as is known, wrong: it is noted before it is looked at.</summary>
internal sealed record PinTry(string Address, string Account, DateTimeOffset Matter, DateTimeOffset At);

/// <summary>The file's format.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DecisionBookState))]
internal sealed partial class DecisionBookJson : JsonSerializerContext;
