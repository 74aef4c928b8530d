using Athena.Common.Settings;

namespace Athena.Common.Notify.Channels.Telegram;

/// <summary>One key for all daemons that write in a chat.</summary>
public static class NamesSetting
{
    private const string Key = "TELEGRAM_NAMES";

    private static readonly string[] Styles = ["login", "masked", "id"];

    public static NameStyle Read(SettingsReader reader) => Enum.Parse<NameStyle>(
        reader.Choice(Key, Styles[0], "How people are named in the chat: login, masked (n…@h…) or id, which leaves the login out.", Styles),
        ignoreCase: true);

    /// <param name="older">Another name for the same, which an older version knew: it holds where it is set.</param>
    public static NameStyle Read(SettingsReader reader, string older)
    {
        var style = Read(reader);
        return reader.Read<NameStyle?>(
            older, null, $"An older name of {Key}; where it is set, it holds for this daemon.", (string text, out NameStyle? value) =>
            {
                var isKnown = Styles.Contains(text, StringComparer.OrdinalIgnoreCase);
                value = isKnown ? Enum.Parse<NameStyle>(text, ignoreCase: true) : null;
                return isKnown ? null : $"must be one of {string.Join(", ", Styles)}";
            }) ?? style;
    }
}
