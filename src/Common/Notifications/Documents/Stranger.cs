namespace Athena.Common.Notifications.Documents;

/// <summary>
/// A text that somebody outside chose: a name, a login, an address, a title. Put into a <see cref="Phrase"/> as such, it is shown and
/// never acts.
/// </summary>
/// <param name="Text">The text as it came.</param>
/// <param name="MaxLength">Text elements shown at most.</param>
public readonly record struct Stranger(string? Text, int MaxLength = 40)
{
    private const int LongestAddress = 80;

    /// <summary>
    /// True for what the reader may want to copy: one plain e-mail address is then shown as it is, without the breaks that would be copied
    /// with it. At worst it becomes a link to write to him.
    /// </summary>
    public bool MayBeCopied { get; private init; }

    /// <summary>An e-mail address, or a login, which often is one.</summary>
    public static Stranger Address(string? text) => new(text, LongestAddress) { MayBeCopied = true };
}
