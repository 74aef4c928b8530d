using System.Globalization;

namespace Athena.EndToEnd.Harness;

/// <summary>
/// Looks at the sockets of a process again and again, as the kernel tells them: proc(5), <c>net/tcp</c> and <c>net/udp</c>.
/// </summary>
internal sealed class SocketWatch : IAsyncDisposable
{
    private const int Listening = 0x0A;
    private const int Unconnected = 0x07;
    private static readonly string[] Tables = ["tcp", "tcp6", "udp", "udp6"];

    private readonly CancellationTokenSource stop = new();
    private readonly Task watching;
    private readonly HashSet<string> open = [];
    private readonly HashSet<int> peers = [];
    private int looks;

    public SocketWatch(int process)
    {
        watching = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                Look(process);
                await Task.Delay(TimeSpan.FromMilliseconds(5), CancellationToken.None);
            }
        });
    }

    /// <summary>How often it was looked until now, where anybody could have reached the process, and the ports that it talked to.</summary>
    public async Task<(int Looks, IReadOnlyCollection<string> Open, IReadOnlyCollection<int> Peers)> EndAsync()
    {
        await stop.CancelAsync();
        await watching;
        return (looks, open, peers);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        stop.Dispose();
    }

    private void Look(int process)
    {
        try
        {
            var own = new DirectoryInfo($"/proc/{process}/fd").EnumerateFiles().Select(file => file.LinkTarget)
                .Where(target => target?.StartsWith("socket:[", StringComparison.Ordinal) == true)
                .Select(target => target![8..^1]).ToHashSet();
            foreach (var table in Tables)
            {
                foreach (var fields in File.ReadLines($"/proc/{process}/net/{table}").Skip(1)
                    .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
                {
                    if (!own.Contains(fields[9])) continue;
                    var (state, peer) = (Number(fields[3]), Number(fields[2][(fields[2].IndexOf(':', StringComparison.Ordinal) + 1)..]));
                    var isOpen = state == (table.StartsWith("tcp", StringComparison.Ordinal) ? Listening : Unconnected)
                        && !fields[1].EndsWith(":0000", StringComparison.Ordinal);
                    if (isOpen) open.Add($"{table} {fields[1]}");
                    else if (peer != 0) peers.Add(peer);
                }
            }

            looks++;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The process has ended, or ends just now.
        }
    }

    private static int Number(string hex) => int.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
