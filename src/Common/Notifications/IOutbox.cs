namespace Athena.Common.Notifications;

/// <summary>
/// What must be sent, on disk before the first attempt. Putting and withdrawing never block on the network and never throw for a full
/// disk: the mail is then kept in memory and the trouble is reported.
/// </summary>
public interface IOutbox
{
    /// <summary>Durable when it returns. A key that is waiting, or was finished in the last 30 days, is left as it is.</summary>
    void Put(OutgoingMail mail);

    /// <summary>
    /// Takes back what has not been accepted yet, because its question is settled. Returns the recipients that had it already;
    /// an unknown key is nobody.
    /// </summary>
    IReadOnlyList<string> Withdraw(string key);

    /// <summary>How far a mail is; null for a key that is unknown or was finished more than 30 days ago.</summary>
    MailProgress? ProgressOf(string key);
}
