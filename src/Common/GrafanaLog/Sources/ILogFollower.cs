using Athena.Common.GrafanaLog.Line;

namespace Athena.Common.GrafanaLog.Sources;

/// <summary>
/// A log that is followed as it grows. Not thread-safe: one thread owns it. Nothing here throws for what a log does;
/// what cannot be read is a <see cref="LogRead.Problem"/>.
/// </summary>
public interface ILogFollower : IDisposable
{
    /// <summary>
    /// Starts behind <paramref name="position"/>, or at the present end when it is null, and says whether anything was missed.
    /// Rotated predecessors are read through as far as they still exist.
    /// </summary>
    LogContinuity Open(LogPosition? position);

    /// <summary>
    /// Hands over every complete line that has been appended since the last call and returns at once when there is none.
    /// At most about 4 MiB are read in one call, so that a long backlog does not hold up its owner.
    /// </summary>
    LogRead Read(LineHandler onLine);

    /// <summary>
    /// Waits between two reads: for the pause, or for a notice of news where there is such a thing, whichever may be relied upon.
    /// </summary>
    void Wait(TimeSpan pause);
}
