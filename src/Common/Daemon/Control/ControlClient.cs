using System.Net.Sockets;
using System.Text;
using Athena.Common.Time;

namespace Athena.Common.Daemon.Control;

/// <summary>The command line's end of the control socket.</summary>
public static class ControlClient
{
    private const int ReplyLimit = 64 * 1024 * 1024;

    /// <summary>The daemon's answer; null when no daemon listens there.</summary>
    /// <exception cref="TimeoutException">It listens but did not answer in time.</exception>
    /// <exception cref="UnauthorizedAccessException">The socket belongs to somebody else: only root and the daemon's user may
    /// ask.</exception>
    /// <exception cref="IOException">It closed the connection or answered something else.</exception>
    public static async Task<ControlReply?> SendAsync(
        string path, ControlRequest request, TimeSpan timeout, TimeProvider time, CancellationToken cancel)
    {
        // unix(7): sun_path has 108 bytes.
        if (Encoding.UTF8.GetByteCount(path) > 107)
            throw new IOException($"The path of the control socket is too long: {path}");

        using var deadline = new CancellationTokenSource(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), both.Token).ConfigureAwait(false);
            using var stream = new NetworkStream(socket);
            await stream.WriteAsync(ControlMessage.Write(request), both.Token).ConfigureAwait(false);
            var line = await new LineReader(stream, ReplyLimit).ReadAsync(both.Token).ConfigureAwait(false)
                ?? throw new IOException(
                    "The daemon closed the connection without an answer: it has just stopped, or was killed. Whether the command was "
                    + "carried out is not known; when the daemon runs again, look, and repeat it if need be.");
            return ControlMessage.ReadReply(line.Span) ?? throw new IOException("The daemon's answer is none of ours.");
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused or SocketError.AddressNotAvailable
            || e.NativeErrorCode == 2)
        {
            return null;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
        {
            throw new UnauthorizedAccessException($"{path} may be used by root and by the daemon's own user only.", e);
        }
        catch (SocketException e)
        {
            throw new IOException($"{path}: {e.Message}", e);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"The daemon did not answer within {Duration.Write(timeout)}.");
        }
    }
}
