using Athena.Common.Hosting;
using Athena.Common.Notifications;
using Athena.Common.Notifications.Smtp;
using Athena.Common.Notifications.Telegram;
using Microsoft.Extensions.Logging;

namespace Athena.Runtime;

/// <summary>
/// <c>athena-workers failed DAEMON</c>, started by <c>athena-workers-failed@DAEMON.service</c>: mails our people; where no mail can be
/// sent, the chat is told.
/// </summary>
internal static class FailureCommand
{
    private const string Usage = "athena-workers failed DAEMON: tells our people that systemd gave up on it. Started by systemd (OnFailure=).";

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

        if (args is not ["failed", { Length: > 0 } unit])
        {
            await Console.Error.WriteLineAsync(Usage).ConfigureAwait(false);
            return ExitCode.Configuration;
        }

        var daemon = unit.EndsWith(".service", StringComparison.Ordinal) ? unit[..^".service".Length] : unit;
        var source = SettingsSource.ForProcess(daemon);
        var failure = new Failure(
            daemon, Environment.MachineName, source.Environmental("MONITOR_SERVICE_RESULT"), source.Environmental("MONITOR_EXIT_STATUS"), TimeProvider.System.GetUtcNow());
        using var logging = WorkerLogging.Create(Identity, CommonSettings.Read(new SettingsReader(source), Identity));
        using var stop = new StopSignals();
        return await TellAsync(failure, FailureSettings.Read(source), logging.CreateLogger(Identity.Component), TimeProvider.System, stop.Token).ConfigureAwait(false);
    }

    /// <summary><see cref="ExitCode.Ok"/> when somebody was told, <see cref="ExitCode.Fault"/> when another try may help, otherwise <see cref="ExitCode.Configuration"/>.</summary>
    public static async Task<int> TellAsync(Failure failure, FailureSettings settings, ILogger logger, TimeProvider time, CancellationToken cancel)
    {
        var why = settings.NoMail;
        var mayHelp = false;
        if (settings.Smtp is { } smtp)
        {
            var transport = new SmtpTransport(smtp, time);
            await using (transport.ConfigureAwait(false))
            {
                var mail = FailureMail.Write(failure, settings.To, settings.Brand);
                var results = await transport.SendAsync(mail, failure.At, mail.Recipients, cancel).ConfigureAwait(false);
                if (results.FirstOrDefault(r => r.Value.Verdict == DeliveryVerdict.Accepted) is { Key: { } first })
                    return Say($"{failure.Daemon} has failed; the mail to {first} was {results[first].Detail}.");
                why = string.Join("; ", results.Values.Select(r => r.Detail).Distinct());
                mayHelp = results.Values.Any(r => r.Verdict == DeliveryVerdict.Transient);
            }
        }

        if (settings.Telegram is { } chat)
        {
            using var bot = new TelegramBot(chat, time);
            var result = await bot.SendAsync(FailureMail.WriteMessage(failure), isSilent: false, cancel).ConfigureAwait(false);
            if (result.Verdict == DeliveryVerdict.Accepted) return Say($"{failure.Daemon} has failed; the message was {result.Detail}.");
            why = $"{why}; {result.Detail}";
            mayHelp |= result.Verdict == DeliveryVerdict.Transient;
        }

        logger.Event(FailureEvents.NotTold, $"{failure.Daemon} has failed and nobody could be told: {why}");
        return mayHelp ? ExitCode.Fault : ExitCode.Configuration;

        int Say(string sentence)
        {
            logger.Event(FailureEvents.Told, sentence);
            return ExitCode.Ok;
        }
    }
}
