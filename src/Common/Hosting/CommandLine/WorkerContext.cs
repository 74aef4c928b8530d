using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Athena.Common.Hosting;

/// <summary>What a command of a daemon works with. Settings are read when they are first asked for.</summary>
public sealed class WorkerContext<TSettings> : IDisposable
{
    private readonly Lazy<ILoggerFactory> logging;
    private readonly Func<SettingsReader, TSettings> read;
    private (SettingsReader Reader, CommonSettings Common, TSettings Settings)? settings;

    internal WorkerContext(
        WorkerIdentity identity, Func<SettingsReader, TSettings> read, SettingsSource source, bool isDryRun, string output, TextWriter writer, TextWriter error, TimeProvider time)
    {
        this.read = read;
        Identity = identity;
        Source = source;
        Output = output;
        Out = writer;
        Error = error;
        Time = time;
        var common = CommonSettings.Read(new SettingsReader(source), identity);
        Common = isDryRun ? common with { DryRun = true } : common;
        logging = new Lazy<ILoggerFactory>(() => WorkerLogging.Create(identity, Common));
    }

    public WorkerIdentity Identity { get; }

    public SettingsSource Source { get; }

    /// <summary>Settings that each daemon has, <c>--dry-run</c> included; faulty ones have their defaults here.</summary>
    public CommonSettings Common { get; }

    /// <summary><c>--output json</c>.</summary>
    public bool IsJson => Output == "json";

    /// <summary>As <c>--output</c> says it: text, json, or what else the daemon knows.</summary>
    public string Output { get; }

    public TextWriter Out { get; }

    public TextWriter Error { get; }

    public TimeProvider Time { get; }

    public ILoggerFactory Logging => logging.Value;

    /// <summary>The daemon's settings.</summary>
    /// <exception cref="ConfigurationException">They are faulty; it tells every fault.</exception>
    public TSettings Settings
    {
        get
        {
            var (reader, _, value) = ReadAll();
            reader.ThrowIfFaulty();
            return value;
        }
    }

    /// <summary>All keys, problems and unknown keys, whether faulty or not.</summary>
    public SettingsReader Reader => ReadAll().Reader;

    /// <summary>Asks the running daemon; null when none runs.</summary>
    public Task<ControlReply?> AskAsync(ControlRequest request, TimeSpan timeout, CancellationToken cancel) =>
        ControlClient.SendAsync(Common.ControlSocket, request, timeout, Time, cancel);

    /// <summary>Prints an answer as <c>--output</c> wants it, and gives its exit code.</summary>
    public int Print(ControlReply reply)
    {
        if (IsJson)
            Out.WriteLine(reply.Json ?? $"{{\"exitCode\":{reply.ExitCode},\"text\":\"{JsonEncodedText.Encode(reply.Text)}\"}}");
        else
            (reply.ExitCode == ExitCode.Ok ? Out : Error).WriteLine(reply.Text.TrimEnd('\n'));
        return reply.ExitCode;
    }

    public void Dispose()
    {
        if (logging.IsValueCreated)
            logging.Value.Dispose();
    }

    private (SettingsReader Reader, CommonSettings Common, TSettings Settings) ReadAll()
    {
        if (settings is { } known)
            return known;

        var reader = new SettingsReader(Source);
        var common = CommonSettings.Read(reader, Identity);
        var fresh = (reader, common, read(reader));
        settings = fresh;
        return fresh;
    }
}
