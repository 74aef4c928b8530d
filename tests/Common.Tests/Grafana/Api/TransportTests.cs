using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Athena.Common.Grafana.Api;

namespace Athena.Common.Tests.Grafana.Api;

public sealed class TransportTests : GrafanaTestBase
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [Test]
    public async Task One_connection_serves_one_call_after_another()
    {
        await using var peer = new HttpPeer(_ => Recorded.Answer("disable"));
        var client = Client(WithToken(peer.Url));
        for (var call = 0; call < 10; call++)
            await client.DisableAsync(5, Never);
        Assert.That(peer.Connections, Is.EqualTo(1));
    }

    [Test]
    public async Task Understands_an_answer_that_comes_one_byte_at_a_time()
    {
        await using var peer = new HttpPeer(_ => Recorded.Answer("one user")) { OneByteAtATime = true };
        Assert.That((await Client(WithToken(peer.Url)).UserAsync(2, Never)).Value?.Login, Is.EqualTo("naledi"));
    }

    [TestCase("/grafana")]
    [TestCase("/grafana/")]
    [TestCase("/a/b")]
    public async Task Stays_below_the_sub_path(string subPath)
    {
        await using var peer = new HttpPeer(_ => Recorded.Answer("one user"));
        await Client(WithToken(peer.Url + subPath)).UserAsync(2, Never);
        var request = peer.Requests.Single();
        Assert.That(request.Target, Is.EqualTo(subPath.TrimEnd('/') + "/api/users/2"));
        Assert.That(request.Header("Referer"), Is.EqualTo($"{peer.Url}{subPath.TrimEnd('/')}/athena-workers/auto-disable"));
    }

    [Test]
    public async Task A_redirect_to_another_host_is_refused_and_gets_nothing()
    {
        await using var stranger = new HttpPeer(_ => Recorded.Answer("one user"));
        await using var grafana = new SessionGrafana();
        var client = Client(WithPassword(grafana.Peer.Url));
        await client.WhoAmIAsync(Never);
        foreach (var status in new[] { 301, 302, 303, 307, 308 })
        {
            grafana.Inside = _ => Task.FromResult(new PeerAnswer(status, "", ("Location", $"http://localhost:{stranger.Port}/api/user")));
            var answer = await client.WhoAmIAsync(Never);
            Assert.That(answer.Outcome, Is.EqualTo(GrafanaOutcome.Unavailable));
            Assert.That(answer.Detail, Does.Contain("another host, localhost").And.Contain("Nothing was sent there"));
        }

        Assert.That(stranger.Requests, Is.Empty);
        Assert.That(grafana.SignIns, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_redirected_sign_in_does_not_take_the_password_along()
    {
        await using var stranger = new HttpPeer(_ => Recorded.Answer("one user"));
        await using var peer = new HttpPeer(_ => new PeerAnswer(307, "", ("Location", $"http://localhost:{stranger.Port}/login")));
        var answer = await Client(WithPassword(peer.Url)).WhoAmIAsync(Never);
        Assert.That(answer.Outcome, Is.EqualTo(GrafanaOutcome.Unavailable));
        Assert.That(stranger.Requests, Is.Empty);
    }

    [TestCase("https://127.0.0.1/api/users/2", "GRAFANA_URL should be https://127.0.0.1.")]
    [TestCase("/grafana/api/users/2", "/grafana.")]
    [TestCase("/login", "redirects to")]
    [TestCase("http://[broken", "check GRAFANA_URL")]
    public async Task A_redirect_on_the_same_host_says_what_GRAFANA_URL_should_be(string location, string advice)
    {
        await using var peer = new HttpPeer(_ => new PeerAnswer(302, "", ("Location", location)));
        var answer = await Client(WithToken(peer.Url)).UserAsync(2, Never);
        Assert.That(answer.Outcome, Is.EqualTo(GrafanaOutcome.Unavailable));
        Assert.That(answer.Detail, Does.Contain(advice));
        Assert.That(peer.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Believes_the_authority_in_the_CA_file_and_no_other()
    {
        var (authority, server) = Certificates();
        var file = Path.Combine(Folder, "ca.pem");
        await File.WriteAllTextAsync(file, authority.ExportCertificatePem());
        await using var peer = new HttpPeer(_ => Task.FromResult(Recorded.Answer("one user")), server);

        Assert.That((await Client(WithToken(peer.Url) with { CaFile = file }).UserAsync(2, Never)).IsDone, Is.True);

        var refused = await Client(WithToken(peer.Url)).UserAsync(2, Never);
        Assert.That(refused.Outcome, Is.EqualTo(GrafanaOutcome.Unavailable));
        Assert.That(refused.Detail, Does.Contain("No trusted TLS connection").And.Contain("GRAFANA_CA_FILE"));

        var (other, _) = Certificates();
        await File.WriteAllTextAsync(file, other.ExportCertificatePem());
        Assert.That(
            (await Client(WithToken(peer.Url) with { CaFile = file }).UserAsync(2, Never)).Outcome, Is.EqualTo(GrafanaOutcome.Unavailable));
        Assert.That(peer.Requests, Has.Count.EqualTo(1), "nothing was sent without trust");
    }

    [Test]
    public async Task No_secret_is_told_even_if_the_server_echoes_it()
    {
        await using var grafana = new SessionGrafana();
        var options = WithPassword(grafana.Peer.Url);
        grafana.Instead = request => new PeerAnswer(
            request.Line == "POST /login" ? 401 : 500, $$"""{"message":"you sent {{SessionGrafana.Password}}"}""");
        var client = Client(options);
        var answer = await client.WhoAmIAsync(Never);
        await using var echo = new HttpPeer(request => new PeerAnswer(500, $$"""{"message":"{{request.Header("Authorization")}}"}"""));
        var told = await Time.PassPausesAsync(Client(WithToken(echo.Url)).DisableAsync(5, Never));
        foreach (var text in new[] { answer.Detail, client.SignIn.ToString(), told.Detail })
            Assert.That(text, Does.Not.Contain(SessionGrafana.Password).And.Not.Contain("glsa_secret"));
        Assert.That(answer.Detail, Does.Contain("***"));
    }

    [Test]
    public async Task What_the_server_says_is_told_without_control_characters_and_cut()
    {
        await using var peer = new HttpPeer(_ =>
            new PeerAnswer(400, """{"message":"a\nb\u202ec\u001b[31m END END END"}""".Replace("END", new string('x', 300))));
        var answer = await Client(WithToken(peer.Url)).DisableAsync(5, Never);
        Assert.That(answer.Detail.Any(char.IsControl), Is.False);
        Assert.That(answer.Detail, Does.Not.Contain("\u202e").And.Contain("…"));
        Assert.That(answer.Detail, Has.Length.LessThan(300));
    }

    [Test]
    public async Task What_does_not_speak_HTTP_is_told_as_that()
    {
        var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var greeting = Task.Run(async () =>
        {
            for (var connection = 0; connection < 1; connection++)
            {
                using var client = await listener.AcceptTcpClientAsync();
                await client.GetStream().WriteAsync("220 mail.example.org ESMTP\r\n"u8.ToArray());
            }
        });
        var answer = await Client(WithToken($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}")).UserAsync(2, Never);
        await greeting;
        listener.Stop();
        Assert.That(answer.Outcome, Is.EqualTo(GrafanaOutcome.Unavailable));
        Assert.That(answer.Detail, Does.Contain("does not speak HTTP"));
    }

    private static (X509Certificate2 Authority, X509Certificate2 Server) Certificates()
    {
        var (from, to) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=Hospital test authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        authorityRequest.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(authorityRequest.PublicKey, false));
        var authority = authorityRequest.CreateSelfSigned(from, to);

        using var serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var serverRequest = new CertificateRequest("CN=127.0.0.1", serverKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        serverRequest.CertificateExtensions.Add(names.Build());
        using var issued = serverRequest.Create(authority, from, to, [1, 2, 3, 4]);
        using var withKey = issued.CopyWithPrivateKey(serverKey);
        return (authority, X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null));
    }
}
