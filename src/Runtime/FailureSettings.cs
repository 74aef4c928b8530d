using Athena.Common.Hosting;
using Athena.Common.Notifications;
using Athena.Common.Notifications.Documents;
using Athena.Common.Notifications.Telegram;
using Athena.Common.Notify.Channels.Mail;

namespace Athena.Runtime;

/// <summary>The way to our people, from the failed daemon's own settings: very likely it failed because some of them are faulty, so each way stands by itself.</summary>
/// <param name="Smtp">Null when no mail can be sent; <paramref name="NoMail"/> tells why.</param>
/// <param name="Telegram">Null when no chat is set or it is faulty.</param>
internal sealed record FailureSettings(SmtpSettings? Smtp, IReadOnlyList<string> To, Brand Brand, TelegramSettings? Telegram, string NoMail)
{
    public static FailureSettings Read(SettingsSource source)
    {
        var reader = new SettingsReader(source);
        var smtp = MailSettings.Smtp(reader);

        // MAIL_TO is the people whom a daemon serves; where it also has people of ours, they are the ones.
        var to = MailSettings.Addresses(reader, "OPS_MAIL_TO", "Our own people.", needed: false);
        if (to.Count == 0) to = MailSettings.Addresses(reader, "MAIL_TO", "Who is told where OPS_MAIL_TO is not set.", needed: true);
        var brand = MailSettings.Brand(reader);
        var noMail = string.Join("; ", reader.Problems);

        var chat = new SettingsReader(source);
        var telegram = TelegramSettings.Read(chat, needed: false);
        return new FailureSettings(noMail.Length == 0 ? smtp : null, to, brand, chat.Problems.Count == 0 ? telegram : null, noMail);
    }
}
