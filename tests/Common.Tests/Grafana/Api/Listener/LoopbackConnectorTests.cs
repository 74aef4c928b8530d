using System.Net;
using System.Net.Sockets;
using System.Text;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Api.Listener;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.State;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.Grafana.Api.Listener;

/// <summary>A real listener on a real socket with a log of its own, true or not.</summary>
internal sealed class LoopbackConnectorTests
{
    private const string Token = "glsa_secret";

    private TemporaryDirectory directory = null!;
    private int linesToSkip;
    private string host = "127.0.0.1";
    private Func<HttpPeer, string>? before;

    private string LogPath => directory["grafana.log"];

    [SetUp]
    public void Open()
    {
        directory = new TemporaryDirectory();
        (linesToSkip, host, before) = (0, "127.0.0.1", null);
        File.WriteAllText(LogPath, "");
    }

    [TearDown]
    public void Close() => directory.Dispose();

    [Test]
    public async Task A_connection_is_proved_once_and_then_kept()
    {
        await using var peer = Peer();
        await using var client = Client(peer);
        for (var i = 0; i < 5; i++) Assert.That((await client.WhoAmIAsync(CancellationToken.None)).IsDone, Is.True);
        Assert.Multiple(() =>
        {
            Assert.That(client.Listener.Kind, Is.EqualTo(ListenerKind.Proved));
            Assert.That(peer.Connections, Is.EqualTo(1));
            Assert.That(Questions(peer), Has.Count.EqualTo(1));
            Assert.That(Questions(peer).Single().Header("Authorization"), Is.Null.Or.Empty, "the question itself carries no credential");
            Assert.That(Installation.Peek(directory.Path).ProvedAt, Is.Not.Null);
        });
    }

    [Test]
    public async Task Whoever_does_not_write_Grafana_s_log_hears_nothing_secret()
    {
        linesToSkip = int.MaxValue;
        await using var peer = Peer();
        await using var client = Client(peer);
        var answer = await client.WhoAmIAsync(CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(answer.Outcome, Is.EqualTo(GrafanaOutcome.Unavailable));
            Assert.That(answer.Detail, Does.Contain("No password, token or session was sent").And.Contain("GRAFANA_TRUST_LOOPBACK=yes"));
            Assert.That(client.Listener.Kind, Is.EqualTo(ListenerKind.Refused));
            Assert.That(peer.Requests, Is.EquivalentTo(Questions(peer)), "nothing else was asked");
        });
    }

    [Test]
    public async Task A_log_that_others_may_write_proves_nobody()
    {
        await using var peer = Peer();
        await using var client = Client(peer, options => options with { Log = LogSource.TryParse("loki:http://127.0.0.1:9", out _) });
        var answer = await client.WhoAmIAsync(CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(answer.Detail, Does.Contain("others than Grafana may write lines").And.Contain("GRAFANA_TRUST_LOOPBACK=yes"));
            Assert.That(client.Listener.Kind, Is.EqualTo(ListenerKind.Refused));
            Assert.That(peer.Requests, Is.Empty);
        });
    }

    [Test]
    public async Task Grafana_that_begins_to_listen_meanwhile_is_asked_again_on_a_new_connection()
    {
        var isFirst = true;
        before = peer => Interlocked.Exchange(ref isFirst, false) ? ListenLine($"127.0.0.1:{peer.Port}") : "";
        await using var peer = Peer();
        await using var client = Client(peer);
        Assert.That((await client.WhoAmIAsync(CancellationToken.None)).IsDone, Is.True);
        Assert.That((Questions(peer).Count, peer.Connections), Is.EqualTo((2, 2)));
    }

    [Test]
    public async Task An_address_that_Grafana_s_log_does_not_name_is_refused_though_the_question_comes_to_the_log()
    {
        await using var peer = Peer();
        File.WriteAllText(LogPath, ListenLine($"[::1]:{peer.Port}"));
        await using var client = Client(peer);
        Assert.That((await client.WhoAmIAsync(CancellationToken.None)).Detail, Does.Contain($"listens at [::1]:{peer.Port}"));
        Assert.That(peer.Requests, Is.EquivalentTo(Questions(peer)));
    }

    [Test]
    public async Task A_log_that_cannot_be_read_proves_nothing_and_holds_nobody_up()
    {
        await using var peer = Peer();
        linesToSkip = int.MaxValue;
        File.Delete(LogPath);
        await using var client = Client(peer);
        Assert.That((await client.WhoAmIAsync(CancellationToken.None)).IsDone, Is.True);
        Assert.That(client.Listener.Kind, Is.EqualTo(ListenerKind.Believed));
        Assert.That(client.Listener.Sentence, Does.Contain("GRAFANA_TRUST_LOOPBACK=yes").And.Contain("cannot be read"));
    }

    [TestCase(false, ListenerKind.Believed)]
    [TestCase(true, ListenerKind.Refused)]
    public async Task A_memory_of_version_0_1_0_goes_on_until_Grafana_was_proved_once(bool wasProved, ListenerKind kind)
    {
        linesToSkip = int.MaxValue;
        File.WriteAllText(directory["state.json"], "{}");
        var installation = Installation.Open(directory.Path, TimeProvider.System);
        if (wasProved) installation.NoteProved(DateTimeOffset.UtcNow);
        await using var peer = Peer();
        await using var client = Client(peer);
        Assert.That((await client.WhoAmIAsync(CancellationToken.None)).IsDone, Is.EqualTo(!wasProved));
        Assert.That(client.Listener.Kind, Is.EqualTo(kind));
    }

    [Test]
    public async Task Who_is_trusted_by_the_settings_is_asked_nothing()
    {
        linesToSkip = int.MaxValue;
        await using var peer = Peer();
        await using var client = Client(peer, options => options with { TrustLoopback = true });
        Assert.That((await client.WhoAmIAsync(CancellationToken.None)).IsDone, Is.True);
        Assert.That((client.Listener.Kind, Questions(peer).Count), Is.EqualTo((ListenerKind.Trusted, 0)));
    }

    [Test]
    public async Task A_name_leads_to_the_address_that_the_log_names()
    {
        host = "localhost";
        await using var peer = Peer();
        File.WriteAllText(LogPath, ListenLine($"127.0.0.1:{peer.Port}"));
        using var six = new TcpListener(IPAddress.IPv6Loopback, peer.Port);
        six.Start();
        await using var client = Client(peer);
        Assert.That((await client.WhoAmIAsync(CancellationToken.None)).IsDone, Is.True);
        Assert.That(six.Pending(), Is.False, "nobody knocked there");
    }

    [Test]
    public async Task A_socket_in_a_directory_of_Grafana_s_own_needs_no_proof()
    {
        var path = directory["grafana.sock"];
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        var answering = Task.Run(async () =>
        {
            using var accepted = await listener.AcceptAsync();
            await using var stream = new NetworkStream(accepted);
            var request = Encoding.ASCII.GetString((await ReadSomeAsync(stream)).Span);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                "HTTP/1.1 200 OK\r\nContent-Length: 47\r\n\r\n{\"id\":9,\"login\":\"athena\",\"isGrafanaAdmin\":true}"));
            return request;
        });
        await using var client = new GrafanaClient(Options($"unix:{path}"), TimeProvider.System);
        var answer = await client.WhoAmIAsync(CancellationToken.None);
        var asked = await answering;
        Assert.Multiple(() =>
        {
            Assert.That(answer.Value?.Login, Is.EqualTo("athena"), answer.Detail);
            Assert.That(asked, Does.StartWith("GET /api/user HTTP/1.1").And.Contain($"Bearer {Token}")
                .And.Contain("Referer: http://localhost/athena-workers/auto-disable"));
            Assert.That(client.Listener.Kind, Is.EqualTo(ListenerKind.UnixSocket));
        });
    }

    [TestCase("unix:grafana.sock")]
    [TestCase("unix:/tmp/grafana.sock", Description = "there everybody can make one")]
    public void A_socket_where_anybody_can_make_one_is_refused(string url) =>
        Assert.That(Options(url).Problems(), Has.Some.Contains("GRAFANA_URL"));

    private static async Task<ReadOnlyMemory<byte>> ReadSomeAsync(Stream stream)
    {
        var buffer = new byte[4096];
        return buffer.AsMemory(0, await stream.ReadAsync(buffer));
    }

    private static List<PeerRequest> Questions(HttpPeer peer) =>
        [.. peer.Requests.Where(request => request.Target.Contains("athena-listener-", StringComparison.Ordinal))];

    private static string ListenLine(string address) =>
        $"logger=http.server t={DateTimeOffset.UtcNow:yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'} level=info msg=\"HTTP Server Listen\" "
        + $"address={address} protocol=http subUrl= socket=\n";

    private GrafanaClientOptions Options(string url) => new()
    {
        Url = url,
        Token = Token,
        Daemon = "auto-disable",
        Log = LogSource.TryParse("file:" + LogPath, out _),
    };

    private GrafanaClient Client(HttpPeer peer, Func<GrafanaClientOptions, GrafanaClientOptions>? change = null)
    {
        var options = Options($"http://{host}:{peer.Port}").ForHolder(directory.Path, TimeProvider.System) with { SessionFile = null };
        return new GrafanaClient(change?.Invoke(options) ?? options, TimeProvider.System);
    }

    private HttpPeer Peer()
    {
        HttpPeer? peer = null;
        peer = new HttpPeer(request =>
        {
            if (!request.Target.Contains("athena-listener-", StringComparison.Ordinal))
                return new PeerAnswer(200, "{\"id\":9,\"login\":\"athena\",\"isGrafanaAdmin\":true}");
            if (this.before is { } before) File.AppendAllText(LogPath, before(peer!));
            if (linesToSkip-- <= 0)
            {
                File.AppendAllText(LogPath,
                    $"logger=context userId=0 orgId=0 uname= t={DateTimeOffset.UtcNow:yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'} level=info "
                    + $"msg=\"Request Completed\" method=GET path={request.Target} status=401 remote_addr=127.0.0.1 time_ms=1 "
                    + "duration=1ms size=26 referer= handler=/api/datasources/uid/:uid\n");
            }

            return new PeerAnswer(401, "{\"message\":\"Unauthorized\"}");
        });
        return peer;
    }
}
