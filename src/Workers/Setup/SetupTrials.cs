using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Settings;

namespace Athena.Workers.Setup;

/// <summary>How an answer was found where it is used.</summary>
internal enum TrialStanding
{
    /// <summary>It works.</summary>
    Works,

    /// <summary>The other side knows it for wrong.</summary>
    Refused,

    /// <summary>It does not work, and that may be its fault or the other side's.</summary>
    DoesNotWork,

    /// <summary>Nobody could be asked, as on a host without a way out.</summary>
    NotAsked,
}

/// <summary>What a trial of an answer found.</summary>
/// <param name="Standing">How it stands.</param>
/// <param name="Sentence">For the person who typed it; never with a secret.</param>
internal sealed record SetupTrial(TrialStanding Standing, string Sentence)
{
    /// <summary>False where a mail server was seen to take no login; null where that is not known, or not asked.</summary>
    public bool? OffersLogin { get; init; }
}

/// <summary>Tries what was answered: the mail server without and with its login, the bot, its chat. Sends nothing.</summary>
/// <param name="source">The settings of a daemon as they are now: where the Bot API is, which authorities are trusted.</param>
/// <param name="time">By which it gives up.</param>
internal sealed class SetupTrials(Func<string, SettingsSource> source, TimeProvider time)
{
    /// <summary>Somebody waits.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly string[] MailKeys = ["SMTP_HOST", "SMTP_PORT", "SMTP_SECURITY", "SMTP_HELO", "SMTP_CA_FILE"];
    private static readonly string[] Login = ["SMTP_USER", "SMTP_PASSWORD"];
    private static readonly string[] ChatKeys = [SetupQuestions.ChatId, "TELEGRAM_THREAD_ID", "TELEGRAM_API", "TELEGRAM_CA_FILE"];

    private bool isTelegramAway;

    /// <summary>Null where there is nothing to try.</summary>
    /// <param name="key">What was answered last.</param>
    /// <param name="known">What each setting is, or will be.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<SetupTrial?> TryAsync(string key, Func<string, string?> known, CancellationToken cancel) => key switch
    {
        "SMTP_SECURITY" or "SMTP_PASSWORD" when known("SMTP_HOST") is null => null,
        "SMTP_SECURITY" => await TryMailAsync(MailKeys, known, cancel).ConfigureAwait(false),
        "SMTP_PASSWORD" => await TryMailAsync([.. MailKeys, .. Login], known, cancel).ConfigureAwait(false),
        SetupQuestions.Token or SetupQuestions.ChatId when !isTelegramAway => await TryChatAsync(key, known, cancel).ConfigureAwait(false),
        _ => null,
    };

    private async Task<SetupTrial> TryMailAsync(string[] keys, Func<string, string?> known, CancellationToken cancel)
    {
        var reader = Reader(AutoDisable.Identity.Worker.Daemon, keys, known);
        var channel = new MailChannel(MailSettings.Smtp(reader, isNeeded: false) with { Timeout = Patience }, time);
        await using (channel.ConfigureAwait(false))
        {
            var login = await channel.TestLoginAsync(cancel).ConfigureAwait(false);
            return new SetupTrial(login.IsGood ? TrialStanding.Works : TrialStanding.DoesNotWork, login.Sentence)
            {
                OffersLogin = login.IsOffered,
            };
        }
    }

    private async Task<SetupTrial> TryChatAsync(string key, Func<string, string?> known, CancellationToken cancel)
    {
        var reader = Reader(ActiveUsers.Identity.Worker.Daemon, [SetupQuestions.Token, .. ChatKeys], known);
        using var bot = new TelegramBot(TelegramSettings.Read(reader, needed: true)! with { Timeout = Patience }, time);
        var found = await (key == SetupQuestions.Token ? bot.GetMeAsync(cancel) : bot.GetChatAsync(cancel)).ConfigureAwait(false);
        isTelegramAway = found is { IsGood: false, IsRefused: false };
        return found.IsGood ? new SetupTrial(TrialStanding.Works, found.Sentence)
            : found.IsRefused ? new SetupTrial(TrialStanding.Refused, found.Sentence)
            : new SetupTrial(TrialStanding.NotAsked, $"It could not be tried, and is kept as typed: {found.Sentence}");
    }

    /// <summary>What is known stands before what the files say of the daemon.</summary>
    private SettingsReader Reader(string daemon, string[] keys, Func<string, string?> known)
    {
        var files = source(daemon);
        return new SettingsReader(new SettingsSource(
            keys.Select(key => (Key: key, Value: known(key) ?? files.Find(key, out _)?.Text)).Where(one => one.Value is not null)
                .ToDictionary(one => one.Key, one => one.Value!)));
    }
}
