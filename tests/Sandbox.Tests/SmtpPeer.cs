using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Athena.Sandbox.Tests;

/// <summary>The client's side of an SMTP conversation, command by command.</summary>
internal sealed class SmtpPeer : IDisposable
{
    private readonly TcpClient client = new();
    private Stream stream = Stream.Null;

    public void Dispose()
    {
        stream.Dispose();
        client.Dispose();
    }

    public async Task<string> ConnectAsync(int port)
    {
        await client.ConnectAsync("127.0.0.1", port);
        stream = client.GetStream();
        return await ReplyAsync();
    }

    public async Task<string> SayAsync(string command)
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes(command + "\r\n"));
        return await ReplyAsync();
    }

    /// <summary>The same, one byte at a time.</summary>
    public async Task<string> SpellAsync(string command)
    {
        foreach (var b in Encoding.UTF8.GetBytes(command + "\r\n"))
        {
            await stream.WriteAsync(new[] { b });
            await stream.FlushAsync();
        }

        return await ReplyAsync();
    }

    public async Task SecureAsync(RemoteCertificateValidationCallback accept)
    {
        var tls = new SslStream(stream, false, accept);
        await tls.AuthenticateAsClientAsync("localhost");
        stream = tls;
    }

    /// <summary>All lines of the next reply, or what there is when the server closes.</summary>
    private async Task<string> ReplyAsync()
    {
        var reply = new StringBuilder();
        while (true)
        {
            var line = new StringBuilder();
            var one = new byte[1];
            while (await stream.ReadAsync(one) == 1 && one[0] != '\n') line.Append((char)one[0]);
            reply.Append(line.ToString().TrimEnd('\r'));
            if (line.Length < 4 || line[3] != '-') return reply.ToString();
            reply.Append('\n');
        }
    }
}
