using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Athena.Common.Notifications.Smtp;

/// <summary>
/// A session with one server: greeting, protection, login, then one transaction after another (RFC 5321, 3207, 4954, 6531). No pipelining:
/// a handful of mails a day gain nothing from it.
/// </summary>
internal sealed class SmtpSession : IAsyncDisposable
{
    private readonly SmtpConnection _connection;
    private readonly SmtpSettings _settings;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, string> _offers = new(StringComparer.OrdinalIgnoreCase);
    private bool _isInTransaction;

    private SmtpSession(SmtpConnection connection, SmtpSettings settings, TimeProvider time)
    {
        _connection = connection;
        _settings = settings;
        _time = time;
    }

    /// <summary>False once something went wrong in the dialogue itself: only <see cref="DisposeAsync"/> is left.</summary>
    public bool IsUsable { get; private set; } = true;

    /// <summary>True when a message was sent whole at least once, so that trying again on another connection could make a second copy.</summary>
    public bool HasSentMessage { get; private set; }

    public bool TakesUtf8Addresses => _offers.ContainsKey("SMTPUTF8");

    public string Protection => _connection.Protection;

    private string Host => $"{_settings.Host}:{_settings.Port}";

    /// <summary>Connects, protects and signs in, as the settings say.</summary>
    /// <exception cref="SmtpFailure">One of them failed.</exception>
    public static async Task<SmtpSession> OpenAsync(
        SmtpSettings settings, TimeProvider time, Action<string>? trace, CancellationToken cancellation)
    {
        SmtpConnection connection = await SmtpConnection.OpenAsync(settings, time, trace, cancellation).ConfigureAwait(false);
        SmtpSession session = new(connection, settings, time);
        try
        {
            await session.BeginAsync(cancellation).ConfigureAwait(false);
            return session;
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// One transaction. Every recipient gets a result, also when the session breaks on the way; cancellation alone throws.
    /// </summary>
    public async Task<Dictionary<EmailAddress, DeliveryResult>> SendAsync(
        WrittenMail mail, IReadOnlyList<EmailAddress> recipients, bool withUtf8, CancellationToken cancellation)
    {
        Dictionary<EmailAddress, DeliveryResult> results = [];
        HasSentMessage = false;
        try
        {
            DeliveryResult rest = await TransactAsync(mail, recipients, withUtf8, results, cancellation).ConfigureAwait(false);
            foreach (EmailAddress recipient in recipients)
                results.TryAdd(recipient, rest);
        }
        catch (SmtpFailure failure)
        {
            IsUsable = false;
            DeliveryResult rest = failure.ToResult();
            if (HasSentMessage)
                rest = rest with { Detail = $"{rest.Detail}; it may have been accepted: the next attempt carries the same Message-ID {mail.MessageId}" };
            foreach (EmailAddress recipient in recipients)
                results.TryAdd(recipient, rest);
        }

        return results;
    }

    /// <summary>Asks whether the session lives.</summary>
    public Task<SmtpReply> NoopAsync(CancellationToken cancellation) => _connection.AskAsync("NOOP", cancellation);

    /// <summary>Says good-bye, and does not mind how that is taken.</summary>
    public async Task QuitAsync(CancellationToken cancellation)
    {
        try
        {
            if (IsUsable)
                await _connection.AskAsync("QUIT", cancellation).ConfigureAwait(false);
        }
        catch (SmtpFailure)
        {
            // The mails are handed over; the rest is courtesy.
        }

        IsUsable = false;
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task BeginAsync(CancellationToken cancellation)
    {
        SmtpReply greeting = await _connection.ReadReplyAsync("the greeting", _settings.Timeout, cancellation).ConfigureAwait(false);
        if (greeting.Code != 220)
            throw new SmtpFailure($"{Host} turned us away: {greeting}");
        await SayHelloAsync(cancellation).ConfigureAwait(false);

        if (_settings.Security == SmtpSecurity.StartTls)
        {
            if (!_offers.ContainsKey("STARTTLS"))
                throw new SmtpFailure($"{Host} does not offer STARTTLS: somebody may be stripping it, or it is the wrong port; SMTP_SECURITY=none would go without");
            SmtpReply reply = await _connection.AskAsync("STARTTLS", cancellation).ConfigureAwait(false);
            if (reply.Code != 220)
                throw new SmtpFailure($"{Host} offers STARTTLS and refuses it: {reply}");
            await _connection.ProtectAsync(cancellation).ConfigureAwait(false);
            // What it offered in clear may have been somebody else's words (RFC 3207 §4.2).
            await SayHelloAsync(cancellation).ConfigureAwait(false);
        }

        if (_settings.User is not null)
        {
            SmtpLogin login = new(_connection, Host, _settings.User, _settings.Password ?? "");
            await login.SignInAsync(_offers.GetValueOrDefault("AUTH", ""), cancellation).ConfigureAwait(false);
        }
    }

    private async Task SayHelloAsync(CancellationToken cancellation)
    {
        _offers.Clear();
        string name = _settings.HeloName ?? OwnName();
        SmtpReply reply = await _connection.AskAsync($"EHLO {name}", cancellation).ConfigureAwait(false);
        if (reply.IsPositive)
        {
            // "AUTH=PLAIN LOGIN" is an old way to say "AUTH PLAIN LOGIN"; both may stand in one answer.
            foreach (string line in reply.Lines.Skip(1))
            {
                string[] words = line.Trim().Split([' ', '='], 2);
                _offers[words[0]] = words.Length > 1 ? $"{_offers.GetValueOrDefault(words[0])} {words[1]}".Trim() : "";
            }

            return;
        }

        if (!reply.IsTransient)
            reply = await _connection.AskAsync($"HELO {name}", cancellation).ConfigureAwait(false);
        if (!reply.IsPositive)
            throw new SmtpFailure($"{Host} does not take our name {name}: {reply}");
    }

    /// <summary>Returns what holds for every recipient who has no result of his own yet.</summary>
    private async Task<DeliveryResult> TransactAsync(
        WrittenMail mail, IReadOnlyList<EmailAddress> recipients, bool withUtf8,
        Dictionary<EmailAddress, DeliveryResult> results, CancellationToken cancellation)
    {
        if (_isInTransaction)
            await _connection.AskAsync("RSET", cancellation).ConfigureAwait(false);
        _isInTransaction = true;

        if (long.TryParse(_offers.GetValueOrDefault("SIZE"), out long limit) && limit > 0 && mail.Bytes.Length > limit)
            return Permanent($"{Host} takes mails of at most {limit} octets, this one has {mail.Bytes.Length}");

        SmtpReply reply = await _connection.AskAsync(MailCommand(mail, withUtf8), cancellation).ConfigureAwait(false);
        if (!reply.IsPositive)
            return SenderRefused(reply);

        bool isAnyAccepted = false;
        foreach (EmailAddress recipient in recipients)
        {
            reply = await _connection.AskAsync($"RCPT TO:<{recipient}>", cancellation).ConfigureAwait(false);
            if (reply.IsPositive)
                isAnyAccepted = true;
            else
                results[recipient] = RecipientRefused(reply);
        }

        if (!isAnyAccepted)
            return Transient($"{Host} accepted no recipient");

        reply = await _connection.AskAsync("DATA", cancellation).ConfigureAwait(false);
        if (reply.Code != 354)
            return MessageRefused(reply);
        await _connection.SendMessageAsync(mail.Bytes, cancellation).ConfigureAwait(false);
        HasSentMessage = true;
        reply = await _connection.ReadReplyAsync("the end of the message", _settings.FinalReplyTimeout, cancellation).ConfigureAwait(false);
        _isInTransaction = false;
        return reply.IsPositive
            ? new DeliveryResult(DeliveryVerdict.Accepted, $"accepted by {Host} at {_time.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss'Z'}, {reply}")
            : MessageRefused(reply);
    }

    private string MailCommand(WrittenMail mail, bool withUtf8)
    {
        StringBuilder command = new($"MAIL FROM:<{_settings.From}>");
        if (_offers.ContainsKey("SIZE"))
            command.Append($" SIZE={mail.Bytes.Length}");
        if (withUtf8)
            command.Append(" BODY=8BITMIME SMTPUTF8");
        return command.ToString();
    }

    // The sender is a setting, so its refusal is put right by a person and the mail waits for that; the size of a mail never changes.
    private DeliveryResult SenderRefused(SmtpReply reply) =>
        reply.Code == 552 || reply.EnhancedStatus == "5.3.4" ? Permanent($"{Host} finds the mail too large: {reply}")
        : IsLoginWanted(reply) ? Transient($"{Host} wants a login: set SMTP_USER and SMTP_PASSWORD ({reply})")
        : reply.IsTransient ? Transient($"{Host} does not take the sender now: {reply}")
        : Transient($"{Host} refused the sender: check MAIL_FROM and what SMTP_USER may send as ({reply})");

    private DeliveryResult RecipientRefused(SmtpReply reply) =>
        IsLoginWanted(reply) ? Transient($"{Host} wants a login: set SMTP_USER and SMTP_PASSWORD ({reply})")
        : reply.IsTransient ? Transient($"{Host} does not take this recipient now: {reply}")
        : reply.Code >= 500 ? Permanent($"{Host} refused this recipient: {reply}")
        : Transient($"{Host} answered RCPT with {reply}");

    private DeliveryResult MessageRefused(SmtpReply reply) =>
        reply.Code >= 500 ? Permanent($"{Host} refused the message: {reply}") : Transient($"{Host} does not take the message now: {reply}");

    private static bool IsLoginWanted(SmtpReply reply) => reply.Code == 530;

    private static DeliveryResult Permanent(string detail) => new(DeliveryVerdict.Permanent, detail);

    private static DeliveryResult Transient(string detail) => new(DeliveryVerdict.Transient, detail);

    // RFC 5321 §4.1.1.1: a domain name, or the address when the machine has none.
    private string OwnName()
    {
        string name = Environment.MachineName;
        if (name.Contains('.') && EmailAddress.TryParse($"x@{name}", out _))
            return name;
        IPAddress address = _connection.LocalAddress;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[IPv6:{address.ToString().Split('%')[0]}]" : $"[{address}]";
    }
}
