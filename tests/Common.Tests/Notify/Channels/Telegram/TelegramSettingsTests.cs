using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Settings;

namespace Athena.Common.Tests.Notify.Channels.Telegram;

public sealed class TelegramSettingsTests
{
    internal const string Token = "123456789:AAF-secret_secret_secret_secret_Abc";

    [Test]
    public void Nothing_set_means_no_Telegram_where_it_is_not_needed()
    {
        var (settings, reader) = Read([], needed: false);
        Assert.That(settings, Is.Null);
        Assert.That(reader.Problems, Is.Empty);
    }

    [Test]
    public void Where_it_is_needed_both_are_asked_for_once()
    {
        var (_, reader) = Read([], needed: true);
        Assert.That(reader.Problems.Select(problem => problem.Key), Is.EqualTo(new[] { "TELEGRAM_BOT_TOKEN", "TELEGRAM_CHAT_ID" }));
    }

    [Test]
    public void Everything_can_be_set()
    {
        var (settings, reader) = Read(
            [
                ("TELEGRAM_BOT_TOKEN", Token),
                ("TELEGRAM_CHAT_ID", "-1001234567890"),
                ("TELEGRAM_THREAD_ID", "7"),
                ("TELEGRAM_SILENT", "yes"),
                ("TELEGRAM_API", "http://127.0.0.1:9000"),
            ],
            needed: false);
        Assert.Multiple(() =>
        {
            Assert.That(reader.Problems, Is.Empty);
            Assert.That(settings, Is.EqualTo(new TelegramSettings(Token, "-1001234567890")
            {
                Thread = 7,
                IsSilent = true,
                Api = new Uri("http://127.0.0.1:9000"),
                Zone = TimeZoneInfo.FindSystemTimeZoneById("Africa/Johannesburg"),
            }));
            Assert.That(reader.Unknown, Is.Empty);
        });
    }

    [TestCase("12345")]
    [TestCase("-1001234567890")]
    [TestCase("@athena_on_call")]
    public void A_chat_is_a_number_or_a_name(string chat) => Assert.That(new TelegramSettings(Token, chat).Problems(), Is.Empty);

    [TestCase("athena")]
    [TestCase("@1x")]
    [TestCase("0")]
    [TestCase("https://t.me/athena")]
    [TestCase("-100 123")]
    [TestCase("12\n")]
    public void What_is_no_chat_is_refused(string chat) =>
        Assert.That(new TelegramSettings(Token, chat).Problems().Single().Key, Is.EqualTo("TELEGRAM_CHAT_ID"));

    [TestCase("TELEGRAM_BOT_TOKEN", Token, "TELEGRAM_CHAT_ID", "is missing although TELEGRAM_BOT_TOKEN is set")]
    [TestCase("TELEGRAM_CHAT_ID", "12", "TELEGRAM_BOT_TOKEN", "is missing although TELEGRAM_CHAT_ID is set")]
    public void Half_of_it_is_a_mistake(string given, string value, string key, string reason)
    {
        var (_, reader) = Read([(given, value)], needed: false);
        Assert.That((reader.Problems.Single().Key, reader.Problems.Single().Reason), Is.EqualTo((key, reason)));
    }

    [TestCase("http://api.telegram.org")]
    [TestCase("http://192.168.0.7:8081")]
    public void The_token_goes_over_plain_http_to_this_machine_alone(string api)
    {
        var (_, reader) = Read([("TELEGRAM_BOT_TOKEN", Token), ("TELEGRAM_CHAT_ID", "1"), ("TELEGRAM_API", api)], needed: true);
        Assert.That(reader.Problems.Single().ToString(), Does.StartWith("TELEGRAM_API: must begin with https://"));
        Assert.That(new TelegramSettings(Token, "1") { Api = new Uri("http://[::1]:8081") }.Problems(), Is.Empty);
    }

    [Test]
    public void Faults_name_their_key_and_never_the_token()
    {
        const string Mistyped = "bot123456789:AAF-secret_secret_secret_secret_Abc";
        var (settings, reader) = Read(
            [
                ("TELEGRAM_BOT_TOKEN", Mistyped),
                ("TELEGRAM_CHAT_ID", "athena"),
                ("TELEGRAM_THREAD_ID", "-3"),
                ("TELEGRAM_SILENT", "loud"),
                ("TELEGRAM_API", "ftp://x"),
                ("TELEGRAM_CA_FILE", "/none"),
            ],
            needed: true);
        Assert.Multiple(() =>
        {
            Assert.That(reader.Problems.Select(problem => problem.Key), Is.EquivalentTo(new[]
            {
                "TELEGRAM_BOT_TOKEN", "TELEGRAM_CHAT_ID", "TELEGRAM_THREAD_ID", "TELEGRAM_SILENT", "TELEGRAM_API", "TELEGRAM_CA_FILE",
            }));
            Assert.That(
                string.Join('\n', reader.Problems) + settings + string.Join('\n', reader.Registered.Select(setting => setting.Shown)),
                Does.Not.Contain("AAF-secret"));
        });
    }

    /// <summary>docs/telegram.md has a table row <c>| `KEY` | default | help |</c> for each key, in the code's own words.</summary>
    [Test]
    public void The_documentation_lists_exactly_the_settings_of_the_code()
    {
        var (_, reader) = Read([], needed: false);
        string[] code =
        [
            .. reader.Registered.Select(s =>
                $"| `{s.Key}` | {(s.Default is { } preset ? $"`{preset}`" : "")} | {s.Help}{(s.IsSecret ? " *Secret.*" : "")} |"),
        ];
        string[] documented =
        [
            .. File.ReadLines(Path.Combine(Some.RepositoryRoot(), "docs", "telegram.md"))
                .Where(line => line.StartsWith("| `TELEGRAM_", StringComparison.Ordinal)),
        ];
        Assert.That(documented, Is.EqualTo(code), string.Join('\n', code));
    }

    private static (TelegramSettings? Settings, SettingsReader Reader) Read((string Key, string Value)[] given, bool needed)
    {
        SettingsReader reader = new(new SettingsSource(given.ToDictionary(pair => pair.Key, pair => pair.Value)));
        return (TelegramSettings.Read(reader, needed), reader);
    }
}
