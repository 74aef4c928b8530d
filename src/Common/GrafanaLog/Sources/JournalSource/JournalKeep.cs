using System.Buffers;
using System.Globalization;
using Athena.Common.Text;
using Athena.Common.Time;

namespace Athena.Common.GrafanaLog.Sources.JournalSource;

/// <summary>How long journald keeps entries, as far as its settings and the room that it has taken tell it. Pure.</summary>
internal static class JournalKeep
{
    private const string DropIn = "/etc/systemd/journald.conf.d/athena-workers.conf";
    private const long GiB = 1L << 30;

    /// <summary>What journald takes at most where nothing is set (journald.conf(5)).</summary>
    private const long MostByDefault = 4 * GiB;

    /// <summary>journald frees a whole file at a time, an eighth of what it may take.</summary>
    private const double Full = 0.8;

    /// <param name="wanted">How long they are to be kept.</param>
    /// <param name="settings">journald's.</param>
    /// <param name="room">What it has taken.</param>
    /// <param name="oldest">The age of the unit's oldest entry; null when there is none.</param>
    public static LogKeep Of(TimeSpan wanted, JournaldSettings settings, JournalRoom room, TimeSpan? oldest)
    {
        string there = LogKeep.Oldest(oldest);
        if (settings.Storage is "volatile" or "none" || (settings.Storage == "auto" && !room.IsOnDisk))
            return new($"journald keeps nothing over a boot (Storage={settings.Storage}); {there}", Write(wanted, null));
        if (settings.MaxRetention is { } most && most < wanted)
            return new(
                $"journald removes what is older than {Duration.Spoken(most)} (MaxRetentionSec); {there}",
                Write(wanted, null),
                most >= TimeSpan.FromDays(1) ? TimeSpan.FromDays(Math.Floor(most.TotalDays)) : null);
        long? allowed = settings.SystemMaxUse ?? (room.Disk is { } disk ? Math.Min(disk / 10, MostByDefault) : null);
        if (allowed is { } limit && oldest is { } age && age < wanted && room.Used > limit * Full)
            return new(
                $"the journal is full at {ByteSize.Spoken(limit)} (SystemMaxUse), so that its oldest entries go; {there}",
                Write(wanted, Needed(limit, wanted, age)));
        return new($"journald removes nothing younger as it is set; {there}");
    }

    /// <summary>As much again for a busier day, in whole GiB.</summary>
    private static long Needed(long most, TimeSpan wanted, TimeSpan oldest) =>
        (long)Math.Ceiling(2.0 * most * (wanted / TimeSpan.FromHours(Math.Max(1, oldest.TotalHours))) / GiB);

    private static string Write(TimeSpan wanted, long? gibibytes) =>
        $"Write into {DropIn}, below a line [Journal]: Storage=persistent, MaxRetentionSec={LogKeep.Days(wanted)}day"
        + (gibibytes is { } size ? FormattableString.Invariant($", SystemMaxUse={size}G") : "")
        + ", each on a line of its own. Then: sudo systemctl restart systemd-journald.";
}

/// <summary>The room that a journal takes.</summary>
/// <param name="IsOnDisk">Whether journald would write to the disk where it decides that itself (<c>Storage=auto</c>).</param>
/// <param name="Used">Bytes on the disk.</param>
/// <param name="Disk">Bytes of the file system that they lie on; null when that cannot be told.</param>
internal sealed record JournalRoom(bool IsOnDisk, long Used, long? Disk)
{
    private const string OnDisk = "/var/log/journal";

    public static JournalRoom Of(IReadOnlyList<string> directories)
    {
        try
        {
            return new JournalRoom(
                Directory.Exists(OnDisk),
                JournalFile.In(directories.Where(directory => directory.StartsWith(OnDisk, StringComparison.Ordinal)).ToList())
                    .Sum(file => new FileInfo(file.Path).Length),
                Directory.Exists(OnDisk) ? new DriveInfo(OnDisk).TotalSize : null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new JournalRoom(true, 0, null);
        }
    }
}

/// <summary>What journald.conf(5) and its drop-ins say of how long entries are kept.</summary>
/// <param name="Storage">volatile, persistent, auto or none; auto where nothing is set.</param>
/// <param name="MaxRetention"><c>MaxRetentionSec</c>; null where it is not set, or is 0: no limit.</param>
/// <param name="SystemMaxUse">In bytes; null where it is not set, so that a tenth of the disk holds, at most 4 GiB.</param>
internal sealed record JournaldSettings(string Storage = "auto", TimeSpan? MaxRetention = null, long? SystemMaxUse = null)
{
    /// <summary>Where they lie, the strongest first (journald.conf(5)).</summary>
    private static readonly string[] Folders = ["etc/systemd", "run/systemd", "usr/local/lib/systemd", "usr/lib/systemd"];

    /// <summary>Units of systemd.time(7), in seconds.</summary>
    private static readonly (string[] Names, double Seconds)[] Units =
    [
        (["seconds", "second", "sec", "s", ""], 1),
        (["minutes", "minute", "min", "m"], 60),
        (["hours", "hour", "hr", "h"], 3600),
        (["days", "day", "d"], 86400),
        (["weeks", "week", "w"], 604800),
        (["months", "month", "M"], 2629800),
        (["years", "year", "y"], 31557600),
    ];

    private static readonly SearchValues<char> OfNumber = SearchValues.Create("0123456789.");
    private static readonly SearchValues<char> BehindUnit = SearchValues.Create("0123456789. ");

    /// <summary>As far as they may be read.</summary>
    /// <param name="root"><c>/</c>.</param>
    public static JournaldSettings Read(string root)
    {
        IEnumerable<string> main = Folders.Select(folder => Path.Combine(root, folder, "journald.conf")).Where(File.Exists).Take(1);
        IEnumerable<string> dropIns = Folders.Select(folder => Path.Combine(root, folder, "journald.conf.d")).Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.conf"))
            .DistinctBy(Path.GetFileName).OrderBy(Path.GetFileName, StringComparer.Ordinal);
        try
        {
            return Of([.. main.Concat(dropIns).Select(File.ReadAllText)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new JournaldSettings();
        }
    }

    /// <summary>What stands later wins; an empty value puts the default back.</summary>
    public static JournaldSettings Of(params IReadOnlyList<string> texts)
    {
        var settings = new JournaldSettings();
        foreach (string text in texts)
        {
            string section = "";
            foreach (string line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                if (line is ['[', .., ']']) section = line;
                else if (section == "[Journal]" && line[0] is not ('#' or ';') && line.Split('=', 2, StringSplitOptions.TrimEntries) is
                    [var key, var value])
                    settings = settings.With(key, value);
            }
        }
        return settings;
    }

    private JournaldSettings With(string key, string value) => key switch
    {
        "Storage" => this with { Storage = value.Length == 0 ? "auto" : value },
        "MaxRetentionSec" => this with { MaxRetention = Span(value) },
        "SystemMaxUse" => this with { SystemMaxUse = Bytes(value) },
        _ => this,
    };

    /// <summary>Null for nothing, for 0, and for what is no time span.</summary>
    private static TimeSpan? Span(string text)
    {
        double seconds = 0;
        ReadOnlySpan<char> rest = text.AsSpan().Trim();
        while (!rest.IsEmpty)
        {
            int digits = rest.IndexOfAnyExcept(OfNumber);
            ReadOnlySpan<char> number = digits < 0 ? rest : rest[..digits];
            if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count))
                return null;
            rest = rest[number.Length..].TrimStart();
            int letters = rest.IndexOfAny(BehindUnit);
            string unit = (letters < 0 ? rest : rest[..letters]).ToString();
            if (Array.Find(Units, one => one.Names.Contains(unit)).Seconds is not (> 0 and var length))
                return null;
            seconds += count * length;
            rest = rest[unit.Length..].TrimStart();
        }
        return seconds is > 0 and < 1e11 ? TimeSpan.FromSeconds(seconds) : null;
    }

    /// <summary>Bytes, or with K, M, G, T of 1024; null for what is none.</summary>
    private static long? Bytes(string text)
    {
        int power = text.Length > 0 ? "KMGT".IndexOf(text[^1]) + 1 : 0;
        return double.TryParse(
            power > 0 ? text[..^1] : text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && number > 0
            ? (long)(number * Math.Pow(1024, power))
            : null;
    }
}
