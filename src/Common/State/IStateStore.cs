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

/// <summary>What was found where a daemon's memory lies. Only <see cref="Absent"/> means that there never was one.</summary>
public abstract record StateLoad<T>
    where T : class
{
    private StateLoad()
    {
    }

    /// <summary>The newest copy, whole.</summary>
    public sealed record Loaded(T Value) : StateLoad<T>;

    /// <summary>An older copy, or one whose saving was not finished: what happened since may be missing.</summary>
    /// <param name="Why">A sentence: what was wrong with the newest copy and which one was taken instead.</param>
    public sealed record LoadedPrevious(T Value, string Why) : StateLoad<T>;

    /// <summary>No file and no trace of one.</summary>
    public sealed record Absent : StateLoad<T>;

    /// <summary>There is something, but nothing to go on with: a person must decide; never start afresh.</summary>
    /// <param name="Why">What is wrong and what to do, for a mail and the journal.</param>
    public sealed record Unreadable(string Why) : StateLoad<T>;
}

/// <summary>A whole state file, as its head describes it.</summary>
/// <param name="Name">Says which snapshot it is; its changes name it. Of a version that had no names: its hash.</param>
/// <param name="Format">The format of the state in it.</param>
/// <param name="Length">Of the file, in bytes.</param>
internal sealed record Snapshot(string Name, int Format, long Length);

/// <summary>The memory in a dry run: what is there is read, nothing is written.</summary>
public sealed class DryStateStore<T>(IStateStore<T> real) : IStateStore<T>
    where T : class
{
    /// <inheritdoc/>
    public bool IsCompactionDue => false;

    /// <inheritdoc/>
    public StateLoad<T> Load() => real.Load();

    /// <inheritdoc/>
    public bool TryAppend(T state, out string? problem)
    {
        problem = null;
        return true;
    }

    /// <inheritdoc/>
    public bool TryCompact(T state, out string? problem) => TryAppend(state, out problem);
}
