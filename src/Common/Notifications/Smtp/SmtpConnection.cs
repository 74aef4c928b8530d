using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Athena.Common.Notifications.Smtp;

/// <summary>
/// Lines to and from one server: limits, time-outs, the change to TLS, and the trace. Knows nothing of what the commands mean.
/// </summary>
internal sealed class SmtpConnection : IAsyncDisposable
{
    private const int LongestLine = 2048;       // 512 with CR LF by RFC 5321 §4.5.3.1.5; some servers talk more
    private const int MostLines = 128;

    private readonly SmtpSettings _settings;
    private readonly TimeProvider _time;
    private readonly Action<string>? _trace;
    private readonly TcpClient _client = new();
    private readonly List<string> _secrets = [];
    private readonly byte[] _buffer = new byte[4096];
    private Stream _stream = Stream.Null;
    private int _start;
    private int _end;

    private SmtpConnection(SmtpSettings settings, TimeProvider time, Action<string>? trace)
    {
        _settings = settings;
        _time = time;
        _trace = trace;
    }

    /// <summary>"TLS 1.3, certificate good until 2027-01-31"; empty without TLS.</summary>
    public string Protection { get; private set; } = "";

    /// <summary>True when the other end is this machine.</summary>
    public bool IsLoopback => _client.Client.RemoteEndPoint is IPEndPoint { Address: var address } && IPAddress.IsLoopback(address);

    /// <summary>Our side of the connection.</summary>
    public IPAddress LocalAddress => ((IPEndPoint)_client.Client.LocalEndPoint!).Address;

    private string Host => $"{_settings.Host}:{_settings.Port}";

    /// <summary>Connects; with implicit TLS, protected at once.</summary>
    /// <exception cref="SmtpFailure">Not reachable, or its certificate is not good.</exception>
    public static async Task<SmtpConnection> OpenAsync(
        SmtpSettings settings, TimeProvider time, Action<string>? trace, CancellationToken cancellation)
    {
        SmtpConnection connection = new(settings, time, trace);
        try
        {
            async Task<bool> ConnectAsync(CancellationToken token)
            {
                await connection._client.ConnectAsync(settings.Host, settings.Port, token).ConfigureAwait(false);
                return true;
            }

            await connection.StepAsync("the connection", settings.Timeout, ConnectAsync, cancellation).ConfigureAwait(false);
            connection._client.NoDelay = true;
            connection._stream = connection._client.GetStream();
            if (settings.Security == SmtpSecurity.ImplicitTls)
                await connection.ProtectAsync(cancellation).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Changes to TLS. What the server said in clear beyond its answer is not believed (the command injection of CVE-2011-0411).</summary>
    /// <exception cref="SmtpFailure">It said more, or its certificate is not good.</exception>
    public async Task ProtectAsync(CancellationToken cancellation)
    {
        if (_start != _end)
            throw new SmtpFailure($"{Host} sent more than its answer before the protection began: somebody may be tampering with the connection");

        X509Certificate2Collection? authorities = null;
        if (_settings.CaFile is not null)
        {
            authorities = CertificateCheck.TryReadAuthorities(_settings.CaFile, out string? problem)
                ?? throw new SmtpFailure($"SMTP_CA_FILE: {problem}");
        }

        CertificateCheck check = new(authorities);
        SslStream tls = new(_stream, leaveInnerStreamOpen: false, check.IsGood);
        _stream = tls;
        SslClientAuthenticationOptions options = new() { TargetHost = _settings.Host, CertificateChainPolicy = CertificateCheck.Policy };
        await StepAsync("TLS", _settings.Timeout, HandshakeAsync, cancellation).ConfigureAwait(false);
        string until = tls.RemoteCertificate is X509Certificate2 leaf ? $"{leaf.NotAfter.ToUniversalTime():yyyy-MM-dd}" : "?";
        Protection = $"{tls.SslProtocol}, certificate good until {until}";
        _trace?.Invoke($"-- {Protection}");

        async Task<bool> HandshakeAsync(CancellationToken token)
        {
            try
            {
                await tls.AuthenticateAsClientAsync(options, token).ConfigureAwait(false);
            }
            catch (AuthenticationException e)
            {
                throw new SmtpFailure(check.Problem is null
                    ? $"{Host} and we agree on no TLS: {e.InnerException?.Message ?? e.Message}"
                    : $"the certificate of {Host} is not good: {check.Problem}; if it is the site's own, name its authority in SMTP_CA_FILE");
            }

            return true;
        }
    }

    /// <summary>From now on this text is masked in the trace and wherever the server repeats it.</summary>
    public void Mask(string secret)
    {
        if (secret.Length > 0)
            _secrets.Add(secret);
    }

    /// <summary>Sends one command and reads its answer.</summary>
    /// <exception cref="SmtpFailure">No answer in time, the connection broke, or the server closes the session (421).</exception>
    public Task<SmtpReply> AskAsync(string command, CancellationToken cancellation) =>
        AskAsync(command, command.Split(' ')[0], cancellation);

    /// <inheritdoc cref="AskAsync(string, CancellationToken)"/>
    /// <param name="step">What to call the command in a sentence, where it is a secret itself.</param>
    public async Task<SmtpReply> AskAsync(string command, string step, CancellationToken cancellation)
    {
        // Whatever is put into a command was checked before; this is the last gate, and passing it would be a bug.
        if (command.AsSpan().ContainsAny('\r', '\n', '\0'))
            throw new ArgumentException("A command is one line.", nameof(command));
        _trace?.Invoke($"C: {Masked(command)}");
        await WriteAsync(step, Encoding.UTF8.GetBytes($"{command}\r\n"), cancellation).ConfigureAwait(false);
        return await ReadReplyAsync(step, _settings.Timeout, cancellation).ConfigureAwait(false);
    }

    /// <summary>Sends a message with its dots stuffed (RFC 5321 §4.5.2) and the final dot. Its answer is read apart.</summary>
    public async Task SendMessageAsync(byte[] message, CancellationToken cancellation)
    {
        _trace?.Invoke($"C: ({message.Length} octets of mail)");
        await WriteAsync("the message", DotStuffing.Stuff(message), cancellation).ConfigureAwait(false);
    }

    /// <summary>Reads one answer.</summary>
    /// <param name="step">What it answers, for the sentence when it does not come.</param>
    public async Task<SmtpReply> ReadReplyAsync(string step, TimeSpan timeout, CancellationToken cancellation)
    {
        SmtpReply reply = await StepAsync(step, timeout, ReadLinesAsync, cancellation).ConfigureAwait(false);
        return reply.IsClosing ? throw new SmtpFailure($"{Host} closed the session at {step}: {reply}") : reply;
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync().ConfigureAwait(false);
        _client.Dispose();
    }

    private async Task<SmtpReply> ReadLinesAsync(CancellationToken cancellation)
    {
        int code = 0;
        List<string> lines = [];
        bool isLast = false;
        while (!isLast)
        {
            string line = await ReadLineAsync(cancellation).ConfigureAwait(false);
            if (!TryRead(line, out int lineCode, out isLast) || (lines.Count > 0 && lineCode != code) || lines.Count == MostLines)
                throw new SmtpFailure($"{Host} does not speak SMTP: it said \"{HostileText.Visible(Masked(line), 80)}\"");
            code = lineCode;
            // The code is read before anything is masked: a password may look like one.
            lines.Add(line.Length > 4 ? Masked(line[4..]) : "");
            _trace?.Invoke($"S: {line[..Math.Min(line.Length, 4)]}{HostileText.Visible(lines[^1], LongestLine)}");
        }

        return new SmtpReply(code, lines);
    }

    private static bool TryRead(string line, out int code, out bool isLast)
    {
        code = 0;
        isLast = line.Length == 3 || (line.Length > 3 && line[3] == ' ');
        bool isReply = line.Length >= 3 && line[0] is >= '2' and <= '5' && char.IsAsciiDigit(line[1]) && char.IsAsciiDigit(line[2]);
        if (isReply)
            code = int.Parse(line.AsSpan(0, 3));
        return isReply && (isLast || line[3] == '-');
    }

    private string Masked(string text) => _secrets.Aggregate(text, (masked, secret) => masked.Replace(secret, "****"));

    private async Task WriteAsync(string step, byte[] bytes, CancellationToken cancellation) =>
        await StepAsync(
            step,
            _settings.Timeout,
            async token =>
            {
                await _stream.WriteAsync(bytes, token).ConfigureAwait(false);
                await _stream.FlushAsync(token).ConfigureAwait(false);
                return true;
            },
            cancellation).ConfigureAwait(false);

    private async ValueTask<string> ReadLineAsync(CancellationToken cancellation)
    {
        List<byte> line = [];
        while (true)
        {
            if (_start == _end)
            {
                _start = 0;
                _end = await _stream.ReadAsync(_buffer, cancellation).ConfigureAwait(false);
                if (_end == 0)
                    throw new SmtpFailure($"{Host} closed the connection");
            }

            byte b = _buffer[_start++];
            if (b == '\n')
                return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            if (line.Count == LongestLine)
                throw new SmtpFailure($"{Host} does not speak SMTP: a line is longer than {LongestLine} octets");
            line.Add(b);
        }
    }

    /// <summary>The one place where a wait ends in time and a broken connection becomes a sentence.</summary>
    private async Task<T> StepAsync<T>(string step, TimeSpan timeout, Func<CancellationToken, Task<T>> act, CancellationToken cancellation)
    {
        using CancellationTokenSource timer = new(timeout, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timer.Token);
        try
        {
            return await act(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (timer.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new SmtpFailure($"{Host} did not answer {step} within {timeout.TotalSeconds:0} s", inner: e);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new SmtpFailure($"{Host} {(_client.Connected ? $"broke off at {step}" : "is not reachable")}: {e.Message}", inner: e);
        }
    }
}
