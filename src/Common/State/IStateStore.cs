namespace Athena.Common.State;

/// <summary>Where a daemon's memory lies. One writer.</summary>
public interface IStateStore<T>
    where T : class
{
    /// <summary>
    /// Makes <paramref name="state"/> durable. False when it could not (disk full, read-only): the caller goes on with what it has in
    /// memory and tries again; <paramref name="problem"/> is then a sentence for the sysadmin.
    /// </summary>
    bool TrySave(T state, out string? problem);
}
