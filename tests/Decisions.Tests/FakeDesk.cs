using System.Collections.Concurrent;
using Athena.Common.Daemon.Control;
using Athena.Common.Daemon.Decisions;
using Athena.Common.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace Athena.Decisions.Tests;

/// <summary>Answers at a socket as the daemon does, and remembers what it was asked.</summary>
internal sealed class FakeDesk(string path) : IAsyncDisposable
{
    private readonly ConcurrentQueue<ControlRequest> asked = [];
    private ControlSocket? socket;
    private int atOnce;
    private int mostAtOnce;

    /// <summary>What stands behind each link; of one that is not here it is that it is not open.</summary>
    public ConcurrentDictionary<string, DecisionPage> Pages { get; } = new(StringComparer.Ordinal);

    public DecisionAnswer Answer { get; set; } = Some.Done;

    /// <summary>What an answer waits for.</summary>
    public Task Until { get; set; } = Task.CompletedTask;

    public IEnumerable<IReadOnlyDictionary<string, string>> Decided =>
        asked.Where(one => one.Command == DecisionDesk.Decide).Select(one => one.Arguments);

    public IEnumerable<IReadOnlyDictionary<string, string>> Described =>
        asked.Where(one => one.Command == DecisionDesk.Describe).Select(one => one.Arguments);

    public int MostAtOnce => mostAtOnce;

    public async Task StartAsync()
    {
        socket = new ControlSocket(path, HandleAsync, NullLogger<ControlSocket>.Instance, TimeProvider.System);
        await socket.StartAsync(CancellationToken.None);
    }

    public async Task StopAsync()
    {
        if (socket is null) return;
        await socket.StopAsync(CancellationToken.None);
        socket.Dispose();
        socket = null;
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task<ControlReply> HandleAsync(ControlRequest request, CancellationToken cancel)
    {
        asked.Enqueue(request);
        var now = Interlocked.Increment(ref atOnce);
        for (var most = mostAtOnce; now > most; most = mostAtOnce) Interlocked.CompareExchange(ref mostAtOnce, now, most);
        try
        {
            await Until.WaitAsync(cancel);
            return request.Command switch
            {
                DecisionDesk.Describe =>
                    DecisionDesk.Reply(Pages.GetValueOrDefault(request.Arguments[DecisionDesk.Token], DecisionPage.Closed)),
                DecisionDesk.Decide => DecisionDesk.Reply(Answer),
                _ => new ControlReply(ExitCode.Usage, "Nothing else is answered here."),
            };
        }
        finally
        {
            Interlocked.Decrement(ref atOnce);
        }
    }
}
