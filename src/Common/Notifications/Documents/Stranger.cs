namespace Athena.Common.Notifications.Documents;

/// <summary>
/// A text that somebody outside chose: a name, a login, an address, a title. Put into a <see cref="Phrase"/> as such, it is shown and
/// never acts.
/// </summary>
/// <param name="Text">The text as it came.</param>
/// <param name="MaxLength">Text elements shown at most.</param>
public readonly record struct Stranger(string? Text, int MaxLength = 40);
