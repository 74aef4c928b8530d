namespace Athena.Common.Notify.Channels.Telegram;

/// <summary><c>TELEGRAM_NAMES</c>: how people are named in the chat.</summary>
public enum NameStyle
{
    /// <summary>The login, which is often an e-mail address.</summary>
    Login,

    /// <summary>Enough of it to recognise a colleague, not enough to write to them: <c>n…@h…</c>.</summary>
    Masked,

    /// <summary>The number alone.</summary>
    Id,
}
