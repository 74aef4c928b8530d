using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Athena.Common.Tests.Notify.Channels.Webhook;

/// <summary>Speaks HTTP as it is told to, byte for byte, and keeps what it was sent.</summary>
internal sealed class HookServer : IDisposable
{
    public const string Path = "/hooks/a-path-that-is-a-secret?code=also-a-secret";

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource over = new();

    public HookServer()
    {
        listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>Each request's head and body.</summary>
    public ConcurrentQueue<Posted> Requests { get; } = new();

    /// <summary>Writes the answer; the connection is closed after it.</summary>
    public Func<Stream, CancellationToken, Task> Answer { get; set; } = Saying("HTTP/1.1 204 No Content\r\n\r\n");

    public string Place => $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

    public Uri Url => new($"http://{Place}{Path}");

    public static Func<Stream, CancellationToken, Task> Saying(string answer) =>
        (stream, cancel) => stream.WriteAsync(Encoding.ASCII.GetBytes(answer), cancel).AsTask();

    public void Dispose()
    {
        // Twice does no harm: nobody listens any more is what some tests are about.
        over.Cancel();
        listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await listener.AcceptTcpClientAsync(over.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                if (await ReadAsync(stream) is not { } request) return;
                Requests.Enqueue(request);
                await Answer(stream, over.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
            {
                // The other side went away, or the test is over.
            }
        }
    }

    private async Task<Posted?> ReadAsync(Stream stream)
    {
        var bytes = new List<byte>();
        var buffer = new byte[4096];
        while (true)
        {
            var read = await stream.ReadAsync(buffer, over.Token);
            if (read == 0) return null;
            bytes.AddRange(buffer[..read]);
            var text = Encoding.Latin1.GetString([.. bytes]);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0) continue;
            var head = text[..end].Split("\r\n");
            var headers = head.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(
                parts => parts[0], parts => parts[1], StringComparer.OrdinalIgnoreCase);
            var body = text[(end + 4)..];
            if (body.Length >= int.Parse(headers.GetValueOrDefault("Content-Length", "0"))) return new Posted(head[0], headers, body);
        }
    }
}

/// <summary>A request as it came.</summary>
internal sealed record Posted(string Line, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string Id => Headers["webhook-id"];

    public string Signature => Headers["webhook-signature"];
}
