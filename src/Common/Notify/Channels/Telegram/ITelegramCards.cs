namespace Athena.Common.Notify.Channels.Telegram;

/// <summary>
/// Messages with buttons, which are changed as long as they matter, and what people press. Classifies and never throws but for
/// cancellation. May be used by several callers at a time, but for <see cref="NextAsync"/>: Telegram answers one at a time.
/// </summary>
public interface ITelegramCards
{
    /// <summary>Puts a new message into the chat.</summary>
    /// <returns>Its number there; null when it was not taken, for the reason beside it.</returns>
    Task<(long? Message, DeliveryResult Result)> PostAsync(TelegramCard card, CancellationToken cancel);

    /// <summary>Changes a message; one that is so already counts as changed.</summary>
    /// <returns>
    /// <see cref="DeliveryResult.IsFinal"/> where it can never be: somebody deleted it, or the chat has another number since.
    /// </returns>
    Task<DeliveryResult> ChangeAsync(long message, TelegramCard card, CancellationToken cancel);

    /// <summary>Tells whoever pressed, and nobody else, at most 200 signs of this. What comes too late is not shown.</summary>
    /// <param name="press">What they pressed.</param>
    /// <param name="text">The words.</param>
    /// <param name="isAlert">They have to close it; otherwise it goes by itself.</param>
    /// <param name="cancel">Ends it.</param>
    Task TellAsync(TelegramPress press, string text, bool isAlert, CancellationToken cancel);

    /// <summary>Waits up to 25 seconds for something to be pressed.</summary>
    /// <param name="offset">Everything below this number has been dealt with, and is forgotten by Telegram; 0 at first.</param>
    /// <param name="cancel">Ends it.</param>
    Task<TelegramPresses> NextAsync(long offset, CancellationToken cancel);

    /// <summary>Whether somebody is in the chat now; null where that could not be found out.</summary>
    Task<bool?> IsMemberAsync(long user, CancellationToken cancel);

    /// <summary>Why nobody can hear what is pressed, as far as it can be seen without asking for it; null when nothing stands against
    /// it, or that could not be found out. For <c>check</c>.</summary>
    Task<string?> WhyDeafAsync(CancellationToken cancel);
}

/// <summary>A message with rows of buttons below it.</summary>
public sealed record TelegramCard(TelegramText Text, IReadOnlyList<IReadOnlyList<TelegramButton>> Buttons)
{
    /// <summary>It makes no sound.</summary>
    public bool IsSilent { get; init; }
}

/// <param name="Label">What stands on it.</param>
/// <param name="Data">What comes back; at most 64 bytes.</param>
public sealed record TelegramButton(string Label, string Data);

/// <summary>Somebody pressed a button. All of it but the numbers is as their program sent it.</summary>
/// <param name="Id">For the answer.</param>
/// <param name="User">Who, by the number that Telegram gave them.</param>
/// <param name="Name">As they call themselves; one line, and not long.</param>
/// <param name="Message">The message below which it was.</param>
/// <param name="Data">The button's.</param>
/// <param name="IsOurs">The message stands in the chat of the settings, and was not forwarded there.</param>
public sealed record TelegramPress(string Id, long User, string Name, long Message, string Data, bool IsOurs);

/// <summary>What was pressed.</summary>
/// <param name="Presses">The oldest first.</param>
/// <param name="Offset">To ask from the next time.</param>
/// <param name="Problem">Why nothing was heard; null when the server answered as it should.</param>
public sealed record TelegramPresses(IReadOnlyList<TelegramPress> Presses, long Offset, DeliveryResult? Problem = null);
