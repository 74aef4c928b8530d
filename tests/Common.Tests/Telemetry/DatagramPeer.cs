using System.Net.Sockets;
using System.Text;

namespace Athena.Common.Tests.Telemetry;

/// <summary>The other end of a unix datagram socket: systemd, or journald.</summary>
internal sealed class DatagramPeer : IDisposable
{
    private readonly Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    public DatagramPeer(string address)
    {
        socket.Bind(new UnixDomainSocketEndPoint(address));
        socket.ReceiveTimeout = 5000;
    }

    public bool IsEmpty => socket.Available == 0;

    public byte[] Receive()
    {
        var buffer = new byte[256 * 1024];
        return buffer[..socket.Receive(buffer)];
    }

    public string ReceiveText() => Encoding.UTF8.GetString(Receive());

    public void Dispose() => socket.Dispose();
}
