using System.Net;
using System.Text.RegularExpressions;
using Athena.Common.Network;
using Athena.Common.Settings;

namespace Athena.Common.Notify.Channels.Telegram;

/// <summary>Which bot writes into which chat.</summary>
/// <param name="Token">The bot's secret as @BotFather gave it. It is part of each request's address: nothing that holds one is ever
/// shown.</param>
/// <param name="Chat">A number (groups have negative ones, supergroups and channels begin with -100), or the @name of a public group or
/// channel.</param>
public sealed partial record TelegramSettings(string Token, string Chat)
{
    /// <summary>
    /// Where the Bot API answers; a server of one's own can be run, see https://core.telegram.org/bots/api#using-a-local-bot-api-server.
    /// </summary>
    public const string DefaultApi = "https://api.telegram.org";

    /// <summary>The topic of a group with topics; null is the general one.</summary>
    public long? Thread { get; init; }

    /// <summary>No message makes a sound, whatever the caller says.</summary>
    public bool IsSilent { get; init; }

    /// <summary>Only <c>https</c>, but to this machine also <c>http</c>.</summary>
    public Uri Api { get; init; } = new(DefaultApi);

    /// <summary>A PEM file with authorities that are trusted besides the system's; null for none.</summary>
    public string? CaFile { get; init; }

    /// <summary>How long one request may take, from the name's resolution to the answer's last byte.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>By whose clock it is told when a message was accepted.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>Host and port, for sentences.</summary>
    public string Place => Api.Authority;

    internal bool IsLoopback =>
        Api.IsLoopback || (IPAddress.TryParse(Api.Host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));

    /// <summary>
    /// Null when Telegram is not set at all, which is a problem only if it is <paramref name="needed"/>. What is faulty is in the reader's
    /// problems.
    /// </summary>
    public static TelegramSettings? Read(SettingsReader reader, bool needed)
    {
        string? token = reader.Secret("TELEGRAM_BOT_TOKEN", "Token of the Telegram bot, as @BotFather gave it.", needed);
        string? chat = needed
            ? reader.Required("TELEGRAM_CHAT_ID",
                "The chat it writes to: a number (beginning with -100 for a supergroup or channel) or the @name of a public one.")
            : reader.Text("TELEGRAM_CHAT_ID",
                "The chat it writes to: a number (beginning with -100 for a supergroup or channel) or the @name of a public one.");
        long? thread = reader.Read<long?>("TELEGRAM_THREAD_ID", null, "The topic in a group with topics.", (string text, out long? id) =>
        {
            bool isNumber = long.TryParse(text, out long number) && number > 0;
            id = number;
            return isNumber ? null : "must be a number above 0, as in the link of a message in that topic";
        });
        bool isSilent = reader.YesNo("TELEGRAM_SILENT", false, "Messages make no sound.");
        Uri api = reader.Uri("TELEGRAM_API", DefaultApi, "The Bot API's address; http only on this machine.", "https", "http");
        string? caFile = reader.Text(
            "TELEGRAM_CA_FILE", "PEM file with the authority that signed the Bot API's certificate (a proxy that opens TLS).");
        if (!needed && token is null && string.IsNullOrEmpty(chat))
            return null;

        TelegramSettings settings = new(token?.Trim() ?? "", chat ?? "")
        {
            Thread = thread,
            IsSilent = isSilent,
            Api = api,
            CaFile = caFile,
            Zone = ZoneSetting.Text(reader.Source).Zone,
        };
        string[] said = [.. reader.Problems.Select(problem => problem.Key)];
        foreach (var (key, reason) in settings.Problems().Where(problem => !said.Contains(problem.Key)))
            reader.Refuse(key, reason);
        return settings;
    }

    /// <summary>
    /// What makes these settings unusable, as (key, reason), never with the token; empty when nothing does. Reads the CA file.
    /// </summary>
    public IReadOnlyList<(string Key, string Reason)> Problems()
    {
        List<(string, string)> problems = [];
        if (Token.Length == 0)
            problems.Add(("TELEGRAM_BOT_TOKEN", "is missing although TELEGRAM_CHAT_ID is set"));
        else if (!TokenForm().IsMatch(Token))
            problems.Add(("TELEGRAM_BOT_TOKEN", "is no token of a bot: @BotFather gives digits, a colon, then letters, digits, _ and -"));
        if (Chat.Length == 0)
            problems.Add(("TELEGRAM_CHAT_ID", "is missing although TELEGRAM_BOT_TOKEN is set"));
        else if (!ChatForm().IsMatch(Chat))
            problems.Add(("TELEGRAM_CHAT_ID", "must be a number (groups have negative ones, -100… for a supergroup or channel) or @name"));
        if (Thread <= 0)
            problems.Add(("TELEGRAM_THREAD_ID", "must be a number above 0"));
        if (Api.Scheme != System.Uri.UriSchemeHttps && !(Api.Scheme == System.Uri.UriSchemeHttp && IsLoopback))
            problems.Add(
                ("TELEGRAM_API",
                    "must begin with https://: the token is in the address and could be read on the way (http only on this machine)"));
        if (CaFile is not null && CertificateCheck.TryReadAuthorities(CaFile, out string? problem) is null)
            problems.Add(("TELEGRAM_CA_FILE", problem!));
        return problems;
    }

    /// <summary>Names place and chat, never the token.</summary>
    public override string ToString() => $"chat {Chat} at {Place}";

    // Nothing says how long the second part is; it has had 35 letters for years.
    [GeneratedRegex(@"^[0-9]{1,18}:[A-Za-z0-9_-]{20,100}\z")]
    private static partial Regex TokenForm();

    // Names of public chats: https://telegram.org/faq#usernames-and-t-me ("a-z, 0-9 and underscores"); bought ones may have four letters.
    [GeneratedRegex(@"^(-?[1-9][0-9]{0,17}|@[A-Za-z][A-Za-z0-9_]{3,31})\z")]
    private static partial Regex ChatForm();
}
