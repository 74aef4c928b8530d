namespace Athena.ActiveUsers.Policy;

/// <summary>Something that is wrong now.</summary>
/// <param name="Since">When it was first seen, not when it was told.</param>
/// <param name="Detail">What was seen, for people; may hold hostile text.</param>
/// <param name="IsTold">Whether the chat was told, or will be; while alerts are silenced it is not.</param>
internal sealed record OpenAlert(AlertKind Kind, DateTimeOffset Since, string Detail, bool IsTold);
