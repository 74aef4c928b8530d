using Athena.Common.Logs;
using Athena.Common.Logs.Windows;
using Athena.Common.Time;

namespace Athena.Common.Activities;

/// <summary>Windows of a log that is there, counted while they are read.</summary>
public sealed class LogWindows(LogSource source, IProgress<WindowProgress>? progress = null) : ILogWindows
{
    /// <inheritdoc/>
    public WindowReading Read(Window window, ActivityCounterOptions options, CancellationToken cancel)
    {
        var counter = new ActivityCounter(options);
        var coverage = source.ReadWindow(window, counter.Take, progress, cancel);
        return new WindowReading(counter.Snapshot(), coverage);
    }
}
