namespace Athena.Common.Notify.Documents;

/// <summary>One block of a mail, from top to bottom.</summary>
public abstract record MailBlock
{
    private MailBlock()
    {
    }

    /// <summary>The first sentence: what happened and whether anything has to be done.</summary>
    /// <param name="Unnamed">The same without anybody's name, for a chat; null where none is in it.</param>
    public sealed record Lead(Phrase Words, Phrase? Unnamed = null) : MailBlock;

    /// <summary>Something that must not be overlooked, whatever else the mail says, over its whole width.</summary>
    public sealed record Banner(Phrase Words, Tone Tone = Tone.Warning) : MailBlock;

    /// <summary>A paragraph.</summary>
    public sealed record Paragraph(Phrase Words) : MailBlock;

    /// <summary>A heading over what follows.</summary>
    public sealed record Heading(string Words) : MailBlock;

    /// <summary>Names and values below each other.</summary>
    public sealed record Facts(IReadOnlyList<(string Name, Phrase Value)> Rows) : MailBlock;

    /// <summary>A table with a heading row.</summary>
    public sealed record Table(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<Phrase>> Rows) : MailBlock;

    /// <summary>
    /// A span of time in equal cells, made of table cells: no image. What the colours say is said in <paramref name="Words"/>, too.
    /// </summary>
    /// <param name="Words">Below the strip: when something happened.</param>
    /// <param name="From">The time at its left end.</param>
    /// <param name="To">The time at its right end.</param>
    public sealed record Strip(IReadOnlyList<StripMark> Cells, string From, string To, Phrase Words) : MailBlock;

    /// <summary>Rows and columns of small cells that each hold one sign, so that weeks of hours can be overlooked.</summary>
    /// <param name="Legend">The marks that need a word, below the grid; empty when another grid explains them.</param>
    public sealed record Grid(IReadOnlyList<string> Columns, IReadOnlyList<GridRow> Rows, IReadOnlyList<GridMark> Legend) : MailBlock;

    /// <summary>
    /// What can be done, side by side, the likeliest first. In the plain part each address stands once, on a line of its own.
    /// </summary>
    public sealed record Buttons(params IReadOnlyList<MailButton> All) : MailBlock;

    /// <summary>A command to copy, with what it does.</summary>
    public sealed record Command(string What, string Line) : MailBlock;
}
