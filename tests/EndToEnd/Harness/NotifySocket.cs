using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace Athena.EndToEnd.Harness;

/// <summary>The other end of <c>NOTIFY_SOCKET</c> (sd_notify(3)).</summary>
internal sealed class NotifySocket : IDisposable
{
    private readonly Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly ConcurrentQueue<string> heard = new();

    public NotifySocket(string path)
    {
        socket.Bind(new UnixDomainSocketEndPoint(path));
        _ = ListenAsync();
    }

    /// <summary>Each state by itself, in order.</summary>
    public IReadOnlyCollection<string> Heard => heard;

    public Task HearsAsync(string fragment) => Eventually.TrueAsync(
        () => heard.Any(state => state.Contains(fragment, StringComparison.Ordinal)), $"systemd hears {fragment}",
        () => string.Join('\n', heard));

    public void Dispose() => socket.Dispose();

    private async Task ListenAsync()
    {
        var buffer = new byte[8192];
        try
        {
            while (true)
            {
                var length = await socket.ReceiveAsync(buffer);
                foreach (var state in Encoding.UTF8.GetString(buffer, 0, length).Split('\n')) heard.Enqueue(state);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
