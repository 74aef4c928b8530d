using System.Text;

namespace Athena.Common.Notify.Documents;

/// <summary>The plain part of a mail.</summary>
internal static class PlainRenderer
{
    private const int Width = 76;

    public static string Render(MailDocument document, Brand brand)
    {
        var text = new StringBuilder();
        var title = document.Headline?.Text ?? document.Title;
        text.Append(title).Append('\n').Append('=', Math.Min(PlainLines.Width(title), Width)).Append("\n\n");
        foreach (var block in document.Blocks) Append(text, block);
        text.Append("-- \n").Append(brand.Name).Append(" · ").Append(brand.Footer).Append('\n');
        if (brand.Site is { } site) text.Append(site).Append('\n');
        if (brand.SupportContact is { } contact) text.Append("Help: ").Append(contact).Append('\n');
        if (brand.SupportUrl is { } url) text.Append(url.AbsoluteUri).Append('\n');
        Wrap(text, document.SmallPrint);
        if (brand.LegalNote is { } note) Wrap(text, note);
        return text.ToString();
    }

    private static void Append(StringBuilder text, MailBlock block)
    {
        switch (block)
        {
            case MailBlock.Lead lead:
                Wrap(text, lead.Words.Text);
                break;
            case MailBlock.Banner banner:
                Wrap(text, $"*** {banner.Words.Text} ***");
                break;
            case MailBlock.Paragraph paragraph:
                Wrap(text, paragraph.Words.Text);
                break;
            case MailBlock.Heading heading:
                text.Append(heading.Words).Append('\n').Append('-', Math.Min(heading.Words.Length, Width)).Append('\n');
                return;
            case MailBlock.Facts facts:
                var name = facts.Rows.Max(row => row.Name.Length) + 2;
                foreach (var row in facts.Rows)
                    text.AppendJoin('\n', PlainLines.Wrap((row.Name + ":").PadRight(name) + row.Value.Text, Width, new string(' ', name)))
                        .Append('\n');
                break;
            case MailBlock.Table table:
                PlainTable.Append(text, table, Width);
                break;
            case MailBlock.Strip strip:
                text.Append(strip.From).Append(" [").Append(string.Concat(strip.Cells.Select(Sign))).Append("] ")
                    .Append(strip.To).Append('\n');
                Wrap(text, strip.Words.Text);
                break;
            case MailBlock.Grid grid:
                Append(text, grid);
                break;
            case MailBlock.Buttons buttons:
                foreach (var page in buttons.All.GroupBy(button => button.Target))
                    text.AppendJoin(" or ", page.Select((button, i) => i == 0 ? button.Label : Small(button.Label)))
                        .Append(":\n").Append(page.Key.AbsoluteUri).Append('\n');
                break;
            case MailBlock.Command command:
                text.Append(command.What).Append(":\n    ").Append(command.Line).Append('\n');
                break;
        }

        text.Append('\n');
    }

    private static string Small(string label) => char.ToLowerInvariant(label[0]) + label[1..];

    private static char Sign(StripMark mark) => mark switch { StripMark.Active => '#', StripMark.Unseen => '?', StripMark.Quiet => '.' };

    private static void Append(StringBuilder text, MailBlock.Grid grid)
    {
        var name = grid.Rows.Max(row => row.Name.Length) + 2;
        var heads = grid.Columns.Select(column => column.Split('–', 2)).ToList();
        var width = heads.Max(head => head.Max(part => part.Length));
        if (heads.Exists(head => head.Length > 1))
        {
            text.Append(' ', name).AppendJoin(' ', heads.Select(head => head[0].PadLeft(width))).Append('\n');
            text.Append(' ', name - 1).AppendJoin('–', heads.Select(head => head[^1].PadLeft(width)).Prepend("")).Append('\n');
        }
        else text.Append(' ', name).AppendJoin(' ', grid.Columns).Append('\n');
        foreach (var row in grid.Rows)
            text.Append(
                (row.Name.PadRight(name)
                    + string.Join(' ', row.Cells.Select(mark => (mark?.Sign ?? "").PadLeft(width)))).TrimEnd())
                        .Append('\n');
        if (grid.Legend.Count > 0)
            text.Append('\n');
        foreach (var mark in grid.Legend)
            text.Append(mark.Sign.PadRight(3)).Append(mark.Words).Append('\n');
    }

    private static void Wrap(StringBuilder text, string paragraph) => text.AppendJoin('\n', PlainLines.Wrap(paragraph, Width)).Append('\n');
}
