namespace Athena.AutoDisable.State;

/// <summary>
/// Runs what touches the gate's memory one piece at a time. Calls to Grafana go out in parallel, but what follows each answer runs here,
/// never two at once. It holds as long as nothing inside says <c>ConfigureAwait(false)</c>.
/// </summary>
internal sealed class SerialExecutor
{
    private readonly TaskScheduler lane = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;

    public Task<T> RunAsync<T>(Func<Task<T>> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, lane).Unwrap();

    public Task RunAsync(Func<Task> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, lane).Unwrap();
}
