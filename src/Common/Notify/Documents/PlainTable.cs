using System.Text;

namespace Athena.Common.Notify.Documents;

/// <summary>A table in a plain part: in columns where they fit, as a list where a word is too long for them. Pure.</summary>
internal static class PlainTable
{
    private const string Between = "  ";
    private const string Indent = "  ";

    public static void Append(StringBuilder text, MailBlock.Table table, int width)
    {
        List<List<string>> rows = [.. table.Rows.Select(row => row.Select(cell => cell.Text).ToList())];
        if (WidthsOf(table.Columns, rows, width) is not { } widths)
        {
            AppendList(text, table.Columns, rows, width);
            return;
        }

        var right = widths.Select((_, i) => rows.All(row => row[i].Length > 0 && row[i].All(char.IsAsciiDigit))).ToArray();
        AppendRow(text, table.Columns, widths, right);
        AppendRow(text, [.. widths.Select(column => new string('-', column))], widths, right);
        foreach (var row in rows)
            AppendRow(text, row, widths, right);
    }

    /// <summary>Takes from the widest column that still can give until all fit; null when none can.</summary>
    private static int[]? WidthsOf(IReadOnlyList<string> columns, List<List<string>> rows, int width)
    {
        var cells = columns.Select((name, i) => rows.Select(row => row[i]).Append(name).ToList()).ToList();
        var widths = cells.Select(column => column.Max(PlainLines.Width)).ToArray();
        var least = cells.Select(column => column.SelectMany(cell => cell.Split(' ')).Max(PlainLines.Width) + Indent.Length).ToArray();
        while (widths.Sum() + (Between.Length * (widths.Length - 1)) > width)
        {
            var giver = Enumerable.Range(0, widths.Length).Where(i => widths[i] > least[i]).OrderByDescending(i => widths[i])
                .Select(i => (int?)i).FirstOrDefault();
            if (giver is not { } i)
                return null;
            widths[i]--;
        }

        return widths;
    }

    private static void AppendRow(StringBuilder text, IReadOnlyList<string> cells, int[] widths, bool[] right)
    {
        var lines = cells.Select((cell, i) => PlainLines.Wrap(cell, widths[i], Indent)).ToList();
        for (var line = 0; line < lines.Max(cell => cell.Count); line++)
        {
            var row = lines.Select((cell, i) => PlainLines.Pad(line < cell.Count ? cell[line] : "", widths[i], right[i]));
            text.Append(string.Join(Between, row).TrimEnd()).Append('\n');
        }
    }

    private static void AppendList(StringBuilder text, IReadOnlyList<string> columns, List<List<string>> rows, int width)
    {
        foreach (var row in rows)
        {
            for (var i = 0; i < row.Count; i++)
            {
                if (i > 0 && row[i].Length == 0)
                    continue;
                var line = (i == 0 ? "* " : Indent) + (columns[i].Length > 0 ? $"{columns[i]}: " : "") + row[i];
                text.AppendJoin('\n', PlainLines.Wrap(line, width, Indent + Indent)).Append('\n');
            }
        }
    }
}
