using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Athena.Common.Daemon.Decisions;
using Athena.Tests.Shared;

namespace Athena.Decisions.Tests;

/// <summary>What docs/decisions.md says to write into nginx, in a real one.</summary>
internal sealed partial class NginxTests
{
    private const string ServerPart = "# In the server block";

    [Test]
    public async Task What_the_document_says_works_and_leaves_the_token_in_no_log()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Desk.Pages[Some.Token] = Some.TakeBack;
        using var folder = new TemporaryDirectory();
        await File.WriteAllTextAsync(folder["nginx.conf"], Configuration(folder, stage.Client.BaseAddress!.Port));
        using (var test = Start(folder, "-t"))
        {
            var said = await test.StandardError.ReadToEndAsync();
            await test.WaitForExitAsync();
            Assert.That(test.ExitCode, Is.Zero, said);
        }

        using var nginx = Start(folder);
        try
        {
            using var client = Client(folder["nginx.sock"]);
            while (!File.Exists(folder["nginx.sock"])) Assert.That(nginx.HasExited, Is.False);
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
        finally
        {
            nginx.Kill(entireProcessTree: true);
            await nginx.WaitForExitAsync();
        }

        var logs = Directory.EnumerateFiles(folder.Path, "*.log").Select(File.ReadAllText).ToList();
        Assert.That(string.Concat(logs), Does.Contain("GET 200"), "it is logged that somebody asked");
        Assert.That(logs, Has.None.Contains(Some.Token));
    }

    private static string Configuration(TemporaryDirectory folder, int port)
    {
        var snippet = Snippet().Match(File.ReadAllText(Repository.PathOf("docs/decisions.md"))).Groups[1].Value
            .Replace("/var/log/nginx/", folder.Path + "/", StringComparison.Ordinal)
            .Replace("127.0.0.1:8377", $"127.0.0.1:{port}", StringComparison.Ordinal).Split(ServerPart);
        Assert.That(snippet, Has.Length.EqualTo(2), "the document was understood");
        var temporary = string.Concat(((string[])["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
            .Select(kind => $"{kind}_temp_path {folder[kind]};\n"));
        return $$"""
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            daemon off;
            master_process off;
            pid {{folder["nginx.pid"]}};
            error_log {{folder["all-error.log"]}} warn;
            events {}
            http {
            access_log {{folder["all.log"]}};
            {{temporary}}
            {{snippet[0]}}
            server {
            listen unix:{{folder["nginx.sock"]}};
            #{{snippet[1]}}
            location / { return 404; }
            }
            }
            """;
    }

    private static Process Start(TemporaryDirectory folder, params string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("nginx", ["-p", folder.Path, "-c", folder["nginx.conf"], .. arguments])
            {
                RedirectStandardError = true,
                Environment = { ["PATH"] = Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin" },
            })!;
        }
        catch (Win32Exception)
        {
            NotRun.Missing("nginx is not installed, so nobody tried what the document says to write into it.");
            throw;
        }
    }

    private static HttpClient Client(string path) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancel) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    [GeneratedRegex("```nginx\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippet();
}
