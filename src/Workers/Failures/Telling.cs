using Athena.Common.Notify;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Notify.Documents;

namespace Athena.Workers.Failures;

/// <summary>What our people are to be told, by whichever way is open.</summary>
/// <param name="News">With the daemon's name in front a sentence for the journal: "has failed".</param>
/// <param name="At">When that is; the mail's date.</param>
internal sealed record Telling(string Daemon, string News, DateTimeOffset At, Func<IReadOnlyList<string>, Brand, Notification> Write)
{
    public static Telling Of(Failure failure) =>
        new(failure.Daemon, "has failed", failure.At, (to, brand) => FailureMail.Write(failure, to, brand));

    public static Telling OfCrashing(CrashSeries series) =>
        new(series.Daemon, "fails again and again", series.At, (to, brand) => CrashMail.WriteCrashing(series, to, brand));

    public static Telling OfHolding(CrashSeries series) =>
        new(series.Daemon, "holds again", series.At, (to, brand) => CrashMail.WriteHolding(series, to, brand));
}

/// <summary>What our people are told of a failed unit.</summary>
internal static class FailureMail
{
    public static Notification Write(Failure failure, IReadOnlyList<string> to, Brand brand)
    {
        var document = new MailDocument($"{failure.Daemon} has stopped working", Tone.Critical, "ACTION NEEDED",
        [
            new MailBlock.Lead(Phrase.Of(failure.Consequence)),
            new MailBlock.Paragraph(Phrase.Of(failure.Reason)),
            new MailBlock.Facts(
            [
                ("Host", Phrase.Of(failure.Host)),
                ("Unit", Phrase.Of($"{failure.Daemon}.service")),
                ("Told at", Phrase.Of(failure.Clock.Second(failure.At))),
            ]),
            new MailBlock.Command("What it said last", $"sudo journalctl -x -u {failure.Daemon} -n 30"),
            new MailBlock.Command("What it needs, each with the remedy", $"sudo {failure.Daemon} check"),
            new MailBlock.Command("When that is put right", $"sudo systemctl start {failure.Begin}"),
        ], $"Sent by systemd on {failure.Host} through athena-workers-failed@{failure.Daemon}.service.");
        return new Notification(
            failure.Key, to,
            $"ACTION NEEDED: {failure.Daemon} on {failure.Host} has stopped working", document, brand)
        {
            Severity = Severity.Critical,
            Brief = WriteMessage(failure),
        };
    }

    private static TelegramText WriteMessage(Failure failure) => new(
    [
        new TelegramRow([new TelegramSpan($"{failure.Daemon} on {failure.Host} has stopped working", TelegramStyle.Bold)]),
        new TelegramRow([new TelegramSpan(failure.Consequence)]),
        new TelegramRow([new TelegramSpan(failure.Reason)]),
        new TelegramRow([new TelegramSpan($"sudo journalctl -x -u {failure.Daemon} -n 30", TelegramStyle.Code)]),
    ]);
}
