using System.Net;
using System.Net.Sockets;

namespace Athena.Common.Tests.Network;

/// <summary>
/// An address that swallows connections: it listens, and takes none, until its queue is full and no further attempt is answered.
/// </summary>
internal sealed class BlackHole : IDisposable
{
    private readonly List<Socket> sockets = [];

    private BlackHole(Socket listener) => sockets.Add(listener);

    /// <summary>Null, with the reason, where this machine has no such address or answers attempts all the same.</summary>
    public static async Task<(BlackHole? Hole, string? WhyNot)> TryDigAsync(IPAddress address, int port)
    {
        Socket listener = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        BlackHole hole = new(listener);
        try
        {
            listener.Bind(new IPEndPoint(address, port));
            listener.Listen(0);
            for (int i = 0; i < 8; i++)
            {
                Socket filler = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                hole.sockets.Add(filler);
                using CancellationTokenSource soon = new(TimeSpan.FromMilliseconds(300));
                await filler.ConnectAsync(new IPEndPoint(address, port), soon.Token);
            }
        }
        catch (OperationCanceledException)
        {
            return (hole, null);
        }
        catch (SocketException e)
        {
            hole.Dispose();
            return (null, $"there is no {address} here: {e.Message}");
        }

        hole.Dispose();
        return (null, "this kernel takes connections that nobody accepts");
    }

    public void Dispose()
    {
        foreach (Socket socket in sockets)
            socket.Dispose();
    }
}
