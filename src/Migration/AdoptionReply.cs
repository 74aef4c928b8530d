namespace Athena.Migration;

/// <summary>What a daemon adopted, or would.</summary>
/// <param name="Text">Sentences for a person; empty when there is nothing to be said.</param>
/// <param name="Strangers">Accounts that are not adopted and will be treated as new.</param>
/// <param name="NeedsTime">Nothing was adopted: until when the one before looked must be known first.</param>
/// <param name="Problem">Why it did not work; null when it did.</param>
public sealed record AdoptionReply(string Text, int Strangers = 0, bool NeedsTime = false, string? Problem = null);
