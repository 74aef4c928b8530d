using System.Globalization;
using System.Net.Sockets;
using Athena.Common.Settings;

namespace Athena.Decisions.Web;

/// <summary>Sockets that systemd opened and handed over (sd_listen_fds(3)).</summary>
internal static class PassedSockets
{
    /// <summary>Descriptors 0, 1 and 2 are the process's own.</summary>
    private const int First = 3;

    /// <summary>What was handed over to this process; nothing where it was started without a socket unit.</summary>
    /// <exception cref="ConfigurationException">One of them can be reached by other hosts.</exception>
    public static IReadOnlyList<PassedSocket> FromEnvironment()
    {
        var isOurs = Environment.GetEnvironmentVariable("LISTEN_PID") == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        _ = int.TryParse(
            Environment.GetEnvironmentVariable("LISTEN_FDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var count);
        return isOurs ? [.. Enumerable.Range(First, count).Select(Of)] : [];
    }

    private static PassedSocket Of(int descriptor)
    {
        // Only looked at, and never closed by this object: the descriptor is the web server's.
        var socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: false));
        var address = ListenAddress.Of(socket.LocalEndPoint) ?? throw new ConfigurationException(
            $"The socket unit listens at {socket.LocalEndPoint}, where other hosts reach it. Set ListenStream=127.0.0.1:8377 or a path: "
            + $"sudo systemctl edit {Identity.Worker.Daemon}.socket");
        return new PassedSocket(descriptor, address);
    }
}

/// <param name="Descriptor">The number of the open file.</param>
/// <param name="Address">What it listens at.</param>
internal sealed record PassedSocket(int Descriptor, ListenAddress Address);
