using Athena.Common.State.Audit;
using Athena.Common.Time;

namespace Athena.Common.State.Backups;

/// <summary>
/// A memory that was taken out of a backup and is not in its place yet: the daemon's own part looks at it and makes it ready.
/// </summary>
/// <param name="Directory">Where it lies now.</param>
/// <param name="Audit">Its audit, there.</param>
/// <param name="BackupAt">The moment of which it is: what happened since is not known to it.</param>
/// <param name="RestoredAt">Now.</param>
public sealed record RestoredBackup(string Directory, AuditOptions Audit, DateTimeOffset BackupAt, DateTimeOffset RestoredAt)
{
    private readonly List<string> sentences = [];
    private readonly List<string> contents = [];

    /// <summary>Times as the people of this host read them.</summary>
    public ZoneText Clock { get; init; } = new(TimeZoneInfo.Utc);

    /// <summary>What the person who restores is to know, a paragraph each.</summary>
    public IReadOnlyList<string> Sentences => sentences;

    /// <summary>What it remembers, a clause each: how many of what, and until when.</summary>
    public IReadOnlyList<string> Contents => contents;

    /// <summary>Why an older copy of the state was taken; null where that was not needed.</summary>
    public string? Damage { get; private set; }

    public void Hold(string what) => contents.Add(what);

    public void Say(string sentence) => sentences.Add(sentence);

    /// <summary>Reads the state out of it, changes it and writes it back.</summary>
    /// <exception cref="BackupRefusedException">There is none that this version can go on with.</exception>
    public T Adopt<T>(IStateStore<T> store, Action<T> change)
        where T : class
    {
        var state = store.Load() switch
        {
            StateLoad<T>.Loaded loaded => loaded.Value,
            StateLoad<T>.LoadedPrevious previous => Older(previous),
            StateLoad<T>.Unreadable unreadable =>
                throw new BackupRefusedException($"The state in this backup cannot be used: {unreadable.Why}"),
            _ => throw new BackupRefusedException("There is no state in this backup."),
        };
        change(state);
        return store.TryCompact(state, out var problem) ? state : throw new BackupRefusedException($"Nothing was restored. {problem}");
    }

    private T Older<T>(StateLoad<T>.LoadedPrevious previous)
        where T : class
    {
        Damage = previous.Why;
        Say($"The state was damaged already when the backup was made: {previous.Why}");
        return previous.Value;
    }
}

/// <summary>
/// In the state of a daemon whose memory was restored: between these two times it may have done what it does not remember.
/// </summary>
/// <param name="BackupAt">The moment of the backup.</param>
/// <param name="At">When it was restored.</param>
public sealed record RestoredFrom(DateTimeOffset BackupAt, DateTimeOffset At);
