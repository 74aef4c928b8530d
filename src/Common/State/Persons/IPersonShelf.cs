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

/// <summary>What one record says of whom it is about; null for what it does not say.</summary>
/// <param name="Uid">Grafana's uid.</param>
/// <param name="Id">Grafana's number, which a restored database may give to somebody else.</param>
/// <param name="Login">As it was when the record was written.</param>
/// <param name="Email">Likewise.</param>
/// <param name="Name">Likewise; many people may have the same.</param>
public sealed record PersonTrace(string? Uid, long? Id, string? Login = null, string? Email = null, string? Name = null)
{
    /// <summary>The account that a reference as in the audit names: its uid, or <c>id:17</c>.</summary>
    public static PersonTrace OfReference(string reference) =>
        reference.StartsWith("id:", StringComparison.Ordinal) && long.TryParse(reference.AsSpan(3), out var id)
            ? new PersonTrace(null, id)
            : new PersonTrace(reference, null);
}

/// <summary>Where in some JSON of ours what people typed may stand. Everything else is ours, and is never touched.</summary>
/// <param name="Texts">Members that are sentences, or somebody's login or address: what names the person is taken out of them.</param>
/// <param name="Dropped">Members that go whole where they are about the person.</param>
/// <param name="Blank">What stands in the place of login, e-mail and name.</param>
public sealed record PersonFields(IReadOnlySet<string> Texts, IReadOnlySet<string> Dropped, string Blank)
{
    public static PersonFields Of(string blank, string[] texts, params string[] dropped) =>
        new(texts.ToHashSet(StringComparer.Ordinal), dropped.ToHashSet(StringComparer.Ordinal), blank);
}
