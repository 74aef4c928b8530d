namespace Athena.Common.Notify.Delivery;

/// <summary>
/// What must be sent, on disk before the first attempt. Putting and withdrawing never block on the network and never throw for a full
/// disk: the message is then kept in memory and the trouble is reported.
/// </summary>
public interface IOutbox
{
    /// <summary>
    /// For each channel that carries it. Durable when it returns. A key that is waiting, or was finished in the last 30 days, is left as it
    /// is.
    /// </summary>
    void Put(Notification notification);

    /// <summary>
    /// Takes back what no channel has delivered yet, because its question is settled. Returns the recipients that had it already;
    /// an unknown key is nobody.
    /// </summary>
    IReadOnlyList<string> Withdraw(string key);

    /// <summary>How far it is on the first channel; null for a key that is unknown there or was finished more than 30 days ago.</summary>
    DeliveryProgress? ProgressOf(string key);
}
