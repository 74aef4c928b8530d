namespace Athena.Common.Notify.Channels;

/// <summary>The class of a delivery attempt's outcome.</summary>
public enum DeliveryVerdict
{
    /// <summary>The next host took responsibility ("accepted by HOST, 250 …"). That is not the same as read, or even delivered.</summary>
    Accepted,

    /// <summary>Not now: network, time-out, 4xx, wrong password (somebody may put it right). To be tried again.</summary>
    Transient,

    /// <summary>Never for this recipient: 5xx for it, an address that is none. Not to be tried again.</summary>
    Permanent,
}
