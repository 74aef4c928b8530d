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
