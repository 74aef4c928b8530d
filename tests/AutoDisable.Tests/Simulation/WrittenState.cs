using System.Buffers;
using System.Text.Json;
using Athena.AutoDisable.State;
using Athena.Common.State;

namespace Athena.AutoDisable.Tests.Simulation;

/// <summary>A state as a process writes it, and what can be read of it: a snapshot, and then what has changed.</summary>
internal sealed class WrittenState
{
    private readonly StateForm<AutoDisableState> writing = AutoDisableState.Form();
    private readonly StateForm<AutoDisableState> reading = AutoDisableState.Form();
    private readonly AutoDisableState read;

    public WrittenState(AutoDisableState state)
    {
        State = state;
        read = reading.Read(new MemoryStream(Written(json => writing.Write(state, json))))!;
        writing.Settle(state);
    }

    /// <summary>The state in the memory of the process.</summary>
    public AutoDisableState State { get; }

    /// <summary>What the next process would find.</summary>
    public string OnDisk => JsonSerializer.Serialize(read, AutoDisableStateJson.Default.AutoDisableState);

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
