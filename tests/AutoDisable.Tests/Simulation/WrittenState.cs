using System.Buffers;
using System.Text.Json;
using Athena.AutoDisable.Accounts;
using Athena.Common.State;

namespace Athena.AutoDisable.Tests.Simulation;

/// <summary>A state as a process writes it, and what can be read of it: a snapshot, and then what has changed.</summary>
internal sealed class WrittenState
{
    private readonly StateForm<GateState> writing = GateState.Form();
    private readonly StateForm<GateState> reading = GateState.Form();
    private readonly GateState read;

    public WrittenState(GateState state)
    {
        State = state;
        read = reading.Read(new MemoryStream(Written(json => writing.Write(state, json))))!;
        writing.Settle(state);
    }

    /// <summary>The state in the memory of the process.</summary>
    public GateState State { get; }

    /// <summary>What the next process would find.</summary>
    public string OnDisk => JsonSerializer.Serialize(read, GateStateJson.Default.GateState);

    public void Append()
    {
        bool isChange, hasMore;
        do
        {
            isChange = false;
            var change = Written(json => isChange = writing.WriteChange(State, json));
            hasMore = writing.HasMoreToWrite;
            if (isChange) reading.Apply(read, change);
            writing.Settle(State);
        }
        while (hasMore);
    }

    private static byte[] Written(Action<Utf8JsonWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes)) write(json);
        return bytes.WrittenSpan.ToArray();
    }
}
