using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Athena.Common.Tests.Grafana.Api;

/// <summary>A real HTTP/1.1 server on a loopback socket, with keep-alive, TLS if wanted, and one byte at a time if wanted.</summary>
internal sealed class HttpPeer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Func<PeerRequest, Task<PeerAnswer>> answer;
    private readonly X509Certificate2? certificate;
    private readonly ConcurrentBag<Task> conversations = [];
    private readonly Task accepting;
    private int connections;

    public HttpPeer(Func<PeerRequest, Task<PeerAnswer>> answer, X509Certificate2? certificate = null)
    {
        this.answer = answer;
        this.certificate = certificate;
        listener.Start();
        accepting = AcceptAsync();
    }

    public HttpPeer(Func<PeerRequest, PeerAnswer> answer)
        : this(request => Task.FromResult(answer(request)))
    {
    }

    public ConcurrentQueue<PeerRequest> Requests { get; } = [];

    public int Connections => connections;

    /// <summary>Each byte of an answer in a packet of its own.</summary>
    public bool OneByteAtATime { get; init; }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public string Url => $"{(certificate is null ? "http" : "https")}://127.0.0.1:{Port}";

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await accepting;
        listener.Stop();
        await Task.WhenAll(conversations);
        listener.Dispose();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(stop.Token);
                Interlocked.Increment(ref connections);
                conversations.Add(ConverseAsync(client));
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task ConverseAsync(TcpClient client)
    {
        using (client)
        {
            client.NoDelay = true;
            try
            {
                Stream stream = client.GetStream();
                if (certificate is not null)
                {
                    var tls = new SslStream(stream);
                    await tls.AuthenticateAsServerAsync(
                        new SslServerAuthenticationOptions { ServerCertificate = certificate }, stop.Token);
                    stream = tls;
                }

                while (await ReadRequestAsync(stream) is { } request)
                {
                    Requests.Enqueue(request);
                    if (!await SendAsync(stream, await answer(request)))
                        return;
                }
            }
            catch (Exception ended) when (ended is IOException or OperationCanceledException
                or System.Security.Authentication.AuthenticationException)
            {
                // The client went away, or does not trust us: its own side of the test sees to that.
            }
        }
    }

    private async Task<bool> SendAsync(Stream stream, PeerAnswer answer)
    {
        if (ReferenceEquals(answer, PeerAnswer.Silence))
        {
            _ = await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, stop.Token);
            return false;
        }

        if (ReferenceEquals(answer, PeerAnswer.Break))
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[{"u8.ToArray(), stop.Token);
            return false;
        }

        var body = Encoding.UTF8.GetBytes(answer.Body);
        var head = new StringBuilder($"HTTP/1.1 {answer.Status} Said\r\nContent-Length: {body.Length}\r\n");
        foreach (var (name, value) in answer.Headers)
            head.Append($"{name}: {value}\r\n");
        byte[] whole = [.. Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), .. body];
        if (!OneByteAtATime)
        {
            await stream.WriteAsync(whole, stop.Token);
            return true;
        }

        for (var at = 0; at < whole.Length; at++)
        {
            await stream.WriteAsync(whole.AsMemory(at, 1), stop.Token);
            await stream.FlushAsync(stop.Token);
        }

        return true;
    }

    private async Task<PeerRequest?> ReadRequestAsync(Stream stream)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (!(head.Count >= 4 && head[^4] == '\r' && head[^3] == '\n' && head[^2] == '\r' && head[^1] == '\n'))
        {
            if (await stream.ReadAsync(one, stop.Token) == 0)
                return null;
            head.Add(one[0]);
        }

        var lines = Encoding.Latin1.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':');
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        var body = new byte[int.Parse(headers.GetValueOrDefault("Content-Length", "0"))];
        await stream.ReadExactlyAsync(body, stop.Token);
        var parts = lines[0].Split(' ');
        return new PeerRequest(parts[0], parts[1], headers, Encoding.UTF8.GetString(body));
    }
}
