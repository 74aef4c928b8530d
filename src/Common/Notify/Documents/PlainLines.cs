using System.Globalization;
using System.Text;

namespace Athena.Common.Notify.Documents;

/// <summary>Measuring and breaking lines of a plain part as they look, not as they are stored. Pure.</summary>
internal static class PlainLines
{
    /// <summary>Columns that a text takes in a font of fixed width: marks and breakers take none, Chinese signs and the like two.</summary>
    public static int Width(string text)
    {
        var width = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            width += Rune.GetUnicodeCategory(rune) switch
            {
                UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => 0,
                _ => IsWide(rune.Value) ? 2 : 1,
            };
        }

        return width;
    }

    public static string Pad(string text, int width, bool right = false)
    {
        var room = new string(' ', Math.Max(0, width - Width(text)));
        return right ? room + text : text + room;
    }

    /// <summary>Broken between words; a word that is too long has a line of its own.</summary>
    /// <param name="indent">Before each line but the first, which may have spaces of its own.</param>
    public static List<string> Wrap(string text, int width, string indent = "")
    {
        var lines = new List<string>();
        var line = new StringBuilder();
        var column = 0;
        var isFirst = true;
        foreach (var word in text.Split(' '))
        {
            var length = Width(word);
            if (column > 0 && column + 1 + length > width)
            {
                lines.Add(line.ToString());
                line.Clear().Append(indent);
                column = indent.Length;
            }
            else if (!isFirst)
            {
                line.Append(' ');
                column++;
            }

            line.Append(word);
            column += length;
            isFirst = false;
        }

        lines.Add(line.ToString());
        return lines;
    }

    // Unicode's East Asian Width W and F, in broad strokes.
    private static bool IsWide(int value) => value is
        (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF)
        or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0x1F300 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD);
}
