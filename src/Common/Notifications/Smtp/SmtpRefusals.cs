namespace Athena.Common.Notifications.Smtp;

/// <summary>Sentences that are said in more than one place.</summary>
internal static class SmtpRefusals
{
    public const string PasswordInClear =
        "a password is sent without protection only to this machine: use SMTP_SECURITY=starttls or implicit-tls, or leave SMTP_USER out";
}
