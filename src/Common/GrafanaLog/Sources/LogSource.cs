using Athena.Common.Files;
using Athena.Common.GrafanaLog.Sources.FileSource;
using Athena.Common.GrafanaLog.Sources.JournalSource;
using Athena.Common.GrafanaLog.Sources.LokiSource;
using Athena.Common.Settings;

namespace Athena.Common.GrafanaLog.Sources;

/// <summary>The kinds of sources that a setting can name, each by its scheme.</summary>
public static class LogSource
{
    private static readonly (string Scheme, string Form, Func<string, ILogSource?> TryParse)[] Kinds =
    [
        (FileLogSource.Scheme, FileLogSource.Form, FileLogSource.TryParse),
        (JournalLogSource.Scheme, JournalLogSource.Form, JournalLogSource.TryParse),
        (LokiLogSource.Scheme, LokiLogSource.Form, LokiLogSource.TryParse),
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

/// <summary>The key <c>LOG</c>.</summary>
public static class LogSetting
{
    /// <summary>Which log is read; a fault is in the reader's problems.</summary>
    public static ILogSource Read(SettingsReader reader)
    {
        var log = reader.Read(
            "LOG", "file:/var/log/grafana/grafana.log",
            "Grafana's log: file:PATH, journal:UNIT as in journal:grafana-server.service, or loki:URL.",
            (string text, out ILogSource log) =>
            {
                log = LogSource.TryParse(text, out var problem)!;
                return problem;
            });
        return LokiAccess.Read(reader, (log as LokiLogSource)?.Access.Url) is { } access ? new LokiLogSource(access) : log;
    }

    /// <summary>The key <c>LOG_KEEP</c>: how long the log is to be there; <c>check</c> compares it with what is.</summary>
    public static TimeSpan ReadKeep(SettingsReader reader) => reader.Duration(
        "LOG_KEEP", "30d", "How long Grafana's log is to be kept: check compares it with what Grafana, journald and the disk hold.",
        min: TimeSpan.FromDays(1));

    /// <summary>A log named on the command line: a path, <c>file:PATH</c> or <c>journal:UNIT</c>.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static ILogSource ReadOption(string text)
    {
        if (text.StartsWith(LokiLogSource.Scheme, StringComparison.Ordinal))
            throw new UsageException(
                $"--log {text}: how a Loki is asked stands in the settings: set LOG and LOKI_QUERY there and leave out --log, or name a "
                + "copy of the log, as in --log /var/log/grafana/grafana.log");
        var source = LogSource.TryParse(LogSource.HasScheme(text) ? text : FileLogSource.Scheme + Path.GetFullPath(text), out var problem)
            ?? throw new UsageException($"--log {text}: {problem}");

        // The log of the settings may come into being yet; one that a person names is there, or is another one.
        return source.Absent is { } file
            ? throw new UsageException(
                $"--log {text}: there is no file {file}. Name Grafana's log or a copy of it, as in --log /var/log/grafana/grafana.log, or "
                + "a unit whose journal is on this machine, as in --log journal:grafana-server.service")
            : source;
    }
}

/// <summary>
/// Through which groups Grafana's log can be read: those that the unit has (SupplementaryGroups=), here found at the files. Root that has
/// become the daemon's user keeps these and no other.
/// </summary>
internal static class LogGroups
{
    public static IEnumerable<uint> Of(ILogSource log)
    {
        foreach (var place in log.Places)
            if (Kernel.StatusOf(place) is { IsLink: false } found) yield return found.Owner.Group;
    }
}
