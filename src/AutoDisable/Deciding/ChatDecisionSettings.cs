using System.Globalization;
using Athena.AutoDisable.Notify.Chat;
using Athena.AutoDisable.State;
using Athena.Common.Settings;
using Athena.Common.Text;

namespace Athena.AutoDisable.Deciding;

/// <summary>The setting of decisions in the chat; see docs/decisions.md.</summary>
internal static class ChatDecisionSettings
{
    private const string Key = "DECISION_TELEGRAM_USER_IDS";

    /// <param name="mailTo">The admins who get mails.</param>
    /// <param name="chat">Null when no chat is set.</param>
    /// <returns>Null where nobody decides in the chat.</returns>
    public static ChatDecisionOptions? Read(SettingsReader reader, IReadOnlyList<string> mailTo, ChatOptions? chat)
    {
        var text = reader.Text(
            Key,
            "Who decides by buttons in the chat, by the numbers that Telegram gave them, comma separated: ID=ADDRESS, of MAIL_TO, for "
            + "one who approves with the PIN of decision-pin, ID alone for one who only rejects. Telegram shows nobody theirs: "
            + "/usr/share/doc/athena-workers/telegram.md says how to find it, and who is not named and presses a button is told it.");
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (chat is null) reader.Refuse(Key, "needs TELEGRAM_BOT_TOKEN and TELEGRAM_CHAT_ID");
        else if (chat.Telegram.Chat.StartsWith('@'))
            reader.Refuse(Key, "needs TELEGRAM_CHAT_ID as a number: whoever has the name may change");

        var people = new Dictionary<long, string?>();
        foreach (var entry in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = entry.Split('=', 2, StringSplitOptions.TrimEntries);
            var address = parts.Length == 2
                ? mailTo.FirstOrDefault(one => one.Equals(parts[1], StringComparison.OrdinalIgnoreCase))
                : null;
            if (!long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id == 0)
                reader.Refuse(Key, $"has {UntrustedText.Visible(entry, 80)}: each begins with a number, as in 123456789=one@example.org");
            else if (parts.Length == 2 && address is null)
                reader.Refuse(Key, $"holds {UntrustedText.Visible(parts[1], 80)}, which MAIL_TO does not");
            else if (!people.TryAdd(id, address))
                reader.Refuse(Key, $"holds {id} twice");
        }

        return new ChatDecisionOptions(people);
    }
}
