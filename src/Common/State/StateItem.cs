using System.Text.Json.Serialization;

namespace Athena.Common.State;

/// <summary>One of the many alike that a state holds; written by itself when it has changed.</summary>
public abstract class StateItem : Tracked
{
    /// <summary>Tells it from the others of its state for as long as it is there. 0 until the store has given it one.</summary>
    [JsonPropertyName("n")]
    [JsonPropertyOrder(-1)]
    public long Number
    {
        get;
        set => Set(ref field, value);
    }
}

/// <summary>
/// Something remembered that knows whether it has changed since it was last written. Every property that is written sets itself by
/// <see cref="Set{T}"/> and holds a value that cannot be changed in place.
/// </summary>
public abstract class Tracked
{
    /// <summary>True from a change until <see cref="Settle"/>; so for what is new.</summary>
    [JsonIgnore]
    public virtual bool IsChanged { get; private set; }

    /// <summary>It is on disk as it is now.</summary>
    public virtual void Settle() => IsChanged = false;

    /// <summary>Sets a property, and notes it when that makes a difference.</summary>
    protected void Set<T>(ref T field, T value)
    {
        if (EqualityComparer<T>.Default.Equals(field, value)) return;
        field = value;
        IsChanged = true;
        OnChanged();
    }

    /// <summary>A property is another than it was.</summary>
    protected virtual void OnChanged()
    {
    }
}
