using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Athena.Common.Checks;
using Athena.Common.Daemon.Decisions;

namespace Athena.Decisions.Tests;

/// <summary>What <c>check</c> says of the page as browsers get it: through proxies that leave it as it is, and through others.</summary>
internal sealed class PublicPageTests
{
    private Stage stage = null!;

    [SetUp]
    public async Task OpenAsync() => stage = await Stage.OpenAsync();

    [TearDown]
    public async Task CloseAsync() => await stage.DisposeAsync();

    [Test]
    public async Task Left_as_it_is_it_is_the_same_byte_for_byte()
    {
        await using var proxy = await Proxy.OpenAsync(stage, change: answer => answer.Headers.SetCookie = "__cf_bm=x");
        var found = await LookAsync(proxy.Url);
        Assert.That(found, Is.EqualTo(new[]
        {
            new CheckFinding(CheckOutcome.Ok, $"The page of decisions answers at {proxy.Url}, byte for byte as it leaves this host"),
        }));
    }

    private static IEnumerable<TestCaseData> Rewritings()
    {
        yield return Case("<script src=\"/cdn-cgi/scripts/5c5d/email-decode.min.js\"></script>", "Email Obfuscation off");
        yield return Case("<script src=\"/cdn-cgi/scripts/7d0f/rocket-loader.min.js\"></script>", "Rocket Loader off");
        yield return Case("<script>var s='/cdn-cgi/challenge-platform/scripts/jsd/main.js'</script>", "JavaScript Detections");
        yield return Case("<script src='https://static.cloudflareinsights.com/beacon.min.js'></script>", "Web Analytics");
        yield return Case("<script>alert(1)</script>", "sub_filter");
        yield return new TestCaseData((Func<string, string>)(text => text.Replace("\n", "", StringComparison.Ordinal)), "Auto Minify")
            .SetArgDisplayNames("made smaller");
        yield return new TestCaseData(
            (Func<string, string>)(text => text.Replace("decided", "done", StringComparison.Ordinal)), "sub_filter")
            .SetArgDisplayNames("another word");

        static TestCaseData Case(string put, string remedy) => new TestCaseData(
            (Func<string, string>)(text => text.Replace("</body>", put + "</body>", StringComparison.Ordinal)), remedy)
            .SetArgDisplayNames(put);
    }

    [TestCaseSource(nameof(Rewritings))]
    public async Task Whatever_is_put_into_it_is_named_with_what_switches_it_off(Func<string, string> rewrite, string remedy)
    {
        await using var proxy = await Proxy.OpenAsync(stage, rewrite);
        var found = await LookAsync(proxy.Url);
        Assert.That(found.Select(one => one.Outcome), Is.EqualTo(new[] { CheckOutcome.Ok, CheckOutcome.Warning }), Text(found));
        Assert.That(found[0].What, Is.EqualTo($"The page of decisions answers at {proxy.Url}"));
        Assert.That(found[1].Remedy, Does.Contain(remedy), Text(found));
    }

    /// <summary>A socket that is the proxy's alone is not to be asked; the page says of itself what it is.</summary>
    [Test]
    public async Task Where_the_page_cannot_be_asked_on_this_host_it_is_seen_all_the_same()
    {
        await using (var proxy = await Proxy.OpenAsync(stage))
            Assert.That((await LookAsync(proxy.Url, "/nonexistent")).Single().What, Does.EndWith("byte for byte as it leaves this host"));
        await using (var proxy = await Proxy.OpenAsync(stage, text => text.Replace("Links", "Lists", StringComparison.Ordinal)))
            Assert.That((await LookAsync(proxy.Url, "/nonexistent"))[1].What, Does.EndWith("It is rewritten on the way"));
        await using (var proxy = await Proxy.OpenAsync(stage, change: answer => answer.Headers.Remove("Content-Digest")))
            Assert.That((await LookAsync(proxy.Url, "/nonexistent"))[1].Outcome, Is.EqualTo(CheckOutcome.Note));
        await using (var proxy = await Proxy.OpenAsync(stage, change: answer => answer.Headers.CacheControl = "public"))
            Assert.That((await LookAsync(proxy.Url, "/nonexistent"))[1].What, Does.EndWith("Cache-Control is public where it comes"));
    }

    [TestCase("Cache-Control", null, "Its header Cache-Control is lost on the way")]
    [TestCase("Cache-Control", "public, max-age=60", "is public, max-age=60 where it comes and no-store, no-transform where it leaves")]
    [TestCase("Content-Security-Policy", null, "Its header Content-Security-Policy is lost on the way")]
    [TestCase("Referrer-Policy", "unsafe-url", "is unsafe-url where it comes and no-referrer where it leaves")]
    [TestCase("Content-Type", "text/html", "is text/html where it comes")]
    [TestCase("Age", "7", "A cache on the way keeps it")]
    [TestCase("CF-Cache-Status", "HIT", "A cache on the way keeps it")]
    public async Task A_header_that_is_lost_or_changed_is_named(string name, string? value, string said)
    {
        await using var proxy = await Proxy.OpenAsync(stage, change: answer =>
        {
            answer.Headers.Remove(name);
            if (value is not null) answer.Headers[name] = value;
        });
        var found = await LookAsync(proxy.Url);
        Assert.That(found.Skip(1).Single(), Has.Property("What").Contains(said).And.Property("Outcome").EqualTo(CheckOutcome.Warning));
    }

    [Test]
    public async Task Compressed_it_is_the_same_and_compressed_badly_it_is_told([Values] bool isGood)
    {
        await using var proxy = await Proxy.OpenAsync(stage, change: answer =>
        {
            answer.Headers.ContentEncoding = "gzip";
            if (isGood) answer.Body = new GZipStream(answer.Body, CompressionLevel.Fastest);
            if (isGood) answer.OnCompleted(async () => await answer.Body.DisposeAsync());
        });
        var found = await LookAsync(proxy.Url);
        Assert.That(
            found.Single().What, isGood ? Does.EndWith("as it leaves this host") : Does.Contain("compressed so that nobody can read it"));
    }

    [TestCase(302, "https://hospital.cloudflareaccess.com/cdn-cgi/access/login/x?kid=1", true, CheckOutcome.Ok, "to sign in")]
    [TestCase(302, "/oauth2/sign_in?rd=x", true, CheckOutcome.Ok, "leads to its own login")]
    [TestCase(403, "", true, CheckOutcome.Ok, "as DECISION_IDENTITY has it")]
    [TestCase(401, "", true, CheckOutcome.Ok, "as DECISION_IDENTITY has it")]
    [TestCase(302, "https://hospital.cloudflareaccess.com/cdn-cgi/x", false, CheckOutcome.Warning, "DECISION_IDENTITY is none")]
    [TestCase(302, "https://other.example/login?secret=1", true, CheckOutcome.Failed, "leads to https://other.example/login instead")]
    [TestCase(302, "/login", false, CheckOutcome.Failed, "leads to /login instead")]
    [TestCase(502, "", false, CheckOutcome.Failed, "something else than the page of decisions answers (HTTP 502)")]
    [TestCase(200, "", false, CheckOutcome.Failed, "(HTTP 200, with the title Grafana)")]
    [TestCase(404, "", false, CheckOutcome.Failed, "(HTTP 404, with the title Grafana)")]
    public async Task Another_answer_than_the_page_s_is_told_apart(
        int status, string location, bool signsIn, CheckOutcome outcome, string said)
    {
        await using var proxy = await Proxy.OpenAsync(
            stage,
            _ => status is 200 or 404 ? "<html><title>Grafana</title></html>" : "",
            answer =>
            {
                answer.StatusCode = status;
                if (location.Length > 0) answer.Headers.Location = location;
            });
        var found = (await LookAsync(proxy.Url, signsIn: signsIn)).Single();
        Assert.That((found.Outcome, found.What.Contains(said, StringComparison.Ordinal)), Is.EqualTo((outcome, true)), found.What);
        Assert.That(found.Remedy is null, Is.EqualTo(outcome == CheckOutcome.Ok), "what is wrong has a remedy");
    }

    [Test]
    public async Task A_host_that_only_leads_to_https_has_its_remedy()
    {
        await using var proxy = await Proxy.OpenAsync(stage, change: answer =>
        {
            answer.StatusCode = 301;
            answer.Headers.Location = "https://127.0.0.1/grafana/athena/decide/x";
        });
        Assert.That((await LookAsync(proxy.Url)).Single().Remedy, Does.Contain("Set DECISION_URL=https://"));
    }

    [Test]
    public async Task A_certificate_that_no_browser_takes_is_told_as_that()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=grafana.example", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using var proxy = await Proxy.OpenAsync(stage, certificate: certificate);
        var found = (await LookAsync(proxy.Url)).Single();
        Assert.That(found.Outcome, Is.EqualTo(CheckOutcome.Failed));
        Assert.That(found.What, Does.StartWith($"The certificate at {proxy.Url} is none that this host takes").And.Contain("Name"));
    }

    [Test]
    public async Task Not_reachable_from_here_is_one_thing_and_not_there_another()
    {
        Uri nowhere;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            nowhere = new Uri($"http://{listener.LocalEndpoint}");
        }

        var (here, neither) = ((await LookAsync(nowhere)).Single(), (await LookAsync(nowhere, "/nonexistent")).Single());
        Assert.That((here.Outcome, neither.Outcome), Is.EqualTo((CheckOutcome.Warning, CheckOutcome.Failed)));
        Assert.That(here.What, Does.EndWith("On this host it answers"));
        Assert.That(neither.Remedy, Does.Contain("systemctl status athena-workers-decisions.socket"));
    }

    [Test]
    public async Task A_page_whose_daemon_does_not_answer_is_reached_and_says_so()
    {
        await stage.Desk.StopAsync();
        await using var proxy = await Proxy.OpenAsync(stage);
        var found = (await LookAsync(proxy.Url)).Single();
        Assert.That(
            found.What, Is.EqualTo($"The page of decisions at {proxy.Url} is reached, and grafana-auto-disable does not answer it"));
    }

    private Task<IReadOnlyList<CheckFinding>> LookAsync(Uri url, string? listens = null, bool signsIn = false) => PublicPageCheck.RunAsync(
        token => new Uri($"{url}/athena/decide/{token}"), signsIn, TimeProvider.System, listens ?? stage.Client.BaseAddress!.Authority,
        CancellationToken.None);

    private static string Text(IEnumerable<CheckFinding> found) => string.Join('\n', found);
}
