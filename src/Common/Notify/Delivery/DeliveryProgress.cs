namespace Athena.Common.Notify.Delivery;

/// <summary>How far a message is on one channel, all its recipients together.</summary>
/// <param name="AcceptedAt">When the last recipient's was accepted; null unless every recipient's was.</param>
/// <param name="IsWaiting">Somebody's is still to be tried. False without <paramref name="AcceptedAt"/>: refused for good, given up or
/// taken back.</param>
/// <param name="Detail">What the last attempt brought, of a recipient who does not have it if there is one; null before the first
/// attempt.</param>
public sealed record DeliveryProgress(DateTimeOffset? AcceptedAt, bool IsWaiting, string? Detail);
