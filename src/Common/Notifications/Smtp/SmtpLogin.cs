using System.Text;

namespace Athena.Common.Notifications.Smtp;

/// <summary>AUTH (RFC 4954) by PLAIN (RFC 4616) or LOGIN, whichever the server offers, on a way that protects the password.</summary>
internal sealed class SmtpLogin(SmtpConnection connection, string host, string user, string password)
{
    private const string Step = "the login";
    private const int GoOn = 334;
    private const int SignedIn = 235;

    /// <param name="offered">The server's words after AUTH.</param>
    /// <exception cref="SmtpFailure">Refused, or not possible without showing the password to others.</exception>
    public async Task SignInAsync(string offered, CancellationToken cancellation)
    {
        if (connection.Protection.Length == 0 && !connection.IsLoopback)
            throw new SmtpFailure(SmtpRefusals.PasswordInClear, DeliveryVerdict.Permanent);
        if (password.Length > 0)
            connection.Mask(password);

        string[] ways = offered.ToUpperInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        SmtpReply reply =
            ways.Contains("PLAIN") ? await SignInPlainAsync(cancellation).ConfigureAwait(false)
            : ways.Contains("LOGIN") ? await SignInLoginAsync(cancellation).ConfigureAwait(false)
            : throw new SmtpFailure(
                $"{host} offers no login that we know (PLAIN, LOGIN) but \"{HostileText.Visible(offered, 80)}\": leave SMTP_USER out if it needs none");

        if (reply.IsTransient)
            throw new SmtpFailure($"{host} cannot check the login now: {reply}");
        // Transient all the same: somebody may put the password right while the mail waits.
        if (reply.Code != SignedIn)
            throw new SmtpFailure($"{host} refused the login: check SMTP_USER and SMTP_PASSWORD ({reply})");
    }

    private async Task<SmtpReply> SignInPlainAsync(CancellationToken cancellation)
    {
        string secret = Encoded($"\0{user}\0{password}");
        SmtpReply reply = await connection.AskAsync($"AUTH PLAIN {secret}", Step, cancellation).ConfigureAwait(false);
        return reply.Code == GoOn ? await connection.AskAsync(secret, Step, cancellation).ConfigureAwait(false) : reply;
    }

    private async Task<SmtpReply> SignInLoginAsync(CancellationToken cancellation)
    {
        string[] answers = [Encoded(user), Encoded(password)];
        SmtpReply reply = await connection.AskAsync("AUTH LOGIN", Step, cancellation).ConfigureAwait(false);
        foreach (string answer in answers)
        {
            if (reply.Code != GoOn)
                break;
            reply = await connection.AskAsync(answer, Step, cancellation).ConfigureAwait(false);
        }

        return reply;
    }

    private string Encoded(string secret)
    {
        string encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(secret));
        connection.Mask(encoded);
        return encoded;
    }
}
