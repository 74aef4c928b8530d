using System.Net;
using System.Net.Sockets;
using Athena.Common.Network;

namespace Athena.Common.Tests.Network;

internal sealed class SocketTableTests
{
    private const string Head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";

    [Test]
    public void Reads_both_families_with_their_owners()
    {
        var rows = SocketTable.Parse(
        [
            Head,
            "   0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000   472        0 31337 1 0000000000000000 100 "
            + "0 0 10 0",
            "   1: 00000000000000000000000001000000:0BB8 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 "
            + "65534        0 1 1 0 100 0 0 10 0",
            "   2: 0000000000000000FFFF00000100007F:0BB8 0000000000000000FFFF00000100007F:D431 01 00000000:00000000 00:00000000 "
            + "00000000     0        0 2 1 0 20 0 0 10 -1",
        ]);
        Assert.That(rows, Is.EqualTo(new[]
        {
            new SocketRow(new(IPAddress.Loopback, 3000), new(IPAddress.Any, 0), true, 472),
            new SocketRow(new(IPAddress.IPv6Loopback, 3000), new(IPAddress.IPv6Any, 0), true, SocketTable.Overflow),
            new SocketRow(new(IPAddress.Loopback, 3000), new(IPAddress.Loopback, 0xD431), false, 0),
        }));
    }

    [TestCase("")]
    [TestCase("nonsense")]
    [TestCase("   0: 0100007F:0BB8")]
    [TestCase("   0: 0100007F 00000000:0000 0A 0 0 0 472 0 1")]
    [TestCase("   0: 01X0007F:0BB8 00000000:0000 0A 0 0 0 472 0 1")]
    public void A_line_that_is_none_is_left_out(string line) => Assert.That(SocketTable.Parse([Head, line]), Is.Empty);

    [Test]
    public async Task Finds_who_holds_the_other_end_of_a_connection([Values(false, true)] bool isSix)
    {
        var address = isSix ? IPAddress.IPv6Loopback : IPAddress.Loopback;
        using var listener = new TcpListener(address, 0);
        listener.Start();
        using var client = new TcpClient(address.AddressFamily);
        var accepting = listener.AcceptTcpClientAsync();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        using var server = await accepting;
        var table = SocketTable.Read()!;
        Assert.Multiple(() =>
        {
            Assert.That(table.PeerOf((IPEndPoint)client.Client.LocalEndPoint!, (IPEndPoint)client.Client.RemoteEndPoint!), Is.Not.Null);
            Assert.That(table.ListenersAt(((IPEndPoint)listener.LocalEndpoint).Port), Is.EqualTo(new[] { address }));
        });
    }
}
