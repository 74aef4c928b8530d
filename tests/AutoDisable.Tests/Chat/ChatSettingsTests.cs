using Athena.AutoDisable.Notify.Chat;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Settings;

namespace Athena.AutoDisable.Tests.Chat;

internal sealed class ChatSettingsTests
{
    private const string Token = "123456789:token_that_must_never_be_shown_00";

    [Test]
    public void Without_a_token_and_a_chat_there_is_none_and_nothing_is_missing()
    {
        Assert.That(Read([], out var problems), Is.Null);
        Assert.That(problems, Has.None.Contain("TELEGRAM"));
    }

    [Test]
    public void A_token_and_a_chat_are_enough()
    {
        var chat = Read(new() { ["TELEGRAM_BOT_TOKEN"] = Token, ["TELEGRAM_CHAT_ID"] = "-1001234567890" }, out var problems);
        Assert.That((chat!.Telegram.Chat, chat.Names), Is.EqualTo(("-1001234567890", NameStyle.Login)));
        Assert.That(problems, Has.None.Contain("TELEGRAM"));
    }

    [Test]
    public void Names_can_be_kept_out_of_the_chat()
    {
        var chat = Read(new() { ["TELEGRAM_BOT_TOKEN"] = Token, ["TELEGRAM_CHAT_ID"] = "@on_call", ["TELEGRAM_NAMES"] = "id" }, out _);
        Assert.That(chat!.Names, Is.EqualTo(NameStyle.Id));
    }

    [TestCase("TELEGRAM_BOT_TOKEN", Token, "TELEGRAM_CHAT_ID")]
    [TestCase("TELEGRAM_CHAT_ID", "@on_call", "TELEGRAM_BOT_TOKEN")]
    public void One_without_the_other_is_a_fault_that_names_it(string given, string value, string missing)
    {
        Read(new() { [given] = value }, out var problems);
        Assert.That(problems, Has.Some.Contain(missing).And.None.Contain(Token));
    }

    private static ChatOptions? Read(Dictionary<string, string?> given, out List<string> problems)
    {
        var reader = new SettingsReader(new SettingsSource(given!, null));
        var chat = AutoDisableSettings.Read(reader).Chat;
        problems = [.. reader.Problems.Select(problem => problem.ToString())];
        return chat;
    }
}
