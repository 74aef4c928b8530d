using Athena.Common.Notifications;
using Athena.Common.Notifications.Documents;
using Athena.Common.Notifications.Telegram;

namespace Athena.Runtime;

/// <summary>What our people are to be told, by whichever way is open.</summary>
/// <param name="News">With the daemon's name in front a sentence for the journal: "has failed".</param>
/// <param name="At">When that is; the mail's date.</param>
internal sealed record Telling(string Daemon, string News, DateTimeOffset At, Func<IReadOnlyList<string>, Brand, OutgoingMail> WriteMail, TelegramText Message)
{
    public static Telling Of(Failure failure) =>
        new(failure.Daemon, "has failed", failure.At, (to, brand) => FailureMail.Write(failure, to, brand), FailureMail.WriteMessage(failure));

    public static Telling OfCrashing(CrashSeries series) =>
        new(series.Daemon, "fails again and again", series.At, (to, brand) => CrashMail.WriteCrashing(series, to, brand), CrashMail.WriteCrashingMessage(series));

    public static Telling OfHolding(CrashSeries series) =>
        new(series.Daemon, "holds again", series.At, (to, brand) => CrashMail.WriteHolding(series, to, brand), CrashMail.WriteHoldingMessage(series));
}
