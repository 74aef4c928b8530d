using System.Globalization;
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

            // Whoever starts it again tells nobody: nothing would close a ticket.
            Events =
            [
                new NotificationEvent(EventType.TroubleBegan, $"failed/{failure.Run}", $"{failure.Daemon} has stopped working")
                {
                    Kind = "DaemonFailed",
                    Since = failure.At,
                    Action = EventAction.Note,
                },
            ],
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

/// <summary>What our people are told of a daemon that fails again and again, and when that is over: once each.</summary>
internal static class CrashMail
{
    public static Notification WriteCrashing(CrashSeries series, IReadOnlyList<string> to, Brand brand)
    {
        var document = new MailDocument($"{series.Daemon} fails again and again", Tone.Critical, "ACTION NEEDED",
        [
            new MailBlock.Lead(Phrase.Of(series.Meanwhile)),
            new MailBlock.Paragraph(Phrase.Of($"{Count(series)} systemd starts it again five seconds after each. {LastReason(series)}")),
            new MailBlock.Facts(Facts(series)),
            new MailBlock.Command("What it said, explained", $"sudo journalctl -x -u {series.Daemon} -n 50"),
            new MailBlock.Command("What it needs, each with the remedy", $"sudo {series.Daemon} check"),
            new MailBlock.Command("If it began with an upgrade, the version before", "sudo apt install --allow-downgrades ./older/*.deb"),
        ],
        $"Sent once by systemd on {series.Host} through athena-workers-crashing@{series.Daemon}.service; another mail comes when it has "
        + "held for ten minutes.");
        return new Notification(
            Key("crashing", series), to, $"ACTION NEEDED: {series.Daemon} on {series.Host} fails again and again", document, brand)
        {
            Severity = Severity.Critical,
            Brief = WriteCrashingMessage(series),
            Events = [EventOf(series, EventType.TroubleBegan, $"{series.Daemon} fails again and again")],
        };
    }

    public static Notification WriteHolding(CrashSeries series, IReadOnlyList<string> to, Brand brand)
    {
        var document = new MailDocument($"{series.Daemon} holds again", Tone.Good, "OVER",
        [
            new MailBlock.Lead(Phrase.Of("It has run for ten minutes without a failure. Nothing is to be done.")),
            new MailBlock.Paragraph(Phrase.Of($"{Count(series)} {LastReason(series)}")),
            new MailBlock.Facts(Facts(series)),
            new MailBlock.Command("How it is", $"systemctl status {series.Daemon}"),
        ], $"Sent once by systemd on {series.Host} through athena-workers-holds@{series.Daemon}.service.");
        return new Notification(
            Key("holds", series), to, $"Over: {series.Daemon} on {series.Host} holds again", document, brand)
        {
            Brief = WriteHoldingMessage(series),
            Events = [EventOf(series, EventType.TroubleEnded, $"{series.Daemon} holds again")],
        };
    }

    private static TelegramText WriteCrashingMessage(CrashSeries series) => Message(
        $"{series.Daemon} on {series.Host} fails again and again", series.Meanwhile, $"{Count(series)} {LastReason(series)}",
        $"sudo journalctl -x -u {series.Daemon} -n 50");

    private static TelegramText WriteHoldingMessage(CrashSeries series) => Message(
        $"{series.Daemon} on {series.Host} holds again", "It has run for ten minutes without a failure.", Count(series),
        $"systemctl status {series.Daemon}");

    private static TelegramText Message(string title, string meaning, string facts, string command) => new(
    [
        new TelegramRow([new TelegramSpan(title, TelegramStyle.Bold)]),
        new TelegramRow([new TelegramSpan(meaning)]),
        new TelegramRow([new TelegramSpan(facts)]),
        new TelegramRow([new TelegramSpan(command, TelegramStyle.Code)]),
    ]);

    private static string Count(CrashSeries series) => series.Failures.Count switch
    {
        0 => "It failed several times without ten good minutes in between.",
        1 => "It failed once.",
        var count => $"It failed {count} times without ten good minutes in between.",
    };

    private static string LastReason(CrashSeries series) =>
        series.Failures.Count == 0 ? "The journal tells why." : $"The last time: {series.Failures[^1].Reason}";

    private static IReadOnlyList<(string, Phrase)> Facts(CrashSeries series)
    {
        var facts = new List<(string, Phrase)> { ("Host", Phrase.Of(series.Host)), ("Unit", Phrase.Of($"{series.Daemon}.service")) };
        var times = series.Failures.Select(failure => failure.At).OfType<DateTimeOffset>().ToList();
        if (times.Count > 0)
        {
            facts.Add(("First failure", Phrase.Of(series.Clock.Second(times[0]))));
            facts.Add(("Last failure", Phrase.Of(series.Clock.Second(times[^1]))));
        }

        return facts;
    }

    private static NotificationEvent EventOf(CrashSeries series, EventType type, string title) =>
        new(type, string.Create(CultureInfo.InvariantCulture, $"crashing/{series.Begin.ToUnixTimeSeconds()}"), title)
        {
            Kind = "DaemonCrashing",
            Since = series.Begin,
        };

    private static string Key(string kind, CrashSeries series) =>
        $"{kind}/{series.Host}/{series.Daemon}/{series.Begin.ToUnixTimeSeconds()}";
}
