using System.Text;

namespace Athena.Common.Notifications.Documents;

/// <summary>The plain part of a mail.</summary>
internal static class PlainRenderer
{
    private const int Width = 76;

    public static string Render(MailDocument document, Brand brand)
    {
        var text = new StringBuilder();
        text.Append(document.Title).Append('\n').Append('=', Math.Min(document.Title.Length, Width)).Append("\n\n");
        foreach (var block in document.Blocks) Append(text, block);
        text.Append("-- \n").Append(brand.Name).Append(" · ").Append(brand.Footer).Append('\n');
        if (brand.SupportContact is { } contact) text.Append("Help: ").Append(contact).Append('\n');
        if (brand.SupportUrl is { } url) text.Append(url.AbsoluteUri).Append('\n');
        text.Append(document.SmallPrint).Append('\n');
        return text.ToString();
    }

    private static void Append(StringBuilder text, MailBlock block)
    {
        switch (block)
        {
            case MailBlock.Lead lead:
                Wrap(text, lead.Words.Text);
                break;
            case MailBlock.Paragraph paragraph:
                Wrap(text, paragraph.Words.Text);
                break;
            case MailBlock.Heading heading:
                text.Append(heading.Words).Append('\n').Append('-', Math.Min(heading.Words.Length, Width)).Append('\n');
                return;
            case MailBlock.Facts facts:
                var width = facts.Rows.Max(row => row.Name.Length) + 1;
                foreach (var (name, value) in facts.Rows) text.Append((name + ":").PadRight(width + 1)).Append(value.Text).Append('\n');
                break;
            case MailBlock.Table table:
                foreach (var row in table.Rows)
                    text.Append("* ").AppendJoin(" | ", row.Select(cell => cell.Text)).Append('\n');
                break;
            case MailBlock.Strip strip:
                text.Append(strip.From).Append(" [").Append(string.Concat(strip.Cells.Select(Sign))).Append("] ").Append(strip.To).Append('\n');
                Wrap(text, strip.Words.Text);
                break;
            case MailBlock.Button button:
                text.Append(button.Label).Append(":\n").Append(button.Target.AbsoluteUri).Append('\n');
                break;
            case MailBlock.Command command:
                text.Append(command.What).Append(":\n    ").Append(command.Line).Append('\n');
                break;
        }

        text.Append('\n');
    }

    private static char Sign(StripMark mark) => mark switch { StripMark.Active => '#', StripMark.Unseen => '?', _ => '.' };

    private static void Wrap(StringBuilder text, string paragraph)
    {
        var column = 0;
        foreach (var word in paragraph.Split(' '))
        {
            if (column > 0 && column + 1 + word.Length > Width)
            {
                text.Append('\n');
                column = 0;
            }
            else if (column > 0)
            {
                text.Append(' ');
                column++;
            }

            text.Append(word);
            column += word.Length;
        }

        text.Append('\n');
    }
}
