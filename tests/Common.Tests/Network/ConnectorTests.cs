using System.Net;
using System.Net.Sockets;
using Athena.Common.Network;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.Network;

/// <summary>Names with several addresses, of which some do not answer. The sockets are real; only the names are ours.</summary>
public sealed class ConnectorTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Test]
    public async Task An_address_that_swallows_connections_does_not_keep_the_other_from_being_tried()
    {
        using TcpListener listener = Listen();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using BlackHole hole = await DigAsync(port);
        Connector connector = Resolving(IPAddress.IPv6Loopback, IPAddress.Loopback);
        using Socket socket = await connector.ConnectAsync("mail.example.test", port, default).WaitAsync(Long);

        Assert.That(((IPEndPoint)socket.RemoteEndPoint!).Address, Is.EqualTo(IPAddress.Loopback));
    }

    [Test]
    public async Task Requests_over_HTTP_get_there_as_well()
    {
        using TcpListener listener = Listen();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using BlackHole hole = await DigAsync(port);
        Task answering = AnswerAsync(listener);
        using SocketsHttpHandler handler = new()
        {
            UseProxy = false,
            ConnectCallback = Resolving(IPAddress.IPv6Loopback, IPAddress.Loopback).ConnectAsync,
        };
        using HttpClient client = new(handler);
        Assert.That(await client.GetStringAsync(new Uri($"http://bot.example.test:{port}/")).WaitAsync(Long), Is.EqualTo("here"));
        await answering;
    }

    [TestCase(SocketError.TryAgain)]
    [TestCase(SocketError.NoData)]
    [TestCase(SocketError.HostNotFound)]
    public void A_name_that_cannot_be_resolved_is_told_as_that_whatever_the_system_calls_it(SocketError error)
    {
        using SocketsHttpHandler handler = new()
        {
            UseProxy = false,
            ConnectCallback = new Connector(TimeProvider.System, (_, _) => throw new SocketException((int)error)).ConnectAsync,
        };
        using HttpClient client = new(handler);
        var fault = Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri("http://bot.example.test/")).WaitAsync(Long));
        Assert.That(fault!.HttpRequestError, Is.EqualTo(HttpRequestError.NameResolutionError), "as each of our sentences asks");
    }

    [Test]
    public async Task Where_only_one_address_answers_at_all_it_is_found_whatever_its_place([Values(0, 1, 2, 3)] int place)
    {
        using TcpListener listener = Listen();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        List<IPAddress> addresses = [IPAddress.Parse("127.0.0.2"), IPAddress.Parse("127.0.0.3"), IPAddress.Parse("127.0.0.4")];
        addresses.Insert(place, IPAddress.Loopback);
        using Socket socket = await Resolving([.. addresses]).ConnectAsync("mail.example.test", port, default).WaitAsync(Long);

        Assert.That(((IPEndPoint)socket.RemoteEndPoint!).Address, Is.EqualTo(IPAddress.Loopback));
    }

    [Test]
    public void Without_any_the_failure_that_says_most_is_told()
    {
        int port;
        using (TcpListener closed = Listen())
            port = ((IPEndPoint)closed.LocalEndpoint).Port;
        Connector connector = Resolving(IPAddress.Parse("2001:db8::1"), IPAddress.Loopback);
        SocketException? failure = Assert.ThrowsAsync<SocketException>(async () =>
            await connector.ConnectAsync("mail.example.test", port, default).WaitAsync(Long));

        Assert.That(failure!.SocketErrorCode, Is.EqualTo(SocketError.ConnectionRefused));
        failure = Assert.ThrowsAsync<SocketException>(async () =>
            await Resolving().ConnectAsync("mail.example.test", port, default).WaitAsync(Long));
        Assert.That(failure!.SocketErrorCode, Is.EqualTo(SocketError.HostNotFound));
    }

    [Test]
    public async Task It_ends_when_told_to_stop()
    {
        using TcpListener listener = Listen();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using BlackHole hole = await DigAsync(port);
        using CancellationTokenSource stop = new();
        Task connecting = Resolving(IPAddress.IPv6Loopback).ConnectAsync("mail.example.test", port, stop.Token);
        await stop.CancelAsync();

        Assert.That(async () => await connecting.WaitAsync(Long), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Families_are_tried_by_turns_the_preferred_one_first()
    {
        IPAddress[] given = [.. new[] { "2001:db8::1", "2001:db8::2", "2001:db8::3", "192.0.2.1", "192.0.2.2" }.Select(IPAddress.Parse)];
        Assert.That(Connector.Alternating(given).Select(address => address.ToString()), Is.EqualTo(new[]
        {
            "2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2", "2001:db8::3",
        }));
    }

    [TestCase("localhost", true)]
    [TestCase("grafana.localhost", true)]
    [TestCase("127.0.0.1", true)]
    [TestCase("::1", true)]
    [TestCase("localhost.example.org", false)]
    [TestCase("192.0.2.1", false)]
    public void This_machine_is_known_by_its_names(string host, bool isThisMachine) =>
        Assert.That(Connector.IsThisMachine(host), Is.EqualTo(isThisMachine));

    /// <summary>Npgsql connects by itself; it tries the next address within the time-out of the connection string.</summary>
    [Test]
    public async Task Npgsql_gets_past_an_address_that_swallows_connections()
    {
        if (!(await Dns.GetHostAddressesAsync("localhost")).Contains(IPAddress.IPv6Loopback))
            NotRun.Because("localhost is not ::1 here as well");
        using TcpListener listener = Listen();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using BlackHole hole = await DigAsync(port);
        Task<TcpClient> accepted = listener.AcceptTcpClientAsync();
        await using Npgsql.NpgsqlConnection connection = new($"Host=localhost;Port={port};Username=x;Timeout=10;SSL Mode=Disable");
        Task opening = connection.OpenAsync();
        using (await accepted.WaitAsync(Long))
        {
            // It has got there, which is all that is asked here.
        }

        Assert.That(async () => await opening.WaitAsync(Long), Throws.Exception);
    }

    private static Connector Resolving(params IPAddress[] addresses) => new(TimeProvider.System, (_, _) => Task.FromResult(addresses));

    private static TcpListener Listen()
    {
        TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static async Task<BlackHole> DigAsync(int port)
    {
        (BlackHole? hole, string? whyNot) = await BlackHole.TryDigAsync(IPAddress.IPv6Loopback, port);
        if (hole is null)
            NotRun.Because(whyNot!);
        return hole!;
    }

    private static async Task AnswerAsync(TcpListener listener)
    {
        using TcpClient client = await listener.AcceptTcpClientAsync();
        NetworkStream stream = client.GetStream();
        await stream.ReadAtLeastAsync(new byte[4096], 1);
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nhere"u8.ToArray());
    }
}
