using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace Athena.Common.Network;

/// <summary>
/// The TCP sockets of this network namespace with their owners, from <c>/proc/self/net/tcp</c> and <c>tcp6</c> (proc_pid_net(5)). In a unit
/// with <c>PrivateUsers=yes</c> all foreign users but root are shown as <see cref="Overflow"/>.
/// </summary>
internal sealed record SocketTable(IReadOnlyList<SocketRow> Rows)
{
    /// <summary>What the kernel shows for a user that our user namespace does not know (/proc/sys/kernel/overflowuid).</summary>
    public const uint Overflow = 65534;

    /// <summary>Null when it cannot be read.</summary>
    public static SocketTable? Read()
    {
        try
        {
            var rows = Parse(File.ReadLines("/proc/self/net/tcp"));
            if (File.Exists("/proc/self/net/tcp6")) rows.AddRange(Parse(File.ReadLines("/proc/self/net/tcp6")));
            return new SocketTable(rows);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The rows of one of the two files; lines that are not understood are left out.</summary>
    public static List<SocketRow> Parse(IEnumerable<string> lines)
    {
        var rows = new List<SocketRow>();
        foreach (var line in lines.Skip(1))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 7 && EndPoint(fields[1]) is { } local && EndPoint(fields[2]) is { } remote
                && byte.TryParse(fields[3], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var state)
                && uint.TryParse(fields[7], NumberStyles.None, CultureInfo.InvariantCulture, out var user))
            {
                rows.Add(new SocketRow(local, remote, state == SocketRow.Listening, user));
            }
        }

        return rows;
    }

    /// <summary>
    /// The other end of a connection of ours, if it is on this machine; null when it is not, as behind a translated address.
    /// </summary>
    public SocketRow? PeerOf(IPEndPoint ours, IPEndPoint theirs) =>
        Rows.FirstOrDefault(row => !row.IsListening && row.Local.Equals(theirs) && row.Remote.Equals(ours));

    /// <summary>Those who listen at this port on a loopback address or on all addresses.</summary>
    public IEnumerable<IPAddress> ListenersAt(int port) => Rows
        .Where(row => row.IsListening && row.Local.Port == port)
        .Select(row => row.Local.Address)
        .Where(address => IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));

    /// <summary>Words of four bytes in the order of this machine, the port in the order of reading.</summary>
    private static IPEndPoint? EndPoint(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon is not (8 or 32)
            || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var port))
            return null;
        var bytes = new byte[colon / 2];
        for (var at = 0; at < colon; at += 8)
        {
            if (!uint.TryParse(text.AsSpan(at, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var word)) return null;
            if (BitConverter.IsLittleEndian) BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at / 2), word);
            else BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(at / 2), word);
        }

        var address = new IPAddress(bytes);
        return new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, port);
    }
}

/// <summary>One TCP socket of this machine.</summary>
/// <param name="UserId">Who made it, or who accepted it; as our user namespace shows it.</param>
internal sealed record SocketRow(IPEndPoint Local, IPEndPoint Remote, bool IsListening, uint UserId)
{
    /// <summary>TCP_LISTEN of the kernel.</summary>
    public const byte Listening = 0x0A;
}
