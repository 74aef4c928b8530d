using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Athena.Common.State;

/// <summary>
/// A state that is one long list, and some smaller things beside. Of the list what has changed is written item by item; of the rest,
/// property by property, whatever reads differently than it did. Many thousand items cost a change of one of them nothing.
/// </summary>
/// <param name="type">Source-generated description of <typeparamref name="T"/>; every property can be set.</param>
/// <param name="items">The list's name in JSON.</param>
/// <param name="itemType">Source-generated description of <typeparamref name="TItem"/>.</param>
/// <param name="list">The list of a state.</param>
/// <param name="format">As for <see cref="StateForm{T}"/>.</param>
public sealed class ItemsForm<T, TItem>(
    JsonTypeInfo<T> type, string items, JsonTypeInfo<TItem> itemType, Func<T, List<TItem>> list, int format)
    : StateForm<T>(type, format)
    where T : class
    where TItem : StateItem
{
    private const int FlushAt = 64 * 1024;

    /// <summary>Of a change; more are several, so that none needs much memory.</summary>
    private const int MostItems = 500;

    private readonly ArrayBufferWriter<byte> buffer = new();
    private readonly HashSet<long> written = [];
    private readonly Dictionary<string, byte[]> settled = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> unsettled = new(StringComparer.Ordinal);
    private readonly List<long> gone = [];
    private readonly List<TItem> writing = [];
    private bool isWhole;
    private Dictionary<long, int>? places;
    private long last;
    private long lastWritten;

    /// <inheritdoc/>
    public override bool HasParts => true;

    /// <inheritdoc/>
    public override bool HasMoreToWrite => writing.Count == MostItems;

    private string Gone => items + "Gone";

    /// <inheritdoc/>
    public override void Write(T state, Utf8JsonWriter json)
    {
        Begin(state);
        isWhole = true;
        json.WriteStartObject();
        foreach (var property in Type.Properties)
        {
            if (property.Name == items)
            {
                WriteAll(state, json);
                continue;
            }

            unsettled[property.Name] = Digest(property, state);
            if (buffer.WrittenCount > 0) WritePart(property, json);
        }

        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override T? Read(Stream json)
    {
        settled.Clear();
        written.Clear();
        var state = base.Read(json);
        if (state is not null) Begin(state);
        isWhole = true;
        return state;
    }

    /// <inheritdoc/>
    public override bool WriteChange(T state, Utf8JsonWriter json)
    {
        Begin(state);
        json.WriteStartObject();
        var isChange = WriteItems(state, json) | WriteGone(state, json);
        foreach (var property in Type.Properties.Where(property => property.Name != items))
        {
            var digest = Digest(property, state);
            if (settled.TryGetValue(property.Name, out var before) && digest.AsSpan().SequenceEqual(before)) continue;
            unsettled[property.Name] = digest;
            WritePart(property, json);
            isChange = true;
        }

        json.WriteEndObject();
        return isChange;
    }

    /// <inheritdoc/>
    public override void Apply(T state, ReadOnlySpan<byte> change)
    {
        var json = new Utf8JsonReader(change);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString();
            json.Read();
            if (name == items) Put(state, ref json);
            else if (name == Gone) Remove(state, ref json);
            else if (Type.Properties.FirstOrDefault(property => property.Name == name) is { Set: { } set } property)
                set(state, JsonSerializer.Deserialize(ref json, Type.Options.GetTypeInfo(property.PropertyType)));
            else json.Skip();
        }
    }

    /// <inheritdoc/>
    public override void Settle(T state)
    {
        places = null;
        foreach (var item in isWhole ? list(state) : writing)
        {
            if (!item.IsChanged) continue;
            item.Settle();
            written.Add(item.Number);
            lastWritten = Math.Max(lastWritten, item.Number);
        }

        writing.Clear();
        isWhole = false;
        written.ExceptWith(gone);
        gone.Clear();
        foreach (var property in Type.Properties)
        {
            if (unsettled.Remove(property.Name, out var digest)) settled[property.Name] = digest;
            else if (property.Name != items && !settled.ContainsKey(property.Name)) settled[property.Name] = Digest(property, state);
        }
    }

    /// <summary>Gives a number to each that has none, so that it is never taken for another.</summary>
    private void Begin(T state)
    {
        unsettled.Clear();
        gone.Clear();
        writing.Clear();
        isWhole = false;
        places = null;
        var all = list(state);
        foreach (var item in all) last = Math.Max(last, item.Number);
        foreach (var item in all)
            if (item.Number == 0) item.Number = ++last;
    }

    private void WriteAll(T state, Utf8JsonWriter json)
    {
        json.WriteStartArray(items);
        foreach (var item in list(state))
        {
            JsonSerializer.Serialize(json, item, itemType);
            if (json.BytesPending >= FlushAt) json.Flush();
        }

        json.WriteEndArray();
    }

    private bool WriteItems(T state, Utf8JsonWriter json)
    {
        writing.AddRange(list(state).Where(item => item.IsChanged).Take(MostItems));
        if (writing.Count == 0) return false;
        json.WriteStartArray(items);
        foreach (var item in writing) JsonSerializer.Serialize(json, item, itemType);
        json.WriteEndArray();
        return true;
    }

    private bool WriteGone(T state, Utf8JsonWriter json)
    {
        var all = list(state);
        if (all.Count(item => item.Number <= lastWritten) == written.Count) return false;
        gone.AddRange(written.Except(all.Select(item => item.Number)));
        json.WriteStartArray(Gone);
        foreach (var number in gone) json.WriteNumberValue(number);
        json.WriteEndArray();
        return true;
    }

    private void WritePart(JsonPropertyInfo property, Utf8JsonWriter json)
    {
        json.WritePropertyName(property.Name);
        if (buffer.WrittenCount == 0) json.WriteNullValue();
        else json.WriteRawValue(buffer.WrittenSpan, skipInputValidation: true);
    }

    /// <summary>Of what the property reads like, which is in the buffer then; nothing is for null.</summary>
    private byte[] Digest(JsonPropertyInfo property, T state)
    {
        buffer.ResetWrittenCount();
        if (property.Get?.Invoke(state) is { } value)
        {
            using var json = new Utf8JsonWriter(buffer, Writing);
            JsonSerializer.Serialize(json, value, Type.Options.GetTypeInfo(property.PropertyType));
        }

        return SHA256.HashData(buffer.WrittenSpan);
    }

    private void Put(T state, ref Utf8JsonReader json)
    {
        var all = list(state);
        places ??= Places(all);
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            var item = JsonSerializer.Deserialize(ref json, itemType) ?? throw new JsonException();
            if (places.TryGetValue(item.Number, out var place))
            {
                all[place] = item;
            }
            else
            {
                places[item.Number] = all.Count;
                all.Add(item);
            }
        }
    }

    private void Remove(T state, ref Utf8JsonReader json)
    {
        var numbers = new HashSet<long>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray) numbers.Add(json.GetInt64());
        list(state).RemoveAll(item => numbers.Contains(item.Number));
        places = null;
    }

    private static Dictionary<long, int> Places(List<TItem> all)
    {
        var places = new Dictionary<long, int>(all.Count);
        for (var at = 0; at < all.Count; at++) places[all[at].Number] = at;
        return places;
    }
}
