using Athena.Common.GrafanaLog.Sources.FileSource;
using Athena.Common.Settings;

namespace Athena.Common.GrafanaLog.Sources;

/// <summary>The key <c>LOG</c>.</summary>
public static class LogSetting
{
    /// <summary>Which log is read; a fault is in the reader's problems.</summary>
    public static ILogSource Read(SettingsReader reader) =>
        reader.Read(
            "LOG", "file:/var/log/grafana/grafana.log", "Grafana's log: file:PATH or journal:UNIT, as in journal:grafana-server.service.",
            (string text, out ILogSource log) =>
            {
                log = LogSource.TryParse(text, out var problem)!;
                return problem;
            });

    /// <summary>The key <c>LOG_KEEP</c>: how long the log is to be there; <c>check</c> compares it with what is.</summary>
    public static TimeSpan ReadKeep(SettingsReader reader) => reader.Duration(
        "LOG_KEEP", "30d", "How long Grafana's log is to be kept: check compares it with what Grafana, journald and the disk hold.",
        min: TimeSpan.FromDays(1));

    /// <summary>A log named on the command line: a path, <c>file:PATH</c> or <c>journal:UNIT</c>.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static ILogSource ReadOption(string text)
    {
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
