namespace Athena.Common.State.Persons;

/// <summary>Where in some JSON of ours what people typed may stand. Everything else is ours, and is never touched.</summary>
/// <param name="Texts">Members that are sentences, or somebody's login or address: what names the person is taken out of them.</param>
/// <param name="Dropped">Members that go whole where they are about the person.</param>
/// <param name="Blank">What stands in the place of login, e-mail and name.</param>
public sealed record PersonFields(IReadOnlySet<string> Texts, IReadOnlySet<string> Dropped, string Blank)
{
    public static PersonFields Of(string blank, string[] texts, params string[] dropped) =>
        new(texts.ToHashSet(StringComparer.Ordinal), dropped.ToHashSet(StringComparer.Ordinal), blank);
}
