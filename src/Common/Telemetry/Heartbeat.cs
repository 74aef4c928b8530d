namespace Athena.Common.Telemetry;

/// <summary>
/// Proof of life of the daemon's main loop: it beats on each round. The watchdog passes the proof on to systemd, so a loop that hangs
/// gets the daemon restarted although the rest of the process still runs. Thread-safe.
/// </summary>
public sealed class Heartbeat(TimeProvider time)
{
    private long last = time.GetTimestamp();

    /// <summary>To be called on each round of the main loop, at least every <see cref="Watchdog.Patience"/>.</summary>
    public void Beat() => Volatile.Write(ref last, time.GetTimestamp());

    /// <summary>How long ago the last beat was (or the start, before the first).</summary>
    public TimeSpan Age => time.GetElapsedTime(Volatile.Read(ref last));
}
