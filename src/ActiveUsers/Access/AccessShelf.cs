using System.Text.Json.Nodes;
using Athena.Common.State.Persons;
using Athena.Common.Time;

namespace Athena.ActiveUsers.Access;

/// <summary>What is kept of who did what. A row that is theirs, or in which a path names them, goes; its hash stays.</summary>
internal sealed class AccessShelf(AccessBook book) : IPersonShelf
{
    /// <inheritdoc/>
    public string Name => "access";

    /// <inheritdoc/>
    public IEnumerable<PersonTrace> Traces() => All().SelectMany(window => window.Rows).Where(row => row.Kind != AccessKind.Address)
        .Select(TraceOf).Distinct();

    /// <inheritdoc/>
    public JsonArray Show(PersonIdentity who) => new(
    [
        .. All().SelectMany(window => window.Entries.Where(entry => IsAbout(entry, who)).Select(entry => new JsonObject
        {
            ["from"] = UtcStamp.Write(window.Window.From),
            ["to"] = UtcStamp.Write(window.Window.To),
            ["kept"] = JsonNode.Parse(entry.Raw!),
        })),
    ]);

    /// <inheritdoc/>
    public int TakeOut(PersonIdentity who) => book.Rewrite(window => window.Entries.Any(entry => IsAbout(entry, who))
        ? window with { Entries = [.. window.Entries.Select(entry => IsAbout(entry, who) ? entry.Erased() : entry)] }
        : null);

    private IEnumerable<AccessWindow> All() => book.Read(DateTimeOffset.MinValue, DateTimeOffset.MaxValue);

    private static bool IsAbout(AccessEntry entry, PersonIdentity who) => entry.Row is { } row && (row.Kind == AccessKind.Address
        ? who.IsIn(row.Login)
        : who.Owns(TraceOf(row)) || row.Changes.Exists(change => who.IsIn(change.Path)));

    private static PersonTrace TraceOf(AccessRow row) => new(null, row.Id, row.Login);
}
