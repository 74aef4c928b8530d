using System.Globalization;
using Athena.Common.Notifications;
using Athena.Common.Notifications.Documents;
using Athena.Common.Notifications.Telegram;

namespace Athena.Runtime;

/// <summary>What our people are told of a failed unit.</summary>
internal static class FailureMail
{
    public static OutgoingMail Write(Failure failure, IReadOnlyList<string> to, Brand brand)
    {
        var document = new MailDocument($"{failure.Daemon} has stopped working", Tone.Critical, "ACTION NEEDED",
        [
            new MailBlock.Lead(Phrase.Of(failure.Consequence)),
            new MailBlock.Paragraph(Phrase.Of(failure.Reason)),
            new MailBlock.Facts([("Host", Phrase.Of(failure.Host)), ("Unit", Phrase.Of($"{failure.Daemon}.service")), ("Told at", Phrase.Of(Time(failure)))]),
            new MailBlock.Command("What it said last", $"sudo journalctl -x -u {failure.Daemon} -n 30"),
            new MailBlock.Command("What it needs, each with the remedy", $"sudo {failure.Daemon} check"),
            new MailBlock.Command("When that is put right", $"sudo systemctl start {failure.Daemon}"),
        ], $"Sent by systemd on {failure.Host} through athena-workers-failed@{failure.Daemon}.service.");
        return new OutgoingMail(
            failure.Key, to,
            $"ACTION NEEDED: {failure.Daemon} on {failure.Host} has stopped working", document.ToText(brand), document.ToHtml(brand), IsUrgent: true);
    }

    public static TelegramText WriteMessage(Failure failure) => new(
    [
        new TelegramRow([new TelegramSpan($"{failure.Daemon} on {failure.Host} has stopped working", TelegramStyle.Bold)]),
        new TelegramRow([new TelegramSpan(failure.Consequence)]),
        new TelegramRow([new TelegramSpan(failure.Reason)]),
        new TelegramRow([new TelegramSpan($"sudo journalctl -x -u {failure.Daemon} -n 30", TelegramStyle.Code)]),
    ]);

    private static string Time(Failure failure) => failure.At.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
