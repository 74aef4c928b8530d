using System.Text;

namespace Athena.Common.Text;

/// <summary>
/// Rows in columns for a terminal: each as wide as its widest cell, two spaces apart, nothing behind the last. What stands in the cells has
/// been made visible before.
/// </summary>
public sealed class TextTable
{
    private readonly List<(string[] Cells, List<string> Below)> rows = [];

    /// <param name="headings">One for each column; none, and the table has no first line.</param>
    public TextTable(params string[] headings)
    {
        if (headings.Length > 0) Add(headings);
    }

    public void Add(params string[] cells) => rows.Add((cells, []));

    /// <summary>A line of its own below the row that was added last; it makes no column wider.</summary>
    public void AddBelow(string line) => rows[^1].Below.Add(line);

    public override string ToString()
    {
        var widths = new int[rows.Max(row => row.Cells.Length)];
        foreach (var (cells, _) in rows)
            for (var i = 0; i < cells.Length; i++) widths[i] = Math.Max(widths[i], DisplayWidth.Of(cells[i]));
        var text = new StringBuilder();
        foreach (var (cells, below) in rows)
        {
            var line = new StringBuilder();
            for (var i = 0; i < cells.Length; i++)
                line.Append(cells[i]).Append(' ', widths[i] - DisplayWidth.Of(cells[i]) + 2);
            text.Append(line.ToString().TrimEnd(' ')).Append('\n');
            foreach (var one in below) text.Append("    ").Append(one).Append('\n');
        }

        return text.ToString();
    }
}
