using System.Text.RegularExpressions;

namespace Athena.Sandbox.SingleSignOn;

/// <summary>
/// What a provider tells Grafana of somebody who signed in there. Nothing in it is proof of anything but <see cref="Subject"/>.
/// </summary>
/// <param name="Subject">the provider's own id of this person: by it alone Grafana knows them again</param>
public sealed partial record ProviderPerson(string Subject, string Login, string Email, string Name)
{
    /// <summary>The person whom the recorded provider made of a plain word: <c>kagiso</c> is kagiso@idp.example.org.</summary>
    public static ProviderPerson Of(string word) =>
        new($"id-{word}", word, $"{word}@idp.example.org", char.ToUpperInvariant(word[0]) + word[1..]);

    internal static bool IsPlainWord(string text) => PlainWord().IsMatch(text);

    [GeneratedRegex("^[a-z][a-z0-9.-]{0,60}$")]
    private static partial Regex PlainWord();
}
