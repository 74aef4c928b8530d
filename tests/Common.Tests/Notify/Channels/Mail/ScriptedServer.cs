using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Athena.Common.Tests.Notify.Channels.Mail;

/// <summary>
/// A mail server that speaks from a transcript, one connection after another. Lines: <c>S: text</c> is said (joined into one write as long
/// as nothing else comes between), <c>C: text</c> must be heard (a <c>*</c> at its end stands for anything), <c>TLS</c> changes to TLS,
/// <c>MAIL</c> takes a message up to its final dot, <c>HANG</c> says nothing more until the client leaves, <c>CLOSE</c> hangs up at once.
/// </summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2? _certificate;
    private readonly bool _oneByteAtATime;
    private readonly Task _run;
    private TcpClient? _client;

    private ScriptedServer(string[] transcripts, X509Certificate2? certificate, bool oneByteAtATime)
    {
        _certificate = certificate;
        _oneByteAtATime = oneByteAtATime;
        _listener.Start();
        _run = RunAsync(transcripts);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The messages taken, still stuffed, without the final dot.</summary>
    public List<string> Messages { get; } = [];

    /// <summary>Commands that were heard.</summary>
    public List<string> Heard { get; } = [];

    public static ScriptedServer Start(bool oneByteAtATime, X509Certificate2? certificate, params string[] transcripts) =>
        new(transcripts, certificate, oneByteAtATime);

    /// <summary>Waits for the end of the last transcript, and fails when the client departed from one.</summary>
    public async Task PlayedAsync() => await _run.WaitAsync(TimeSpan.FromSeconds(20));

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        _client?.Dispose();
        try
        {
            await _run;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or AssertionException or IOException
            or AuthenticationException)
        {
            // Told by PlayedAsync to those who asked.
        }
    }

    private async Task RunAsync(string[] transcripts)
    {
        foreach (string transcript in transcripts)
        {
            using TcpClient client = await _listener.AcceptTcpClientAsync();
            client.NoDelay = true;
            _client = client;
            await PlayAsync(client.GetStream(), transcript);
        }
    }

    private async Task PlayAsync(Stream stream, string transcript)
    {
        StringBuilder toSay = new();
        foreach (string line in transcript.ReplaceLineEndings("\n")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (line.StartsWith("S: ", StringComparison.Ordinal))
            {
                toSay.Append(line.AsSpan(3)).Append("\r\n");
                continue;
            }

            await SayAsync(stream, toSay);
            switch (line)
            {
                case "TLS":
                    // Whoever left already has closed it, which a TLS stream takes for a wrong argument.
                    if (!stream.CanRead) throw new IOException("The client has left.");
                    SslStream tls = new(stream);
                    await tls.AuthenticateAsServerAsync(_certificate!);
                    stream = tls;
                    break;
                case "MAIL":
                    Messages.Add(await TakeMessageAsync(stream));
                    break;
                case "HANG":
                    while (await stream.ReadAsync(new byte[64]) > 0)
                    {
                    }

                    return;
                case "CLOSE":
                    return;
                default:
                    await HearAsync(stream, line);
                    break;
            }
        }

        await SayAsync(stream, toSay);
    }

    private async Task SayAsync(Stream stream, StringBuilder text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text.ToString());
        text.Clear();
        int piece = _oneByteAtATime ? 1 : Math.Max(bytes.Length, 1);
        for (int i = 0; i < bytes.Length; i += piece)
        {
            await stream.WriteAsync(bytes.AsMemory(i, piece));
            await stream.FlushAsync();
        }
    }

    private async Task HearAsync(Stream stream, string expected)
    {
        string? heard = await ReadLineAsync(stream);
        if (heard is not null)
            Heard.Add(heard);
        string pattern = expected["C: ".Length..];
        bool isAsExpected = heard is not null
            && (pattern.EndsWith('*') ? heard.StartsWith(pattern[..^1], StringComparison.Ordinal) : heard == pattern);
        if (!isAsExpected)
            throw new AssertionException($"Expected \"{pattern}\", heard \"{heard ?? "the end of the connection"}\".");
    }

    private static async Task<string> TakeMessageAsync(Stream stream)
    {
        StringBuilder message = new();
        while (await ReadLineAsync(stream) is { } line && line != ".")
            message.Append(line).Append("\r\n");
        return message.ToString();
    }

    private static async Task<string?> ReadLineAsync(Stream stream)
    {
        List<byte> line = [];
        byte[] one = new byte[1];
        while (await stream.ReadAsync(one) == 1)
        {
            if (one[0] == '\n')
                return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            line.Add(one[0]);
        }

        return null;
    }
}
