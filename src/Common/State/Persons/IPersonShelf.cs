using System.Text.Json.Nodes;

namespace Athena.Common.State.Persons;

/// <summary>A place in a state directory in which a daemon keeps something about people.</summary>
public interface IPersonShelf
{
    /// <summary>In a word, for people: <c>state</c>, <c>audit</c>.</summary>
    string Name { get; }

    /// <summary>Everybody it tells of. Changes nothing; safe beside the running daemon.</summary>
    IEnumerable<PersonTrace> Traces();

    /// <summary>What it keeps of them, a record each. Likewise.</summary>
    JsonArray Show(PersonIdentity who);

    /// <summary>Takes out of it what names them; a second time it finds nothing. The caller holds the lock.</summary>
    /// <returns>How many records are others now.</returns>
    /// <exception cref="IOException">The disk refuses: what was done is done, and the rest is done by the next attempt.</exception>
    int TakeOut(PersonIdentity who);

    /// <summary>Why nothing of them may be erased yet, as a sentence that says what to do; null when nothing speaks against it.</summary>
    string? Obstacle(PersonIdentity who) => null;

    /// <summary>What is to be known of them besides; null for nothing.</summary>
    string? Remark(PersonIdentity who) => null;
}
