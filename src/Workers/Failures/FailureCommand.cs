using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Notify.Channels.Webhook;
using Athena.Common.Notify.Documents;
using Athena.Common.Settings;
using Athena.Common.Telemetry;
using Microsoft.Extensions.Logging;

namespace Athena.Workers.Failures;

/// <summary>
/// <c>athena-workers failed DAEMON</c>, started by <c>athena-workers-failed@DAEMON.service</c>, and <c>crashing</c> and <c>holds</c> by the
/// units of these names: mails our people; where no mail can be sent, the chat is told. The site's program is told in any case.
/// </summary>
internal static class FailureCommand
{
    /// <param name="daemon">As systemd names it, with or without <c>.service</c>.</param>
    /// <param name="telling">Of the daemon's name; null when there is nothing to be told.</param>
    public static async Task<int> RunAsync(
        WorkerIdentity identity, string daemon, Func<string, SettingsSource, Telling?> telling, CancellationToken cancel)
    {
        var name = daemon.EndsWith(".service", StringComparison.Ordinal) ? daemon[..^".service".Length] : daemon;
        var source = SettingsSource.ForProcess(name);
        if (telling(name, source) is not { } news) return ExitCode.Ok;
        using var logging = WorkerLogging.Create(identity, CommonSettings.Read(new SettingsReader(source), identity));
        var (settings, logger) = (FailureSettings.Read(source), logging.CreateLogger(identity.Component));
        var told = await TellAsync(news, settings, logger, TimeProvider.System, cancel).ConfigureAwait(false);
        await PostAsync(news, settings, logger, TimeProvider.System, cancel).ConfigureAwait(false);
        return told;
    }

    /// <summary><c>athena-workers failed DAEMON</c>.</summary>
    public static Telling? Failed(string daemon, SettingsSource source) => Telling.Of(new Failure(
        daemon, Environment.MachineName, source.Environmental("MONITOR_SERVICE_RESULT"), source.Environmental("MONITOR_EXIT_STATUS"),
        TimeProvider.System.GetUtcNow(),
        source.Environmental("MONITOR_INVOCATION_ID"))
    {
        Clock = ZoneSetting.Text(source),
    });

    /// <summary><c>athena-workers crashing DAEMON NOTES</c>.</summary>
    public static Telling? Crashing(string daemon, string notes, SettingsSource source) =>
        Telling.OfCrashing(Series(daemon, notes, source));

    /// <summary><c>athena-workers holds DAEMON NOTES</c>; null where it failed too seldom for that.</summary>
    public static Telling? Holds(string daemon, string notes, SettingsSource source) =>
        Series(daemon, notes, source) is { Failures.Count: >= CrashSeries.Enough } series ? Telling.OfHolding(series) : null;

    private static CrashSeries Series(string daemon, string notes, SettingsSource source) =>
        CrashSeries.Read(daemon, Environment.MachineName, notes, TimeProvider.System.GetUtcNow()) with { Clock = ZoneSetting.Text(source) };

    /// <summary>
    /// <see cref="ExitCode.Ok"/> when somebody was told, <see cref="ExitCode.Fault"/> when another try may help, otherwise
    /// <see cref="ExitCode.Configuration"/>.
    /// </summary>
    public static async Task<int> TellAsync(
        Telling telling, FailureSettings settings, ILogger logger, TimeProvider time, CancellationToken cancel)
    {
        var why = settings.NoMail;
        var mayHelp = false;
        foreach (var channel in settings.Channels(time))
        {
            await using (channel.ConfigureAwait(false))
            {
                if (channel.Write(telling.Write(settings.To, settings.Brand)) is not { } message) continue;
                var results = await channel.SendAsync(new DeliveryAttempt(message, telling.At, message.Recipients), cancel)
                    .ConfigureAwait(false);
                if (results.FirstOrDefault(r => r.Value.Verdict == DeliveryVerdict.Accepted) is { Key: { } first })
                    return Say(
                        $"{telling.Daemon} {telling.News}; the "
                        + $"{(channel.Name == MailChannel.ChannelName ? $"mail to {first}" : "message")} was {results[first].Detail}.");
                var details = string.Join("; ", results.Values.Select(r => r.Detail).Distinct());
                why = why.Length == 0 ? details : $"{why}; {details}";
                mayHelp |= results.Values.Any(r => r.Verdict == DeliveryVerdict.Transient);
            }
        }

        logger.Event(FailureEvents.NotTold,
            $"{telling.Daemon} {telling.News}, and nobody could be told: {why}. Set SMTP_HOST, MAIL_FROM and OPS_MAIL_TO in "
            + "/etc/default/athena-workers");
        return mayHelp ? ExitCode.Fault : ExitCode.Configuration;

        int Say(string sentence)
        {
            logger.Event(FailureEvents.Told, sentence);
            return ExitCode.Ok;
        }
    }

    /// <summary>
    /// Posts it once to the site's program, where there is one. It is a copy: only where no person could be told it is posted again, under
    /// the same id, at the next try.
    /// </summary>
    public static async Task PostAsync(
        Telling telling, FailureSettings settings, ILogger logger, TimeProvider time, CancellationToken cancel)
    {
        if (settings.Webhook is not { } webhook) return;
        var channel = new WebhookChannel(webhook with { Daemon = telling.Daemon }, time);
        await using (channel.ConfigureAwait(false))
        {
            if (channel.Write(telling.Write(settings.To, settings.Brand)) is not { } message) return;
            var result = (await channel.SendAsync(new DeliveryAttempt(message, telling.At, message.Recipients), cancel)
                .ConfigureAwait(false))[WebhookChannel.ChannelName];
            var isTaken = result.Verdict == DeliveryVerdict.Accepted;
            logger.Event(
                isTaken ? HostEvents.WebhookTaken : HostEvents.WebhookTrouble, $"{telling.Daemon} {telling.News}: {result.Detail}");
        }
    }
}

/// <summary>
/// The way to our people, from the failed daemon's own settings: very likely it failed because some of them are faulty, so each way stands
/// by itself.
/// </summary>
/// <param name="Smtp">Null when no mail can be sent; <paramref name="NoMail"/> tells why.</param>
/// <param name="Telegram">Null when no chat is set or it is faulty.</param>
internal sealed record FailureSettings(SmtpSettings? Smtp, IReadOnlyList<string> To, Brand Brand, TelegramSettings? Telegram, string NoMail)
{
    /// <summary>Null when no program is to be told, or what is set of it is faulty.</summary>
    public WebhookSettings? Webhook { get; init; }

    /// <summary>The ways that are open, the first to be tried first; another way is one more line here.</summary>
    public IReadOnlyList<INotificationChannel> Channels(TimeProvider time) =>
    [
        .. Smtp is { } smtp ? [new MailChannel(smtp, time, Brand.Logo)] : (INotificationChannel[])[],
        .. Telegram is { } chat ? [new TelegramChannel(new TelegramBot(chat, time))] : (INotificationChannel[])[],
    ];

    public static FailureSettings Read(SettingsSource source)
    {
        var reader = new SettingsReader(source);
        var smtp = MailSettings.Smtp(reader);

        // MAIL_TO is the people whom a daemon serves; where it also has people of ours, they are the ones.
        var to = MailSettings.Addresses(reader, "OPS_MAIL_TO", "Our own people.", needed: false);
        if (to.Count == 0) to = MailSettings.Addresses(reader, "MAIL_TO", "Who is told where OPS_MAIL_TO is not set.", needed: true);
        var brand = MailSettings.Brand(reader, smtp);
        var noMail = string.Join("; ", reader.Problems);

        var chat = new SettingsReader(source);
        var telegram = TelegramSettings.Read(chat, needed: false);
        return new FailureSettings(noMail.Length == 0 ? smtp : null, to, brand, chat.Problems.Count == 0 ? telegram : null, noMail)
        {
            Webhook = WebhookSettings.Read(new SettingsReader(source), WorkerIdentity.Platform),
        };
    }
}
