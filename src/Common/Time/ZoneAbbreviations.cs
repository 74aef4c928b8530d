using System.Buffers.Binary;
using System.Text;

namespace Athena.Common.Time;

/// <summary>
/// The short names that a zone goes by, such as SAST or CET and CEST, from the system's zone file: .NET does not tell them. Reads the
/// format of RFC 8536. Where there is no name, as in zones that have only an offset, there is null.
/// </summary>
internal sealed class ZoneAbbreviations
{
    private const int HeaderLength = 44;
    private const int LargestFile = 256 * 1024;

    private readonly (long From, string Name)[] changes;
    private readonly (string Standard, string? Summer, TimeSpan StandardOffset)? forEver;

    private ZoneAbbreviations((long From, string Name)[] changes, (string, string?, TimeSpan)? forEver) =>
        (this.changes, this.forEver) = (changes, forEver);

    /// <summary>Those of a zone; null when there is no file that can be understood.</summary>
    public static ZoneAbbreviations? Load(string zoneId, string? folder = null)
    {
        folder ??= Environment.GetEnvironmentVariable("TZDIR") is { Length: > 0 } named ? named : "/usr/share/zoneinfo";
        try
        {
            var file = new FileInfo(Path.Combine(folder, zoneId));
            return file is { Exists: true, Length: <= LargestFile } ? Parse(File.ReadAllBytes(file.FullName)) : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Null when the bytes are no zone file of version 2 or later.</summary>
    public static ZoneAbbreviations? Parse(ReadOnlySpan<byte> file)
    {
        try
        {
            if (!IsHeader(file) || file[4] < (byte)'2')
                return null;
            var old = Counts.Of(file);
            file = file[(HeaderLength + old.Length(timeSize: 4))..];
            return IsHeader(file) ? ReadBlock(file, Counts.Of(file)) : null;
        }
        catch (Exception cut) when (cut is ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException)
        {
            return null;
        }
    }

    /// <param name="offset">The zone's offset at that time.</param>
    public string? At(DateTimeOffset time, TimeSpan offset)
    {
        var seconds = time.ToUnixTimeSeconds();
        var isAfterLast = changes.Length == 0 || seconds >= changes[^1].From;
        var name = isAfterLast && forEver is { } rule
            ? rule.Summer is null || rule.StandardOffset == offset ? rule.Standard : rule.Summer
            : changes.LastOrDefault(change => change.From <= seconds).Name;
        return name is { Length: > 0 } && name.All(char.IsAsciiLetter) ? name : null;
    }

    private static bool IsHeader(ReadOnlySpan<byte> file) => file.Length >= HeaderLength && file.StartsWith("TZif"u8);

    // Version 2: times of 8 bytes; then the rule for ever between two line ends.
    private static ZoneAbbreviations ReadBlock(ReadOnlySpan<byte> file, Counts counts)
    {
        var times = file[HeaderLength..];
        var kinds = times[(counts.Times * 8)..];
        var types = kinds[counts.Times..];
        var names = types[(counts.Types * 6)..][..counts.Characters];
        var changes = new (long, string)[counts.Times];
        for (var i = 0; i < counts.Times; i++)
        {
            var name = names[types[(kinds[i] * 6) + 5]..];
            changes[i] = (BinaryPrimitives.ReadInt64BigEndian(times[(i * 8)..]), Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]));
        }

        var rule = Encoding.ASCII.GetString(file[(HeaderLength + counts.Length(timeSize: 8))..]).Trim('\n');
        return new ZoneAbbreviations(changes, ReadRule(rule));
    }

    // "SAST-2", "CET-1CEST,M3.5.0,M10.5.0/3", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0": names and, west of Greenwich positive, offsets.
    private static (string, string?, TimeSpan)? ReadRule(string rule)
    {
        var at = 0;
        if (ReadName(rule, ref at) is not { Length: > 0 } standard)
            return null;
        var begin = at;
        while (at < rule.Length && (char.IsAsciiDigit(rule[at]) || rule[at] is '+' or '-' or ':'))
            at++;
        var parts = rule[begin..at].TrimStart('+', '-').Split(':');
        if (!int.TryParse(parts[0], out var hours))
            return null;
        var minutes = parts.Length > 1 && int.TryParse(parts[1], out var given) ? given : 0;
        var west = new TimeSpan(hours, minutes, 0);
        var summer = ReadName(rule, ref at);
        return (standard, summer.Length > 0 ? summer : null, rule[begin] == '-' ? west : -west);
    }

    private static string ReadName(string rule, ref int at)
    {
        var begin = at;
        if (at < rule.Length && rule[at] == '<')
        {
            at = Math.Max(rule.IndexOf('>', at), begin) + 1;
            return rule[begin..at];
        }

        while (at < rule.Length && char.IsAsciiLetter(rule[at]))
            at++;
        return rule[begin..at];
    }

    private readonly record struct Counts(int UtcMarks, int StandardMarks, int Leaps, int Times, int Types, int Characters)
    {
        public static Counts Of(ReadOnlySpan<byte> header) => new(
            Number(header, 0), Number(header, 1), Number(header, 2), Number(header, 3), Number(header, 4), Number(header, 5));

        public int Length(int timeSize) =>
            checked((Times * (timeSize + 1)) + (Types * 6) + Characters + (Leaps * (timeSize + 4)) + StandardMarks + UtcMarks);

        private static int Number(ReadOnlySpan<byte> header, int index) =>
            checked((int)BinaryPrimitives.ReadUInt32BigEndian(header[(20 + (index * 4))..]));
    }
}
