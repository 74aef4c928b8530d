using System.Text;
using Athena.Common.Text;
using MailKit.Security;

namespace Athena.Common.Notify.Channels.Mail;

/// <summary>AUTH (RFC 4954) by PLAIN (RFC 4616) or LOGIN, whichever the server takes, on a way that protects the password.</summary>
internal sealed class SmtpLogin(SmtpSession session, SmtpTranscript transcript, SmtpSettings settings)
{
    // RFC 4954 §4 and §6: it does not know this way, finds it too weak, or does not understand it. None of them says that the password
    // is wrong, so another way may be tried without making a second failed login.
    private static readonly int[] NotThisWay = [500, 501, 502, 503, 504, 534];

    private string Host => $"{settings.Host}:{settings.Port}";

    /// <summary>The way of signing in was refused, not who signs in.</summary>
    public static bool IsAboutTheWay(SmtpReply reply) => NotThisWay.Contains(reply.Code);

    /// <exception cref="SmtpFailure">Refused, or not possible without showing the password to others.</exception>
    public async Task SignInAsync(CancellationToken cancellation)
    {
        if (!session.IsSecure && !session.IsOnThisMachine)
            throw new SmtpFailure(SmtpRefusals.PasswordInClear);

        string user = settings.User!, password = settings.Password ?? "";
        foreach (string secret in new[] { password, Encoded($"\0{user}\0{password}"), Encoded(user), Encoded(password) })
            transcript.Mask(secret);

        Queue<SaslMechanism> ways = new();
        if (Offers("PLAIN"))
            ways.Enqueue(new RepeatingPlain(user, password));
        if (Offers("LOGIN"))
            ways.Enqueue(new SaslMechanismLogin(Encoding.UTF8, user, password));
        if (ways.Count == 0)
        {
            string offered = UntrustedText.Visible(string.Join(' ', session.AuthenticationMechanisms), 80);
            throw new SmtpFailure(offered.Length == 0
                ? $"{Host} offers no login at all: leave SMTP_USER out if it needs none; many offer it only with "
                    + "SMTP_SECURITY=starttls or tls"
                : $"{Host} offers no login that we know (PLAIN, LOGIN) but \"{offered}\": leave SMTP_USER out if it needs none");
        }

        List<string> tried = [];
        while (ways.TryDequeue(out SaslMechanism? way))
        {
            tried.Add(way.MechanismName);
            if (await TryAsync(way, cancellation).ConfigureAwait(false) is not { } reply)
                return;
            if (ways.Count == 0 || !IsAboutTheWay(reply))
                throw new SmtpFailure(SmtpRefusals.LoginRefused(settings, tried, reply));
        }
    }

    private bool Offers(string way) => session.AuthenticationMechanisms.Contains(way, StringComparer.OrdinalIgnoreCase);

    /// <summary>Null when signed in, otherwise what the server said.</summary>
    private async Task<SmtpReply?> TryAsync(SaslMechanism way, CancellationToken cancellation)
    {
        try
        {
            await session.AuthenticateAsync(way, cancellation).ConfigureAwait(false);
            return null;
        }
        catch (AuthenticationException) when (transcript.Last is { Step: SmtpTranscript.Login, Reply: var reply })
        {
            return reply;
        }
    }

    private static string Encoded(string secret) => Convert.ToBase64String(Encoding.UTF8.GetBytes(secret));

    /// <summary>PLAIN that says its answer again to a server which ignores the first one and asks for it.</summary>
    private sealed class RepeatingPlain(string user, string password) : SaslMechanismPlain(Encoding.UTF8, user, password)
    {
        protected override byte[]? Challenge(byte[]? token, int startIndex, int length, CancellationToken cancellationToken)
        {
            IsAuthenticated = false;
            return base.Challenge(token, startIndex, length, cancellationToken);
        }
    }
}
