namespace Athena.Common.State;

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
