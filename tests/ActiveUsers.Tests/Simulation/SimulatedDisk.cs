using System.Text.Json;
using Athena.ActiveUsers.State;
using Athena.Common.State;

namespace Athena.ActiveUsers.Tests.Simulation;

/// <summary>The state as it lies on the disk, in its own JSON; at times the disk refuses.</summary>
internal sealed class SimulatedDisk(CrashPoint crash) : IStateStore<ActiveUsersState>
{
    private string? file;

    public bool IsFull { get; set; }

    /// <summary>As it lies there; null before the first save.</summary>
    public string? File
    {
        get => file;
        set => file = value;
    }

    public ActiveUsersState Load() =>
        file is null ? new ActiveUsersState() : JsonSerializer.Deserialize(file, ActiveUsersStateJson.Default.ActiveUsersState)!;

    public bool IsCompactionDue => false;

    StateLoad<ActiveUsersState> IStateStore<ActiveUsersState>.Load() => new StateLoad<ActiveUsersState>.Loaded(Load());

    public bool TryAppend(ActiveUsersState state, out string? problem) => TryCompact(state, out problem);

    public bool TryCompact(ActiveUsersState state, out string? problem)
    {
        problem = IsFull ? "full" : null;
        crash.Pass();
        if (!IsFull) file = JsonSerializer.Serialize(state, ActiveUsersStateJson.Default.ActiveUsersState);
        crash.Pass();
        return !IsFull;
    }
}
