using Athena.Common.Time;

namespace Athena.Common.Grafana.Usage;

/// <summary>Grafana's log, as windows of time.</summary>
public interface ILogWindows
{
    /// <summary>Reads a window that has ended. Does not throw for what a log may be: that is in the coverage.</summary>
    WindowReading Read(Window window, ActivityCounterOptions options, CancellationToken cancel);
}
