namespace Athena.Common.State;

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
