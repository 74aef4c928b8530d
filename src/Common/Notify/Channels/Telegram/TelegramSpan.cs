using Athena.Common.Text;

namespace Athena.Common.Notify.Channels.Telegram;

/// <summary>
/// A piece of a row. The text is data and may be hostile: when the message is written it is escaped, what cannot be seen is shown, and
/// nothing becomes a link (which is also why an emoji here should need no variation selector). Spaces stay, for the layout: where those of
/// a stranger matter, show them with <see cref="UntrustedText.Visible(string?, int)"/> or a <see cref="Cell"/>.
/// </summary>
public sealed record TelegramSpan(string Text, TelegramStyle Style = TelegramStyle.Plain);
