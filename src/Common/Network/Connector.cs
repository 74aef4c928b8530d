using System.Net;
using System.Net.Sockets;

namespace Athena.Common.Network;

/// <summary>
/// Connects to a host by its name, whichever of its addresses answers (RFC 8305, "happy eyeballs"): a name with an address that swallows
/// packets, as IPv6 often does where nobody uses it, costs a quarter of a second instead of everything.
/// </summary>
/// <param name="resolve">Gives the addresses in the order of preference; null asks the system, which sorts them (RFC 6724).</param>
public sealed class Connector(TimeProvider time, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
{
    /// <summary>
    /// How long an attempt may be silent before the next address is tried beside it (RFC 8305 §5, Connection Attempt Delay).
    /// </summary>
    public static readonly TimeSpan AttemptDelay = TimeSpan.FromMilliseconds(250);

    private static readonly SocketError[] SaysLittle =
    [
        SocketError.NetworkUnreachable, SocketError.HostUnreachable, SocketError.AddressFamilyNotSupported, SocketError.AddressNotAvailable,
        SocketError.ProtocolFamilyNotSupported,
    ];

    private readonly Func<string, CancellationToken, Task<IPAddress[]>> resolver = resolve ?? Dns.GetHostAddressesAsync;

    /// <summary>The name stands for this machine: its addresses are tried one after another, for none of them is slow to answer.</summary>
    public static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address));

    /// <summary>The callback for an <see cref="SocketsHttpHandler"/>; the other end is the proxy where there is one.</summary>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        Socket socket = await ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellation).ConfigureAwait(false);
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <param name="host">A name or an address, IPv6 with or without brackets.</param>
    /// <exception cref="SocketException">No address for the name, or none that could be reached; the failure that says most.</exception>
    /// <exception cref="OperationCanceledException">Cancelled. There is no time-out of its own.</exception>
    public async Task<Socket> ConnectAsync(string host, int port, CancellationToken cancellation)
    {
        host = host.Trim('[', ']');
        IPAddress[] addresses = IPAddress.TryParse(host, out IPAddress? literal)
            ? [literal]
            : await ResolveAsync(host, cancellation).ConfigureAwait(false);

        Race race = new(port, IsThisMachine(host) ? Timeout.InfiniteTimeSpan : AttemptDelay, time);
        return await race.RunAsync(new Queue<IPAddress>(Alternating(addresses)), cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// No address was found for the name, for whichever reason: of some the system's own words are those of quite other faults, "Resource
    /// temporarily unavailable".
    /// </summary>
    public static bool IsUnknownName(SocketException fault) => fault.SocketErrorCode
        is SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData or SocketError.NoRecovery;

    /// <summary>What nobody knows is told in one way, which the runtime's HTTP knows, too.</summary>
    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation)
    {
        try
        {
            if (await resolver(host, cancellation).ConfigureAwait(false) is { Length: > 0 } found)
                return found;
        }
        catch (SocketException fault) when (IsUnknownName(fault))
        {
            // As where there is none.
        }

        throw new SocketException((int)SocketError.HostNotFound);
    }

    /// <summary>The families by turns, the preferred one first, each in its own order (RFC 8305 §4).</summary>
    internal static IEnumerable<IPAddress> Alternating(IReadOnlyList<IPAddress> addresses)
    {
        var families = addresses.GroupBy(address => address.AddressFamily).Select(family => family.ToList()).ToList();
        for (int i = 0; i < families.Max(family => family.Count); i++)
        {
            foreach (List<IPAddress> family in families.Where(family => i < family.Count))
                yield return family[i];
        }
    }

    /// <summary>The attempts of one connection.</summary>
    private sealed class Race(int port, TimeSpan delay, TimeProvider time)
    {
        private readonly List<Task<Socket>> running = [];
        private readonly List<SocketException> failures = [];

        public async Task<Socket> RunAsync(Queue<IPAddress> waiting, CancellationToken cancellation)
        {
            using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            try
            {
                while (true)
                {
                    if (waiting.TryDequeue(out IPAddress? address))
                        running.Add(TryAsync(address, over.Token));
                    else if (running.Count == 0)
                        throw failures.Find(failure => !SaysLittle.Contains(failure.SocketErrorCode)) ?? failures[0];
                    if (await WinnerAsync(waiting.Count > 0, over.Token).ConfigureAwait(false) is { } winner)
                        return winner;
                }
            }
            finally
            {
                await over.CancelAsync().ConfigureAwait(false);
                foreach (Task<Socket> loser in running)
                {
                    _ = loser.ContinueWith(
                        static late => late.Result.Dispose(), CancellationToken.None,
                        TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
                }
            }
        }

        /// <summary>Waits until one has connected, or the next is to be tried: then null.</summary>
        private async Task<Socket?> WinnerAsync(bool isNextWaiting, CancellationToken cancellation)
        {
            using CancellationTokenSource noDelay = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            Task pause = Task.Delay(isNextWaiting ? delay : Timeout.InfiniteTimeSpan, time, noDelay.Token);
            Task first = await Task.WhenAny([.. running, pause]).ConfigureAwait(false);
            await noDelay.CancelAsync().ConfigureAwait(false);
            if (first is not Task<Socket> attempt)
            {
                cancellation.ThrowIfCancellationRequested();
                return null;
            }

            running.Remove(attempt);
            try
            {
                return await attempt.ConfigureAwait(false);
            }
            catch (SocketException failure)
            {
                failures.Add(failure);
                return null;
            }
        }

        private async Task<Socket> TryAsync(IPAddress address, CancellationToken cancellation)
        {
            Socket? socket = null;
            try
            {
                socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(new IPEndPoint(address, port), cancellation).ConfigureAwait(false);
                return socket;
            }
            catch
            {
                socket?.Dispose();
                throw;
            }
        }
    }
}
