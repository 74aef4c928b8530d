using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Athena.Common.Network;
using Athena.Common.Text;
using Athena.Common.Time;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Athena.Common.Notify.Channels.Mail;

/// <summary>
/// A session with one server: MailKit's, with our rules about it. One command at a time, each recipient's answer by itself, every step
/// bounded in time, no proxy, nothing fetched from addresses that a certificate names.
/// </summary>
internal sealed class SmtpSession : SmtpClient
{
    private readonly SmtpSettings _settings;
    private readonly TimeProvider _time;
    private readonly StepTimer _timer;
    private readonly SmtpTranscript _transcript;
    private readonly Dictionary<MailboxAddress, DeliveryResult> _refused = new(ReferenceEqualityComparer.Instance);
    private CertificateCheck _certificates = new(null);
    private string _protection = "not encrypted";

    private SmtpSession(SmtpSettings settings, TimeProvider time, bool isForUtf8, StepTimer timer, SmtpTranscript transcript)
        : base(transcript)
    {
        (_settings, _time, IsForUtf8, _timer, _transcript) = (settings, time, isForUtf8, timer, transcript);
    }

    /// <summary>
    /// It is for addresses outside ASCII. Another is not told that the server takes them: MailKit would write every domain in its own
    /// letters then, and say so to each server on the way.
    /// </summary>
    public bool IsForUtf8 { get; }

    /// <summary>False once something went wrong in the dialogue itself: only disposal is left.</summary>
    public bool IsUsable => IsConnected;

    /// <summary>
    /// True when a message was sent whole in the last transaction, so that another try on a new session could make a second copy.
    /// </summary>
    public bool HasSentMessage => _transcript.HasSentMessage;

    /// <summary>The other end is this machine.</summary>
    public bool IsOnThisMachine { get; private set; }

    /// <summary>"Tls13, certificate good until 2027-01-31".</summary>
    public string Protection => _protection;

    /// <summary>Whether it takes addresses outside ASCII. Without 8BITMIME it could not (RFC 6531 §3.1), whatever it offers.</summary>
    public bool TakesUtf8Addresses => Capabilities.HasFlag(SmtpCapabilities.UTF8) && Capabilities.HasFlag(SmtpCapabilities.EightBitMime);

    /// <summary>Whether it takes a login, by whichever way.</summary>
    public bool OffersLogin => AuthenticationMechanisms.Count > 0;

    // MailKit puts an address into brackets.
    private string OurName => !IPAddress.TryParse(LocalDomain, out IPAddress? address) ? LocalDomain ?? ""
        : address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[IPv6:{address}]" : $"[{address}]";

    private string Host => $"{_settings.Host}:{_settings.Port}";

    /// <summary>Connects, protects and signs in, as the settings say.</summary>
    /// <param name="forUtf8">See <see cref="IsForUtf8"/>.</param>
    /// <exception cref="SmtpFailure">One of them failed.</exception>
    public static async Task<SmtpSession> OpenAsync(
        SmtpSettings settings, TimeProvider time, bool forUtf8, Action<string>? trace, CancellationToken cancellation)
    {
        StepTimer timer = new(time);
        SmtpSession session = new(settings, time, forUtf8, timer, new SmtpTranscript(settings, timer, trace));
        try
        {
            await session.BeginAsync(cancellation).ConfigureAwait(false);
            return session;
        }
        catch (Exception e)
        {
            session.Dispose();
            cancellation.ThrowIfCancellationRequested();
            if (session.Explain(e) is { } failure)
                throw failure;
            throw;
        }
    }

    /// <summary>
    /// One transaction. Every recipient gets a result, also when the session breaks on the way; cancellation alone throws.
    /// </summary>
    public async Task<Dictionary<EmailAddress, DeliveryResult>> OfferAsync(
        MimeMessage message, IReadOnlyList<EmailAddress> recipients, CancellationToken cancellation)
    {
        Dictionary<EmailAddress, MailboxAddress> boxes = recipients.ToDictionary(
            address => address, address => new MailboxAddress("", address.ToString()));
        FormatOptions format = FormatOptions.Default.Clone();
        format.International = IsForUtf8;
        _refused.Clear();
        _transcript.BeginTransaction();
        DeliveryResult rest;
        try
        {
            await SendAsync(format, message, new MailboxAddress("", _settings.From.ToString()), boxes.Values, cancellation)
                .ConfigureAwait(false);
            rest = Accepted(_transcript.Last!.Value.Reply);
        }
        catch (Exception e)
        {
            cancellation.ThrowIfCancellationRequested();
            if (ResultOf(e, message, recipients.Count) is not { } result)
                throw;
            rest = result;
        }

        return recipients.ToDictionary(address => address, address => _refused.GetValueOrDefault(boxes[address], rest));
    }

    /// <summary>Asks whether the session lives, and what it says to that.</summary>
    /// <exception cref="SmtpFailure">It does not.</exception>
    public async Task<SmtpReply> AskAsync(CancellationToken cancellation)
    {
        try
        {
            await SendCommandAsync("NOOP", cancellation).ConfigureAwait(false);
            return _transcript.Last!.Value.Reply;
        }
        catch (Exception e)
        {
            cancellation.ThrowIfCancellationRequested();
            if (Explain(e) is { } failure)
                throw failure;
            throw;
        }
    }

    /// <summary>Says good-bye, and does not mind how that is taken.</summary>
    public async Task QuitAsync(CancellationToken cancellation)
    {
        try
        {
            await DisconnectAsync(quit: true, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (Explain(e) is not null)
        {
            // The mails are handed over; the rest is courtesy.
        }
    }

    protected override SslClientAuthenticationOptions GetSslClientAuthenticationOptions(
        string host, RemoteCertificateValidationCallback remoteCertificateValidationCallback) => new()
        {
            TargetHost = _settings.Host,
            CertificateChainPolicy = CertificateCheck.Policy,
            RemoteCertificateValidationCallback = remoteCertificateValidationCallback,
        };

    protected override void OnRecipientNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) =>
        _refused[mailbox] = SmtpRefusals.Of(_settings, "RCPT", _transcript.Last!.Value.Reply, isOneRecipient: true, OurName);

    // The size is known before anything is said about the mail.
    protected override async Task<long> GetSizeAsync(FormatOptions options, MimeMessage message, CancellationToken cancellationToken)
    {
        long size = await base.GetSizeAsync(options, message, cancellationToken).ConfigureAwait(false);
        return MaxSize > 0 && size > MaxSize
            ? throw new SmtpFailure($"{Host} takes mails of at most {MaxSize} octets, this one has {size}: raise the limit on the server")
            : size;
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            _timer.Dispose();
    }

    private async Task BeginAsync(CancellationToken cancellation)
    {
        if (_settings.Security != SmtpSecurity.None && _settings.CaFile is not null)
        {
            X509Certificate2Collection authorities = CertificateCheck.TryReadAuthorities(_settings.CaFile, out string? problem)
                ?? throw new SmtpFailure($"SMTP_CA_FILE: {problem}");
            _certificates = new CertificateCheck(authorities);
        }

        ServerCertificateValidationCallback = IsGood;
        Socket socket = await ConnectAsync(cancellation).ConfigureAwait(false);
        IPAddress here = ((IPEndPoint)socket.LocalEndPoint!).Address;
        IsOnThisMachine = socket.RemoteEndPoint is IPEndPoint { Address: var there } && IPAddress.IsLoopback(there);
        LocalDomain = _settings.HeloName ?? OwnName(here);
        _transcript.OurName = OurName;
        _timer.Begin(SmtpTranscript.Tls, _settings.Timeout);
        SmtpWire wire = new(new NetworkStream(socket, ownsSocket: true), Host, _timer, _settings.Timeout);
        SecureSocketOptions security = _settings.Security switch
        {
            SmtpSecurity.ImplicitTls => SecureSocketOptions.SslOnConnect,
            SmtpSecurity.None => SecureSocketOptions.None,
            SmtpSecurity.StartTls => SecureSocketOptions.StartTls,
        };
        try
        {
            await ConnectAsync(wire, _settings.Host, _settings.Port, security, cancellation).ConfigureAwait(false);
        }
        catch
        {
            await wire.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        if (IsSecure)
            _transcript.Note(_protection = $"{SslProtocol}, {_protection}");
        if (_settings.User is not null)
            await new SmtpLogin(this, _transcript, _settings).SignInAsync(cancellation).ConfigureAwait(false);

        // One command at a time, whole messages, 7 bit: what a handful of mails a day needs, and what every server does well.
        Capabilities &= SmtpCapabilities.Size | SmtpCapabilities.StartTLS
            | (IsForUtf8 ? SmtpCapabilities.UTF8 | SmtpCapabilities.EightBitMime : 0);
    }

    private bool IsGood(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is X509Certificate2 leaf)
            _protection = $"certificate good until {leaf.NotAfter.ToUniversalTime():yyyy-MM-dd}";
        return _certificates.IsGood(sender, certificate, chain, errors);
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancellation)
    {
        _timer.Begin("the connection", _settings.Timeout);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _timer.Token);
        try
        {
            return await new Connector(_time).ConnectAsync(_settings.Host, _settings.Port, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new SmtpFailure($"{Host} {_timer.Sentence}", e);
        }
        catch (SocketException e)
        {
            throw new SmtpFailure(Unreached(_settings.Host, Host, e), e);
        }
    }

    /// <summary>The system calls a name that nobody knows "temporarily unavailable", like much else.</summary>
    internal static string Unreached(string name, string place, SocketException e) =>
        Connector.IsUnknownName(e)
            ? $"the name {name} cannot be resolved: check SMTP_HOST and the name server"
            : $"{place} is not reachable: {e.Message}";

    /// <summary>What whoever still has no result gets; null for a fault of ours.</summary>
    private DeliveryResult? ResultOf(Exception e, MimeMessage message, int recipients)
    {
        if (e is SmtpCommandException or ServiceNotAuthenticatedException && _transcript.Last is var (step, reply))
        {
            return step == SmtpTranscript.EndOfMessage && reply.IsPositive
                ? Accepted(reply)
                : SmtpRefusals.Of(_settings, step, reply, isOneRecipient: step == "RCPT" || (recipients == 1 && step != "MAIL"), OurName);
        }

        DeliveryResult? result = Explain(e)?.ToResult();
        return result is null || !HasSentMessage
            ? result
            : result with
            {
                Detail = $"{result.Detail}; it may have been accepted: the next attempt carries the same Message-ID <{message.MessageId}>",
            };
    }

    private DeliveryResult Accepted(SmtpReply reply) =>
        new(DeliveryVerdict.Accepted, $"accepted by {Host} at {new ZoneText(_settings.Zone).Second(_time.GetUtcNow())}, {reply}");

    /// <summary>The failure as a sentence of ours; null for a fault of ours.</summary>
    private SmtpFailure? Explain(Exception e)
    {
        if (SmtpFailure.Within(e) is { } known)
            return known;
        return e switch
        {
            SslHandshakeException => new SmtpFailure(
                _certificates.Problem is { } problem
                    ? $"the certificate of {Host} is not good: {problem}; if it is the site's own, name its authority in SMTP_CA_FILE"
                    : $"{Host} and we agree on no TLS: {(e.InnerException?.InnerException ?? e.InnerException ?? e).Message}",
                inner: e),
            NotSupportedException when _settings.Security == SmtpSecurity.StartTls && !IsConnected => new SmtpFailure(
                $"{Host} does not offer STARTTLS: somebody may be stripping it, or it is the wrong port; SMTP_SECURITY=none would "
                + "go without",
                inner: e),
            SmtpCommandException when _transcript.Last is var (step, reply) =>
                new SmtpFailure(SmtpRefusals.Beginning(_settings, step, reply, OurName), inner: e),
            SmtpProtocolException => new SmtpFailure(SmtpRefusals.Closed(_settings, _timer.Step, null, OurName), inner: e),
            IOException or SocketException => new SmtpFailure($"{Host} broke off at {_timer.Step}: {e.Message}", inner: e),
            UriFormatException =>
                new SmtpFailure($"\"{UntrustedText.Visible(_settings.Host, 80)}\" is no name of a mail server: check SMTP_HOST", inner: e),
            _ => null,
        };
    }

    // RFC 5321 §4.1.1.1: a domain name, or the address when the machine has none. (Environment.MachineName ends before the first dot.)
    private static string OwnName(IPAddress here)
    {
        string name = Dns.GetHostName();
        if (name.Contains('.') && EmailAddress.TryParse($"x@{name}", out _))
            return name;
        // Without the number of the interface, which says nothing to anybody else.
        return here.IsIPv4MappedToIPv6 ? here.MapToIPv4().ToString() : new IPAddress(here.GetAddressBytes()).ToString();
    }
}
