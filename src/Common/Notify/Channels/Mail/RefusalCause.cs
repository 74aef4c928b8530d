namespace Athena.Common.Notify.Channels.Mail;

/// <summary>What a server refuses when it refuses. All but <see cref="NoSuchRecipient"/> can be cured by somebody's setting.</summary>
internal enum RefusalCause
{
    /// <summary>The recipient does not exist, for sure.</summary>
    NoSuchRecipient,

    /// <summary>The name that we give in EHLO.</summary>
    OurName,

    /// <summary>That nothing protects the way.</summary>
    NoProtection,

    /// <summary>That nobody signed in, or who did.</summary>
    Login,

    /// <summary>The sender's address.</summary>
    Sender,

    /// <summary>The sender's domain does not let this way send for it.</summary>
    SenderDomain,

    /// <summary>To carry mail onwards for us.</summary>
    Relaying,

    /// <summary>The mail's size.</summary>
    Size,

    /// <summary>The server has no room, for anybody.</summary>
    Storage,

    /// <summary>A mailbox that is full or closed.</summary>
    Mailbox,

    /// <summary>Something else: its policy, or words that we do not know.</summary>
    Policy,
}
