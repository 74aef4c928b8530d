namespace Athena.Common.Notify.Channels.Mail;

/// <summary>Whether mail could be handed over, found out without sending any.</summary>
/// <param name="IsGood">True when connection, protection and login all worked.</param>
/// <param name="Sentence">What was seen, or what failed and what to do about it; never a secret.</param>
/// <param name="IsOffered">Whether the server takes a login on that way; null where it did not come to that.</param>
public sealed record LoginCheck(bool IsGood, string Sentence, bool? IsOffered = null);
