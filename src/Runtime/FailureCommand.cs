using Athena.Common.Hosting;
using Athena.Common.Notifications;
using Athena.Common.Notifications.Telegram;
using Athena.Common.Notify.Channels.Mail;
using Microsoft.Extensions.Logging;

namespace Athena.Runtime;

/// <summary>
/// <c>athena-workers failed DAEMON</c>, started by <c>athena-workers-failed@DAEMON.service</c>, and <c>crashing</c> and <c>holds</c> by the
/// units of these names: mails our people; where no mail can be sent, the chat is told.
/// </summary>
internal static class FailureCommand
{
    private const string Usage = """
        athena-workers failed DAEMON: tells our people that systemd gave up on it. Started by systemd (OnFailure=).
        athena-workers crashing DAEMON NOTES, athena-workers holds DAEMON NOTES: that it fails again and again, that this is over.
        """;

    private static readonly WorkerIdentity Identity = new("athena-workers", "runtime", Usage);

    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["--version"])
        {
            Console.WriteLine($"athena-workers {WorkerIdentity.Version} ({WorkerIdentity.Runtime})");
            return ExitCode.Ok;
        }

        if (args is ["print", "catalogue"])
        {
            Console.Write(new EventCatalogue(FailureEvents.All).WriteJournalCatalogue());
            return ExitCode.Ok;
        }

        if (args is not (["failed", { Length: > 0 }] or ["crashing" or "holds", { Length: > 0 }, { Length: > 0 }]))
        {
            await Console.Error.WriteLineAsync(Usage).ConfigureAwait(false);
            return ExitCode.Configuration;
        }

        var daemon = args[1].EndsWith(".service", StringComparison.Ordinal) ? args[1][..^".service".Length] : args[1];
        var source = SettingsSource.ForProcess(daemon);
        if (TellingOf(args, daemon, source) is not { } telling) return ExitCode.Ok;
        using var logging = WorkerLogging.Create(Identity, CommonSettings.Read(new SettingsReader(source), Identity));
        using var stop = new StopSignals();
        return await TellAsync(telling, FailureSettings.Read(source), logging.CreateLogger(Identity.Component), TimeProvider.System, stop.Token).ConfigureAwait(false);
    }

    /// <returns>Null when there is nothing to be told: it failed too seldom for that.</returns>
    private static Telling? TellingOf(string[] args, string daemon, SettingsSource source)
    {
        var (host, now) = (Environment.MachineName, TimeProvider.System.GetUtcNow());
        if (args[0] == "failed") return Telling.Of(new Failure(daemon, host, source.Environmental("MONITOR_SERVICE_RESULT"), source.Environmental("MONITOR_EXIT_STATUS"), now, source.Environmental("MONITOR_INVOCATION_ID")));
        var series = CrashSeries.Read(daemon, host, args[2], now);
        if (args[0] == "crashing") return Telling.OfCrashing(series);
        return series.Failures.Count >= CrashSeries.Enough ? Telling.OfHolding(series) : null;
    }

    /// <summary><see cref="ExitCode.Ok"/> when somebody was told, <see cref="ExitCode.Fault"/> when another try may help, otherwise <see cref="ExitCode.Configuration"/>.</summary>
    public static async Task<int> TellAsync(Telling telling, FailureSettings settings, ILogger logger, TimeProvider time, CancellationToken cancel)
    {
        var why = settings.NoMail;
        var mayHelp = false;
        if (settings.Smtp is { } smtp)
        {
            var transport = new SmtpTransport(smtp, time);
            await using (transport.ConfigureAwait(false))
            {
                var mail = telling.WriteMail(settings.To, settings.Brand);
                var results = await transport.SendAsync(mail, telling.At, mail.Recipients, cancel).ConfigureAwait(false);
                if (results.FirstOrDefault(r => r.Value.Verdict == DeliveryVerdict.Accepted) is { Key: { } first })
                    return Say($"{telling.Daemon} {telling.News}; the mail to {first} was {results[first].Detail}.");
                why = string.Join("; ", results.Values.Select(r => r.Detail).Distinct());
                mayHelp = results.Values.Any(r => r.Verdict == DeliveryVerdict.Transient);
            }
        }

        if (settings.Telegram is { } chat)
        {
            using var bot = new TelegramBot(chat, time);
            var result = await bot.SendAsync(telling.Message, isSilent: false, cancel).ConfigureAwait(false);
            if (result.Verdict == DeliveryVerdict.Accepted) return Say($"{telling.Daemon} {telling.News}; the message was {result.Detail}.");
            why = $"{why}; {result.Detail}";
            mayHelp |= result.Verdict == DeliveryVerdict.Transient;
        }

        logger.Event(FailureEvents.NotTold, $"{telling.Daemon} {telling.News}, and nobody could be told: {why}");
        return mayHelp ? ExitCode.Fault : ExitCode.Configuration;

        int Say(string sentence)
        {
            logger.Event(FailureEvents.Told, sentence);
            return ExitCode.Ok;
        }
    }
}
