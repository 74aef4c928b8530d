namespace Athena.Common.State;

/// <summary>
/// Where a daemon's memory lies: a snapshot, and the changes since. One writer. Neither <see cref="TryAppend"/> nor
/// <see cref="TryCompact"/> ever throws for what the disk does: the caller goes on with what it has in memory and tries again.
/// </summary>
public interface IStateStore<T>
    where T : class
{
    /// <summary>True when the changes have become long enough for a new snapshot to be worth its time.</summary>
    bool IsCompactionDue { get; }

    /// <summary>True when they are so long that it cannot wait for a quiet moment.</summary>
    bool IsCompactionOverdue => false;

    /// <summary>Reads what is there; writes nothing.</summary>
    StateLoad<T> Load();

    /// <summary>
    /// Makes durable what has changed since the last of these calls that succeeded, and costs as much as that is long. False when it could
    /// not (disk full, read-only); <paramref name="problem"/> is then a sentence for the sysadmin.
    /// </summary>
    bool TryAppend(T state, out string? problem);

    /// <summary>The same by a new snapshot of all of it, before which nothing needs to be kept.</summary>
    /// <inheritdoc cref="TryAppend"/>
    bool TryCompact(T state, out string? problem);
}
