using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.Time;

namespace Athena.Common.Grafana.Usage;

/// <summary>Grafana's log, as windows of time.</summary>
public interface ILogWindows
{
    /// <summary>Reads a window that has ended. Does not throw for what a log may be: that is in the coverage.</summary>
    WindowReading Read(Window window, ActivityCounterOptions options, CancellationToken cancel);
}

/// <summary>Windows of a log that is there, counted while they are read.</summary>
public sealed class LogWindows(ILogSource source, IProgress<WindowProgress>? progress = null) : ILogWindows
{
    /// <inheritdoc/>
    public WindowReading Read(Window window, ActivityCounterOptions options, CancellationToken cancel)
    {
        var counter = new ActivityCounter(options);
        if (options.Around > TimeSpan.Zero)
            source.ReadWindow(window with { From = window.From - options.Around, To = window.From }, counter.TakeAround, cancel: cancel);
        var coverage = source.ReadWindow(window, counter.Take, progress, cancel);
        if (options.Around > TimeSpan.Zero)
            source.ReadWindow(window with { From = window.To, To = window.To + options.Around }, counter.TakeAround, cancel: cancel);
        return new WindowReading(counter.Snapshot(), coverage);
    }
}

/// <summary>What the log told about a window, and how much of the window it told about.</summary>
public sealed record WindowReading(Activity Activity, Coverage Coverage);
