using System.Text.Json;
using Athena.ActiveUsers.Memory;
using Athena.Common.State;

namespace Athena.ActiveUsers.Tests.Simulation;

/// <summary>The state as it lies on the disk, in its own JSON; at times the disk refuses.</summary>
internal sealed class SimulatedDisk(CrashPoint crash) : IStateStore<PulseState>
{
    private string? file;

    public bool IsFull { get; set; }

    /// <summary>As it lies there; null before the first save.</summary>
    public string? File
    {
        get => file;
        set => file = value;
    }

    public PulseState Load() => file is null ? new PulseState() : JsonSerializer.Deserialize(file, PulseStateJson.Default.PulseState)!;

    public bool IsCompactionDue => false;

    StateLoad<PulseState> IStateStore<PulseState>.Load() => new StateLoad<PulseState>.Loaded(Load());

    public bool TryAppend(PulseState state, out string? problem) => TryCompact(state, out problem);

    public bool TryCompact(PulseState state, out string? problem)
    {
        problem = IsFull ? "full" : null;
        crash.Pass();
        if (!IsFull) file = JsonSerializer.Serialize(state, PulseStateJson.Default.PulseState);
        crash.Pass();
        return !IsFull;
    }
}
