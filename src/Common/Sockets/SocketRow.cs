using System.Net;

namespace Athena.Common.Sockets;

/// <summary>One TCP socket of this machine.</summary>
/// <param name="UserId">Who made it, or who accepted it; as our user namespace shows it.</param>
internal sealed record SocketRow(IPEndPoint Local, IPEndPoint Remote, bool IsListening, uint UserId)
{
    /// <summary>TCP_LISTEN of the kernel.</summary>
    public const byte Listening = 0x0A;
}
