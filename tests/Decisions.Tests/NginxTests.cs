using System.Net;
using System.Text.RegularExpressions;
using Athena.Common.Daemon.Decisions;
using Athena.Common.Network;
using Athena.Tests.Shared;

namespace Athena.Decisions.Tests;

/// <summary>What docs/decisions.md says to write into nginx, in a real one, and what check says of one that does more.</summary>
internal sealed partial class NginxTests
{
    private const string ServerPart = "# In the server block";

    private Stage stage = null!;
    private TemporaryDirectory folder = null!;

    [SetUp]
    public async Task OpenAsync() => (stage, folder) = (await Stage.OpenAsync(), new TemporaryDirectory());

    [TearDown]
    public async Task CloseAsync()
    {
        await stage.DisposeAsync();
        folder.Dispose();
    }

    [Test]
    public async Task What_the_document_says_works_and_leaves_the_token_in_no_log()
    {
        stage.Desk.Pages[Some.Token] = Some.TakeBack;
        await using (var nginx = await StartAsync())
        {
            var client = nginx.Client;
            var path = $"http://grafana/athena/decide/{Some.Token}";
            client.DefaultRequestHeaders.Add("X-Forwarded-Email", "forged@clinic.example");
            using var shown = await client.GetAsync(path);
            using var done = await client.PostAsync(path, new FormUrlEncodedContent([new(DecisionDesk.Form, Some.Form)]));
            Assert.That((shown.StatusCode, done.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK)));
            var many = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.GetAsync(path)));
            Assert.That(many.Select(answer => answer.StatusCode), Does.Contain(HttpStatusCode.TooManyRequests));
            using var large = await client.PostAsync(path, new StringContent(new string('x', 9000)));
            Assert.That(large.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge).Or.EqualTo(HttpStatusCode.TooManyRequests));
        }

        var logs = Directory.EnumerateFiles(folder.Path, "*.log").Select(File.ReadAllText).ToList();
        Assert.That(string.Concat(logs), Does.Contain("GET 200"), "it is logged that somebody asked");
        Assert.That(logs, Has.None.Contains(Some.Token));
    }

    [TestCase("", "byte for byte as it leaves this host")]
    [TestCase("gzip on; gzip_min_length 1; gzip_proxied any;", "byte for byte as it leaves this host")]
    [TestCase("sub_filter '</body>' '<script src=\"/x.js\"></script></body>';", "A script is put into it")]
    [TestCase("sub_filter 'Nothing is decided' 'All is decided';", "It is rewritten on the way: “")]
    [TestCase("proxy_hide_header Cache-Control;", "Its header Cache-Control is lost on the way")]
    [TestCase("expires 1h;", "Its header Cache-Control is max-age=3600")]
    [TestCase("add_header Content-Security-Policy \"default-src *\" always;", "Its header Content-Security-Policy is default-src 'none'")]
    public async Task Check_says_what_it_does_with_the_page(string more, string said)
    {
        await using var nginx = await StartAsync(more);
        using var published = new PublishedText(TimeProvider.System, folder["nginx.sock"]);
        using var local = new PublishedText(TimeProvider.System);
        var found = PageOnTheWay.Compare(
            "https://grafana.example",
            await published.FetchAsync(new Uri($"http://grafana/athena/decide/{PageOnTheWay.Sample}"), CancellationToken.None),
            await local.FetchAsync(new Uri(stage.Folder + PageOnTheWay.Sample), CancellationToken.None));
        Assert.That(string.Join('\n', found.Select(one => one.What)), Does.Contain(said));
        Assert.That(found, Has.Count.EqualTo(said.StartsWith("byte", StringComparison.Ordinal) ? 1 : 2));
    }

    /// <summary>As the document has it.</summary>
    /// <param name="more">What stands in the location besides.</param>
    private Task<Nginx> StartAsync(string more = "")
    {
        var snippet = Snippet().Match(File.ReadAllText(Repository.PathOf("docs/decisions.md"))).Groups[1].Value
            .Replace("/var/log/nginx/", folder.Path + "/", StringComparison.Ordinal)
            .Replace("127.0.0.1:8377;", $"127.0.0.1:{stage.Client.BaseAddress!.Port};\n{more}", StringComparison.Ordinal).Split(ServerPart);
        Assert.That(snippet, Has.Length.EqualTo(2), "the document was understood");
        return Nginx.StartAsync(folder, snippet[0], "#" + snippet[1]);
    }

    [GeneratedRegex("```nginx\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippet();
}
