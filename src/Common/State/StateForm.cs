using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Athena.Common.State;

/// <summary>How a state is written and read. One for each store, because it remembers what has been written.</summary>
/// <param name="type">Source-generated description of <typeparamref name="T"/>.</param>
/// <param name="format">
/// The version of <typeparamref name="T"/>: raised when older programs could not read it any more. Older formats are read as they are.
/// </param>
public class StateForm<T>(JsonTypeInfo<T> type, int format)
    where T : class
{
    /// <summary>Files for this program alone: signs are written as they are, so that nobody's choice of letters makes them long.</summary>
    internal static readonly JsonWriterOptions Writing = new()
    {
        SkipValidation = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public int Format => format;

    /// <summary>Whether what has changed can be written without the rest.</summary>
    public virtual bool HasParts => false;

    /// <summary>Source-generated description of <typeparamref name="T"/>.</summary>
    protected JsonTypeInfo<T> Type => type;

    /// <summary>Writes all of it, and what it has written so far to where that goes from time to time.</summary>
    public virtual void Write(T state, Utf8JsonWriter json) => JsonSerializer.Serialize(json, state, type);

    /// <summary>Reads it while it comes; null when it is none.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public virtual T? Read(Stream json) => JsonSerializer.Deserialize(json, type);

    /// <summary>Writes what has changed since <see cref="Settle"/>; false when nothing has.</summary>
    public virtual bool WriteChange(T state, Utf8JsonWriter json) => throw new NotSupportedException();

    /// <summary>Whether the last change was cut short, because much has changed: the rest is another one.</summary>
    public virtual bool HasMoreToWrite => false;

    /// <summary>
    /// Brings a state that was read up to what was written by <see cref="WriteChange"/> later. In order, and as often as one likes.
    /// </summary>
    /// <exception cref="JsonException">It is no change of such a state.</exception>
    public virtual void Apply(T state, ReadOnlySpan<byte> change) => throw new NotSupportedException();

    /// <summary>All that was written last is on disk, or has just been read from there.</summary>
    public virtual void Settle(T state)
    {
    }
}
