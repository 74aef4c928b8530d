using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Athena.Common.State.Persons;

/// <summary>A daemon's state.</summary>
/// <param name="store">A store of its own: the state is read anew each time, also beside the running daemon.</param>
/// <param name="type">Source-generated description of <typeparamref name="T"/>.</param>
/// <param name="fields">Where in it what people typed stands.</param>
public class StateShelf<T>(IStateStore<T> store, JsonTypeInfo<T> type, PersonFields fields) : IPersonShelf
    where T : class
{
    /// <inheritdoc/>
    public virtual string Name => "state";

    /// <inheritdoc/>
    public IEnumerable<PersonTrace> Traces() => PersonJson.Traces(Json());

    /// <inheritdoc/>
    public JsonArray Show(PersonIdentity who) => Json() is { } json ? PersonJson.Show(json, who, fields) : [];

    /// <inheritdoc/>
    public int TakeOut(PersonIdentity who)
    {
        if (Read() is not { } state) return 0;
        var before = Change(state, who);
        var json = JsonSerializer.SerializeToNode(state, type)!;
        var changed = before + PersonJson.Erase(json, who, fields);

        // Twice, also where nothing was found: the copy of before holds what a save that was cut off had taken out.
        var erased = changed == before ? state : json.Deserialize(type)!;
        for (var i = 0; i < 2; i++)
            if (!store.TryCompact(erased, out var problem)) throw new IOException(problem);
        return changed;
    }

    /// <inheritdoc/>
    public virtual string? Obstacle(PersonIdentity who) => null;

    /// <inheritdoc/>
    public virtual string? Remark(PersonIdentity who) => null;

    /// <summary>What goes whole; how many parts did.</summary>
    protected virtual int Change(T state, PersonIdentity who) => 0;

    /// <summary>Null where there is none.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    protected T? Read() => store.Load() switch
    {
        StateLoad<T>.Loaded loaded => loaded.Value,
        StateLoad<T>.LoadedPrevious previous => previous.Value,
        StateLoad<T>.Unreadable unreadable => throw new IOException(unreadable.Why),
        _ => null,
    };

    private JsonNode? Json() => Read() is { } state ? JsonSerializer.SerializeToNode(state, type) : null;
}
