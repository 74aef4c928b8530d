using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Athena.EndToEnd.Harness;

/// <summary>
/// Any local user, while Grafana is down: listens at its port and keeps what is sent there. Answers like a Grafana at which nobody is
/// signed in, or passes everything on to the real one.
/// </summary>
internal sealed class Impostor : IAsyncDisposable
{
    private static readonly byte[] Refusal = Encoding.ASCII.GetBytes(
        "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: 26\r\n\r\n{\"message\":\"Unauthorized\"}");

    private readonly TcpListener listener;
    private readonly Func<IPEndPoint?> relayTo;
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentQueue<string> heard = new();
    private readonly ConcurrentBag<Task> conversations = [];
    private readonly Task accepting;
    private int connections;

    private Impostor(IPEndPoint at, Func<IPEndPoint?> relayTo)
    {
        this.relayTo = relayTo;
        listener = new TcpListener(at);
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>Everything that was sent to it.</summary>
    public string Heard => string.Concat(heard);

    public int Connections => connections;

    public static Impostor At(IPAddress address, int port) => new(new IPEndPoint(address, port), () => null);

    /// <param name="relayTo">Where each connection is passed on to; waited for while it is null.</param>
    public static Impostor Relaying(IPAddress address, int port, Func<IPEndPoint?> relayTo) =>
        new(new IPEndPoint(address, port), relayTo) { isRelay = true };

    private bool isRelay;

    /// <summary>Gives the port away and keeps the connections that it has.</summary>
    public void StopListening() => listener.Stop();

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        await Task.WhenAll(conversations);
        listener.Dispose();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(stop.Token);
                Interlocked.Increment(ref connections);
                conversations.Add(Task.Run(() => ConverseAsync(client)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ConverseAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                if (isRelay) await RelayAsync(client.GetStream());
                else await AnswerAsync(client.GetStream());
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
            {
            }
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        var request = new StringBuilder();
        while (await HearAsync(stream) is { Length: > 0 } bytes)
        {
            request.Append(Encoding.Latin1.GetString(bytes));
            if (!request.ToString().Contains("\r\n\r\n", StringComparison.Ordinal)) continue;
            request.Clear();
            await stream.WriteAsync(Refusal, stop.Token);
        }
    }

    private async Task RelayAsync(NetworkStream stream)
    {
        var first = await HearAsync(stream);
        IPEndPoint? target;
        while ((target = relayTo()) is null) await Task.Delay(10, stop.Token);
        using var real = new TcpClient(target.AddressFamily);
        await real.ConnectAsync(target, stop.Token);
        var onwards = real.GetStream();
        await onwards.WriteAsync(first, stop.Token);
        var back = onwards.CopyToAsync(stream, stop.Token);
        while (await HearAsync(stream) is { Length: > 0 } bytes) await onwards.WriteAsync(bytes, stop.Token);
        real.Close();
        await ((Task)back).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<byte[]> HearAsync(NetworkStream stream)
    {
        var buffer = new byte[16 * 1024];
        var length = await stream.ReadAsync(buffer, stop.Token);
        heard.Enqueue(Encoding.Latin1.GetString(buffer, 0, length));
        return buffer[..length];
    }
}
