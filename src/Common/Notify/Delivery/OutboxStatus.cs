using System.Text.Json.Serialization;

namespace Athena.Common.Notify.Delivery;

/// <summary>Where one recipient of one mail stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OutboxStatus>))]
internal enum OutboxStatus
{
    /// <summary>To be tried at its time.</summary>
    Waiting,

    /// <summary>The next host took responsibility.</summary>
    Accepted,

    /// <summary>Refused for good.</summary>
    Refused,

    /// <summary>Never accepted, and its time is over.</summary>
    GaveUp,

    /// <summary>Taken back before it was accepted.</summary>
    Withdrawn,
}
