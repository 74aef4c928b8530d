namespace Athena.Common.Notify.Documents;

/// <summary>What a mail says, apart from how it looks: rendered to a plain and to an HTML part that tell the same.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Tone">How it feels at first sight.</param>
/// <param name="Label">The same in a word or three, in capitals: <c>ACTION NEEDED</c>.</param>
/// <param name="Blocks">From top to bottom.</param>
/// <param name="SmallPrint">The last line: who wrote this and why you got it.</param>
public sealed record MailDocument(string Title, Tone Tone, string Label, IReadOnlyList<MailBlock> Blocks, string SmallPrint)
{
    /// <summary>The heading with somebody's name in it; null where the title says all. A chat gets the title.</summary>
    public Phrase? Headline { get; init; }

    /// <summary>An example or a trial: each page says so when it is printed.</summary>
    public bool IsTest { get; init; }

    /// <summary>What no invented mail lacks.</summary>
    public const string TestMark = "TEST: invented data, not a report";

    /// <summary>
    /// The same about invented people, to see how a mail comes out: so that it cannot be taken for a real one, forwarded, printed or cut to
    /// a part of it.
    /// </summary>
    public MailDocument AsTest() => this with
    {
        Title = "TEST: " + Title,
        Headline = Headline is null ? null : Phrase.Format($"TEST: {Headline}"),
        Tone = Tone.Warning,
        Label = TestMark,
        IsTest = true,
        Blocks =
        [
            new MailBlock.Banner(Phrase.Of(TestMark)),
            .. Blocks.Select(block => block is MailBlock.Heading heading ? new MailBlock.Heading($"TEST · {heading.Words}") : block),
        ],
        SmallPrint = "Made to try out the settings. Nothing in it was seen in any log, nobody in it exists, and it is kept nowhere.",
    };

    /// <summary>The plain part, lines ended by <c>\n</c>.</summary>
    public string ToText(Brand brand) => PlainRenderer.Render(this, brand);

    /// <summary>The HTML part, complete; where the brand has a logo it shows that as <c>cid:logo</c>.</summary>
    public string ToHtml(Brand brand) => HtmlRenderer.Render(this, brand);
}
