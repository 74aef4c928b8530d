using System.Net;
using System.Net.Sockets;

namespace Athena.Decisions.Web;

/// <summary>Where the program listens: for processes of this host alone.</summary>
/// <param name="Port">A port of the loopback interface; null where it is a unix socket.</param>
/// <param name="Path">An absolute path; null where it is a port.</param>
internal sealed record ListenAddress(IPEndPoint? Port, string? Path)
{
    private const string UnixScheme = "unix:";

    /// <summary>unix(7): sun_path has 108 bytes.</summary>
    private const int LongestPath = 107;

    /// <summary>Reads <c>127.0.0.1:8377</c>, <c>[::1]:8377</c> or <c>unix:/run/decisions.sock</c>.</summary>
    /// <returns>Null when it is right, otherwise what would be.</returns>
    public static string? TryParse(string text, out ListenAddress address)
    {
        address = new ListenAddress(null, null);
        if (text.StartsWith(UnixScheme, StringComparison.Ordinal))
        {
            address = new ListenAddress(null, text[UnixScheme.Length..]);
            return !System.IO.Path.IsPathRooted(address.Path) ? "must name an absolute path: unix:/run/athena-workers-decisions.sock"
                : System.Text.Encoding.UTF8.GetByteCount(address.Path!) > LongestPath ? "names a path that is too long for a socket"
                : null;
        }

        if (!IPEndPoint.TryParse(text, out var end) || end.Port == 0)
            return "must be 127.0.0.1:PORT, [::1]:PORT or unix:PATH";
        address = new ListenAddress(end, null);
        return IPAddress.IsLoopback(end.Address)
            ? null
            : "must be of this host alone, as 127.0.0.1:8377: what listens for others than the proxy in front of it has no encryption";
    }

    /// <summary>Of a socket that systemd handed over; null when others than processes of this host can reach it.</summary>
    public static ListenAddress? Of(EndPoint? end) => end switch
    {
        IPEndPoint ip when IPAddress.IsLoopback(ip.Address) => new ListenAddress(ip, null),
        UnixDomainSocketEndPoint unix => new ListenAddress(null, unix.ToString()),
        _ => null,
    };

    /// <summary>As it is set.</summary>
    public override string ToString() => Path is { } path ? UnixScheme + path : Port?.ToString() ?? "";
}
