namespace Athena.Common.Notify.Documents;

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
    /// with it. At worst it becomes a link to write to them.
    /// </summary>
    public bool MayBeCopied { get; private init; }

    /// <summary>
    /// True for a sentence of ours in which something of a stranger's may stand: the <see cref="MachineWord"/>s in it are shown as they
    /// are, so that a command can be copied.
    /// </summary>
    public bool IsDetail { get; private init; }

    /// <summary>What went wrong, in our words and perhaps in those of others, and what to do about it.</summary>
    public static Stranger Detail(string? text, int maxLength = 1000) => new(text, maxLength) { IsDetail = true };

    /// <summary>An e-mail address, or a login, which often is one.</summary>
    public static Stranger Address(string? text) => new(text, LongestAddress) { MayBeCopied = true };
}
