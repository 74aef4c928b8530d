using Athena.Common.GrafanaLog.Sources.FileSource;
using Athena.Common.GrafanaLog.Sources.JournalSource;

namespace Athena.Common.GrafanaLog.Sources;

/// <summary>The kinds of sources that a setting can name, each by its scheme.</summary>
public static class LogSource
{
    private static readonly (string Scheme, string Form, Func<string, ILogSource?> TryParse)[] Kinds =
    [
        (FileLogSource.Scheme, FileLogSource.Form, FileLogSource.TryParse),
        (JournalLogSource.Scheme, JournalLogSource.Form, JournalLogSource.TryParse),
    ];

    /// <returns>Null when <paramref name="text"/> names none; <paramref name="problem"/> then says what it must be.</returns>
    public static ILogSource? TryParse(string text, out string? problem)
    {
        problem = null;
        foreach (var (scheme, _, tryParse) in Kinds)
            if (text.StartsWith(scheme, StringComparison.Ordinal) && tryParse(text[scheme.Length..]) is { } source) return source;
        problem = $"must be {string.Join(", or ", Kinds.Select(kind => kind.Form))}";
        return null;
    }

    /// <summary>Whether it begins as one that a setting can name; a person may also name a path alone.</summary>
    internal static bool HasScheme(string text) => Kinds.Any(kind => text.StartsWith(kind.Scheme, StringComparison.Ordinal));
}
