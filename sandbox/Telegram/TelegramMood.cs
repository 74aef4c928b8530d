namespace Athena.Sandbox.Telegram;

/// <summary>How the catcher answers from now on.</summary>
public enum TelegramMood
{
    /// <summary>Takes every message.</summary>
    Ok,

    /// <summary>429 with <c>retry_after</c>.</summary>
    TooMany,

    /// <summary>403, the bot was kicked from the group.</summary>
    Kicked,

    /// <summary>400, our markup is not understood; plain text is taken.</summary>
    NoMarkup,

    /// <summary>Nobody listens.</summary>
    Down,
}
