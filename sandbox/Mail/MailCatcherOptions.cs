namespace Athena.Sandbox.Mail;

/// <summary>How the mail catcher behaves; by default it takes everything and knows no TLS.</summary>
public sealed record MailCatcherOptions
{
    /// <summary>Port on loopback; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Offers STARTTLS with a certificate made at the start (<see cref="MailCatcher.Certificate"/>).</summary>
    public bool StartTls { get; init; }

    /// <summary>Offers AUTH PLAIN and LOGIN.</summary>
    public bool Auth { get; init; } = true;

    /// <summary>The only name accepted by AUTH; null accepts anybody. AUTH is never demanded unless this is set.</summary>
    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>Most mails kept; the oldest go first.</summary>
    public int Keep { get; init; } = 1000;

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
