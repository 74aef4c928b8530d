using System.Buffers;
using System.Globalization;

namespace Athena.Common.GrafanaLog.Sources.JournalSource;

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
