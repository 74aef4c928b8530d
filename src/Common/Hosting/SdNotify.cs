using System.Net.Sockets;
using System.Text;

namespace Athena.Common.Hosting;

/// <summary>
/// Tells systemd how the daemon is (sd_notify(3)). Without <c>NOTIFY_SOCKET</c> it does nothing. Own code, because the usual package finds
/// no parent under <c>ProtectProc=invisible</c> and then never sends READY.
/// </summary>
public sealed class SdNotify : IDisposable
{
    private const string SocketVariable = "NOTIFY_SOCKET";

    private readonly Socket? socket;

    /// <param name="address">A path, or <c>@name</c> for an abstract socket; null or empty for none. Others (vsock) are ignored.</param>
    public SdNotify(string? address)
    {
        if (address is not { Length: > 1 } || address[0] is not '/' and not '@')
            return;

        // An abstract name begins with a NUL byte instead (unix(7)).
        var endPoint = new UnixDomainSocketEndPoint(address[0] == '@' ? '\0' + address[1..] : address);
        socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            socket.Connect(endPoint);
        }
        catch (SocketException)
        {
            socket.Dispose();
            socket = null;
        }
    }

    /// <summary>True when somebody listens.</summary>
    public bool IsConnected => socket is not null;

    /// <summary>Takes the address from the environment and removes it there: a child process must not speak for the daemon.</summary>
    public static SdNotify FromEnvironment()
    {
        var address = Environment.GetEnvironmentVariable(SocketVariable);
        Environment.SetEnvironmentVariable(SocketVariable, null);
        return new SdNotify(address);
    }

    public bool Ready(string status) => Send("READY=1", Status(status));

    public bool Say(string status) => Send(Status(status));

    public bool Stopping(string status) => Send("STOPPING=1", Status(status));

    public bool Alive() => Send("WATCHDOG=1");

    public void Dispose() => socket?.Dispose();

    private static string Status(string text) => "STATUS=" + VisibleText.Escape(text);

    /// <summary>One datagram, states joined by line feeds. False when nobody listens (any more); that is nobody's fault here.</summary>
    private bool Send(params ReadOnlySpan<string> states)
    {
        if (socket is null)
            return false;

        try
        {
            socket.Send(Encoding.UTF8.GetBytes(string.Join('\n', states)));
            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }
}
