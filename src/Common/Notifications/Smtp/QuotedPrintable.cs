using System.Text;

namespace Athena.Common.Notifications.Smtp;

/// <summary>Text as 7-bit lines of at most 76 characters (RFC 2045 §6.7).</summary>
internal static class QuotedPrintable
{
    private const int LongestLine = 76;

    /// <summary>Encodes text of any line ends; the lines written end with CR LF, the last one as the text does.</summary>
    public static string Encode(string text)
    {
        StringBuilder encoded = new(text.Length + (text.Length / 8));
        bool isFirst = true;
        foreach (ReadOnlySpan<char> line in text.ReplaceLineEndings("\n").AsSpan().EnumerateLines())
        {
            if (!isFirst)
                encoded.Append("\r\n");
            AppendLine(encoded, line);
            isFirst = false;
        }

        return encoded.ToString();
    }

    private static void AppendLine(StringBuilder encoded, ReadOnlySpan<char> line)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetMaxByteCount(line.Length)];
        int count = Encoding.UTF8.GetBytes(line, bytes);
        int lineLength = 0;
        for (int i = 0; i < count; i++)
        {
            byte b = bytes[i];
            bool isLast = i == count - 1;
            // A space at the end of a line may be lost on the way.
            bool isLiteral = b is > (byte)' ' and <= (byte)'~' and not (byte)'=' || (b is (byte)' ' or (byte)'\t' && !isLast);
            int width = isLiteral ? 1 : 3;
            // One place is kept for the = of a soft line break, which the last character does not need.
            if (lineLength + width > (isLast ? LongestLine : LongestLine - 1))
            {
                encoded.Append("=\r\n");
                lineLength = 0;
            }

            if (isLiteral)
                encoded.Append((char)b);
            else
                encoded.Append($"={b:X2}");
            lineLength += width;
        }
    }
}
