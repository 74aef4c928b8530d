namespace Athena.Common.Notifications.Smtp;

/// <summary>Transparency of the DATA phase (RFC 5321 §4.5.2).</summary>
internal static class DotStuffing
{
    /// <summary>
    /// Doubles each dot at the start of a line and adds the end of data. A bare CR or LF would let a message hold a second one for servers
    /// that take it for a line end (SMTP smuggling), so there is none: each becomes CR LF.
    /// </summary>
    public static byte[] Stuff(ReadOnlySpan<byte> message)
    {
        List<byte> stuffed = new(message.Length + (message.Length / 64) + 5);
        bool isLineStart = true;
        for (int i = 0; i < message.Length; i++)
        {
            byte b = message[i];
            if (b is (byte)'\r' or (byte)'\n')
            {
                if (b == '\r' && i + 1 < message.Length && message[i + 1] == '\n')
                    i++;
                stuffed.AddRange("\r\n"u8);
                isLineStart = true;
                continue;
            }

            if (isLineStart && b == '.')
                stuffed.Add((byte)'.');
            stuffed.Add(b);
            isLineStart = false;
        }

        if (!isLineStart)
            stuffed.AddRange("\r\n"u8);
        stuffed.AddRange(".\r\n"u8);
        return [.. stuffed];
    }
}
