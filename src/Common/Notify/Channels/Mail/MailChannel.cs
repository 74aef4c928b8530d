using Athena.Common.Checks;
using Athena.Common.Notify.Documents;
using Athena.Common.Text;
using MimeKit;

namespace Athena.Common.Notify.Channels.Mail;

/// <summary>
/// Hands mails to one server. Keeps its session for the mails of a batch, and does not knock again in that batch once the server could
/// not be reached or refused the login: a storm of mails is one connection, and one failed login. Addresses outside ASCII get a session of
/// their own. For one caller at a time.
/// </summary>
/// <param name="logo">Shown at the head of mails; null leaves them without.</param>
/// <param name="trace">Gets each line of the dialogue with secrets masked, <c>C: …</c> and <c>S: …</c>; null for none.</param>
public sealed class MailChannel(SmtpSettings settings, TimeProvider time, BrandLogo? logo = null, Action<string>? trace = null)
    : INotificationChannel
{
    public const string ChannelName = "Mail";

    /// <summary>Where mails wait, in the state directory.</summary>
    public const string Folder = "outbox";

    private readonly MailWriter _writer = new(settings, logo);
    private SmtpSession? _session;
    private DeliveryResult? _shut;

    /// <inheritdoc/>
    public string Name => ChannelName;

    /// <inheritdoc/>
    public string Unit => "mail";

    /// <summary>The mail that a notification is; null when it has no recipient.</summary>
    public static OutgoingMessage? MessageOf(Notification notification) => notification.Recipients.Count == 0 ? null : new OutgoingMessage(
        notification.Key, notification.Recipients, notification.Subject, notification.Text, notification.Html, notification.Thread,
        notification.IsUrgent,
        notification.Attachments)
    {
        Bodies = notification.Personal?.ToDictionary(
            one => one.Key, one => new OutgoingBody(one.Value.ToText(notification.Brand), one.Value.ToHtml(notification.Brand))),
    };

    /// <inheritdoc/>
    public OutgoingMessage? Write(Notification notification) => MessageOf(notification);

    /// <inheritdoc/>
    /// <remarks>
    /// One that may have arrived needs no word about it: its Message-ID is the same, and a mailbox shows such a pair once.
    /// </remarks>
    public async Task<IReadOnlyDictionary<string, DeliveryResult>> SendAsync(DeliveryAttempt attempt, CancellationToken cancellation)
    {
        Dictionary<string, DeliveryResult> results = [];
        List<(string Text, EmailAddress Address)> good = [];
        foreach (string recipient in attempt.Recipients)
        {
            if (!EmailAddress.TryParse(recipient, out EmailAddress? address, out string? problem))
                results[recipient] = new(DeliveryVerdict.Permanent, $"not one plain e-mail address, sent nowhere: {problem}");
            else
                good.Add((recipient, address));
        }

        // An address outside ASCII makes demands on every server on the way, and a body of one's own is nobody else's: those who have
        // either get a transaction of their own.
        var bodies = attempt.Message.Bodies;
        foreach (var group in good.GroupBy(recipient => (
            Utf8: recipient.Address.NeedsSmtpUtf8, Own: bodies?.ContainsKey(recipient.Text) == true ? recipient.Text : ""))
            .OrderBy(group => group.Key))
        {
            EmailAddress[] addresses = [.. group.Select(recipient => recipient.Address).Distinct()];
            var message = group.Key.Own is { Length: > 0 } own ? attempt.Message.For(own, bodies![own]) : attempt.Message;
            var byAddress = await SendAsync(message, attempt.PutAt, addresses, group.Key.Utf8, cancellation).ConfigureAwait(false);
            foreach (var (text, address) in group)
                results[text] = byAddress[address];
        }

        return results;
    }

    /// <inheritdoc/>
    public async Task EndBatchAsync(CancellationToken cancellation)
    {
        _shut = null;
        await LeaveAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Connects, protects, signs in, and leaves. Sends no mail.</summary>
    internal async Task<LoginCheck> TestLoginAsync(CancellationToken cancellation)
    {
        try
        {
            using SmtpSession session = await SmtpSession.OpenAsync(settings, time, forUtf8: false, trace, cancellation)
                .ConfigureAwait(false);
            SmtpReply reply = await session.AskAsync(cancellation).ConfigureAwait(false);
            string protection = session.Protection;
            await session.QuitAsync(cancellation).ConfigureAwait(false);
            string login = settings.User is null ? "no login asked for" : "login accepted";
            return reply.IsPositive
                ? new(true, $"{settings.Host}:{settings.Port} answers: {protection}, {login}", session.OffersLogin)
                : new(false, $"{settings.Host}:{settings.Port} answers, then says {reply}");
        }
        catch (SmtpFailure failure)
        {
            return new(false, failure.Message);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> CheckAsync(CheckReport report, Notification? test, CancellationToken cancellation)
    {
        LoginCheck login = await TestLoginAsync(cancellation).ConfigureAwait(false);
        if (login.IsGood)
            report.Ok($"Mail: {login.Sentence}");
        else
            report.Fail(
                $"Mail: {login.Sentence}",
                "Put right what it names; where it names nothing, see that the mail server runs and SMTP_HOST and SMTP_PORT are right.");
        if (test is null || !login.IsGood || Write(test) is not { } mail)
            return login.IsGood;
        foreach (var (recipient, result) in await SendAsync(new DeliveryAttempt(mail, time.GetUtcNow(), mail.Recipients), cancellation)
            .ConfigureAwait(false))
        {
            if (result.Verdict == DeliveryVerdict.Accepted)
                report.Ok($"Test mail to {recipient}: {result.Detail}");
            else
                report.Fail(
                    $"Test mail to {recipient}: {result.Detail}", "Do what it names; what waits in the outbox goes out by itself then.");
        }

        return true;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Drop();
        return ValueTask.CompletedTask;
    }

    private async Task<Dictionary<EmailAddress, DeliveryResult>> SendAsync(
        OutgoingMessage mail, DateTimeOffset writtenAt, IReadOnlyList<EmailAddress> recipients, bool withUtf8,
        CancellationToken cancellation)
    {
        while (true)
        {
            bool isKept = _session is not null;
            DeliveryResult? failure = await OpenAsync(withUtf8, cancellation).ConfigureAwait(false);
            if (failure is null && withUtf8 && !_session!.TakesUtf8Addresses)
            {
                failure = new(
                    DeliveryVerdict.Permanent,
                    $"{settings.Host}:{settings.Port} takes no address outside ASCII (it does not offer SMTPUTF8)");
            }

            if (failure is not null)
                return recipients.ToDictionary(recipient => recipient, _ => failure);

            SmtpSession session = _session!;
            var results = await SendInSessionAsync(session, mail, writtenAt, recipients, cancellation).ConfigureAwait(false);
            if (session.IsUsable)
                return results;
            Drop();
            // A server may close a session that served some mails already; that says nothing about this one, which then was not sent.
            if (!isKept || session.HasSentMessage)
                return results;
        }
    }

    private async Task<Dictionary<EmailAddress, DeliveryResult>> SendInSessionAsync(
        SmtpSession session, OutgoingMessage mail, DateTimeOffset writtenAt, IReadOnlyList<EmailAddress> recipients,
        CancellationToken cancellation)
    {
        try
        {
            using MimeMessage message = _writer.Write(mail, writtenAt, session.IsForUtf8);
            return await session.OfferAsync(message, recipients, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Half a dialogue cannot be gone on with.
            Drop();
            throw;
        }
    }

    private async Task<DeliveryResult?> OpenAsync(bool forUtf8, CancellationToken cancellation)
    {
        // One at a time: some servers grant a client no more.
        if (_session is not null && _session.IsForUtf8 != forUtf8)
            await LeaveAsync(cancellation).ConfigureAwait(false);
        if (_shut is not null || _session is not null)
            return _shut;
        try
        {
            _session = await SmtpSession.OpenAsync(settings, time, forUtf8, trace, cancellation).ConfigureAwait(false);
        }
        catch (SmtpFailure failure)
        {
            _shut = failure.ToResult() with { IsShut = true };
        }

        return _shut;
    }

    private async Task LeaveAsync(CancellationToken cancellation)
    {
        if (_session is not null)
            await _session.QuitAsync(cancellation).ConfigureAwait(false);
        Drop();
    }

    private void Drop()
    {
        _session?.Dispose();
        _session = null;
    }
}
