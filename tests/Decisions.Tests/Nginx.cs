using System.ComponentModel;
using System.Diagnostics;
using System.Net.Sockets;
using Athena.Tests.Shared;

namespace Athena.Decisions.Tests;

/// <summary>A real nginx, for as long as a test lasts, at a unix socket in a folder of its own.</summary>
internal sealed class Nginx : IAsyncDisposable
{
    private readonly Process process;

    private Nginx(Process process) => this.process = process;

    /// <summary>Asks it, whatever host an address names.</summary>
    public required HttpClient Client { get; init; }

    /// <param name="folder">Has its socket, <c>nginx.sock</c>, and its logs.</param>
    /// <param name="http">What stands in the block <c>http</c> besides.</param>
    /// <param name="server">What stands in its server.</param>
    public static async Task<Nginx> StartAsync(TemporaryDirectory folder, string http, string server)
    {
        await File.WriteAllTextAsync(folder["nginx.conf"], Configuration(folder, http, server));
        using (var test = Run(folder, "-t"))
        {
            var said = await test.StandardError.ReadToEndAsync();
            await test.WaitForExitAsync();
            Assert.That(test.ExitCode, Is.Zero, said);
        }

        var process = Run(folder);
        while (!await ListensAsync(folder["nginx.sock"])) Assert.That(process.HasExited, Is.False);
        return new Nginx(process)
        {
            Client = new HttpClient(new SocketsHttpHandler
            {
                ConnectCallback = async (_, cancel) =>
                {
                    var socket = UnixSocket();
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(folder["nginx.sock"]), cancel);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            }),
        };
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static Socket UnixSocket() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    /// <summary>The socket has its name a moment before anybody is let in.</summary>
    private static async Task<bool> ListensAsync(string path)
    {
        using var socket = UnixSocket();
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string Configuration(TemporaryDirectory folder, string http, string server)
    {
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
            {{http}}
            server {
            listen unix:{{folder["nginx.sock"]}};
            {{server}}
            location / { return 404; }
            }
            }
            """;
    }

    private static Process Run(TemporaryDirectory folder, params string[] arguments)
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
}
