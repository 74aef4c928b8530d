namespace Athena.Common.GrafanaLog.Line;

/// <summary>
/// Grafana's console format, <c>INFO [11-21|03:46:55] Starting Grafana   logger=settings</c>, with colours when it was meant
/// for a terminal.
/// It has no year and no zone, and a message may hold anything: it is recognised in order to be refused (docs/grafana.md §1).
/// </summary>
public static class ConsoleFormat
{
    private const byte Escape = 0x1b;

    /// <summary>What to do about it, for the sysadmin.</summary>
    public const string Remedy =
        "set 'format = text' (or json) in section [log.file] of grafana.ini and restart Grafana";

    /// <summary>Whether the line begins as one in the console format does.</summary>
    public static bool Matches(ReadOnlySpan<byte> line)
    {
        line = SkipColour(line);
        int level = line.IndexOfAnyExceptInRange((byte)'A', (byte)'Z');
        if (level <= 0)
            return false;
        line = SkipColour(line[level..].TrimStart((byte)' '));
        return line.StartsWith("["u8) && line.Length > 15 && HasShapeOfTime(line.Slice(1, 15));
    }

    private static bool HasShapeOfTime(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> shape = "00-00|00:00:00]"u8;
        for (int i = 0; i < shape.Length; i++)
        {
            bool fits = shape[i] == '0' ? text[i] is >= (byte)'0' and <= (byte)'9' : text[i] == shape[i];
            if (!fits)
                return false;
        }
        return true;
    }

    /// <summary>Steps over one <c>ESC [ … m</c>.</summary>
    private static ReadOnlySpan<byte> SkipColour(ReadOnlySpan<byte> line)
    {
        if (line.Length < 2 || line[0] != Escape || line[1] != '[')
            return line;
        int end = line.IndexOf((byte)'m');
        return end < 0 ? line : line[(end + 1)..];
    }
}
