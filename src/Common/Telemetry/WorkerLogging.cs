using Athena.Common.Settings;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Sinks.SystemConsole.Themes;

namespace Athena.Common.Telemetry;

/// <summary>Where log entries go: to journald when its stream is our standard error, otherwise to the console (standard error).</summary>
public static class WorkerLogging
{
    private const string ConsoleTemplate = "{Timestamp:HH:mm:ss} {Level:u3} {Visible:l}{NewLine}";

    /// <inheritdoc cref="Create(WorkerIdentity, LogLevel, string, string?)"/>
    public static ILoggerFactory Create(WorkerIdentity identity, CommonSettings settings, string? journal = null) =>
        Create(identity, settings.LogLevel, settings.TenantId, journal);

    /// <param name="journal">journald's socket; null to decide by <c>JOURNAL_STREAM</c>, see <see cref="IsJournal"/>.</param>
    public static ILoggerFactory Create(WorkerIdentity identity, LogLevel level, string tenant, string? journal = null)
    {
        var configuration = new LoggerConfiguration().MinimumLevel.Is(Level(level));
        if (level > LogLevel.Debug)
            configuration.MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
                .MinimumLevel.Override("System.Net.Http", LogEventLevel.Warning);

        // What the generic host says of a crashed worker is said once, and better, by WorkerHost.
        configuration.MinimumLevel.Override("Microsoft.Extensions.Hosting", LevelAlias.Off);
        if (journal is not null || IsJournal(Environment.GetEnvironmentVariable("JOURNAL_STREAM"), StandardError()))
        {
            configuration.WriteTo.Sink(new JournaldSink(identity, tenant, journal ?? JournaldSink.DefaultPath));
        }
        else
        {
            var isPlain = Console.IsErrorRedirected || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
            configuration.Enrich.With<LogText.Enricher>().WriteTo.Console(
                outputTemplate: ConsoleTemplate,
                theme: isPlain ? ConsoleTheme.None : AnsiConsoleTheme.Code,
                standardErrorFromLevel: LogEventLevel.Verbose);
        }

        return new SerilogLoggerFactory(configuration.CreateLogger(), dispose: true);
    }

    /// <summary>
    /// True when standard error leads to journald: <c>JOURNAL_STREAM</c> holds device and inode of the stream that systemd made
    /// (systemd.exec(5)); a child whose output goes elsewhere inherits the variable, too, so the inode must be that of the stream.
    /// </summary>
    internal static bool IsJournal(string? journalStream, string? standardError) =>
        journalStream?.Split(':') is [_, { Length: > 0 } inode] && standardError == $"socket:[{inode}]";

    /// <summary>What descriptor 2 is, as proc(5) tells: <c>socket:[12345]</c>, <c>pipe:[…]</c>, <c>/dev/pts/0</c>.</summary>
    private static string? StandardError()
    {
        try
        {
            return new FileInfo("/proc/self/fd/2").LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static LogEventLevel Level(LogLevel level) => level switch
    {
        LogLevel.Trace => LogEventLevel.Verbose,
        LogLevel.Debug => LogEventLevel.Debug,
        LogLevel.Information => LogEventLevel.Information,
        LogLevel.Warning => LogEventLevel.Warning,
        LogLevel.Error => LogEventLevel.Error,
        _ => LogEventLevel.Fatal,
    };
}
