namespace Athena.ActiveUsers.Policy;

/// <summary>Something that is wrong now.</summary>
/// <param name="Since">When it was first seen, not when it was told.</param>
/// <param name="Detail">What was seen, for people; may hold hostile text.</param>
/// <param name="IsTold">Whether the chat was told, or will be; while alerts are silenced it is not.</param>
/// <param name="IsMailed">Whether it went by mail, too: then its end does.</param>
/// <param name="IsPaged">Alertmanager rings for it, perhaps alone.</param>
internal sealed record OpenAlert(
    AlertKind Kind, DateTimeOffset Since, string Detail, bool IsTold, bool IsMailed = false, bool IsPaged = false);
