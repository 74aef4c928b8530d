using System.Globalization;
using System.Text.Json.Serialization;

namespace Athena.ActiveUsers.Policy;

/// <summary>Something that is wrong now.</summary>
/// <param name="Since">When it was first seen, not when it was told.</param>
/// <param name="Detail">What was seen, for people; may hold hostile text.</param>
/// <param name="IsTold">Whether the chat was told, or will be; while alerts are silenced it is not.</param>
/// <param name="IsMailed">Whether it went by mail, too: then its end does.</param>
/// <param name="IsPaged">Alertmanager rings for it, perhaps alone.</param>
/// <param name="Number">By which people speak of it, <c>AL-20261121-3</c>; null of one that a version without numbers began.</param>
/// <param name="Acknowledged">Who has taken it up; null while nobody has.</param>
internal sealed record OpenAlert(
    AlertKind Kind,
    DateTimeOffset Since,
    string Detail,
    bool IsTold,
    bool IsMailed = false,
    bool IsPaged = false,
    string? Number = null,
    Acknowledgement? Acknowledged = null)
{
    /// <summary>With it each key of an alert begins.</summary>
    public const string KeyStart = "alert/";

    /// <summary>What all that is said of it is called: the thread of its mails, and before the / of each message's key.</summary>
    [JsonIgnore]
    public string Key => string.Create(CultureInfo.InvariantCulture, $"{KeyStart}{Kind}/{Since.ToUnixTimeMilliseconds()}");
}

/// <summary>Somebody has taken it up, and said so.</summary>
/// <param name="By">Their login on this machine.</param>
/// <param name="Note">What they do about it, in their words.</param>
internal sealed record Acknowledgement(DateTimeOffset At, string By, string Note);
