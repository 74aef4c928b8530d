using Athena.EndToEnd.Harness;
using Athena.Sandbox.Telegram;

namespace Athena.EndToEnd;

/// <summary>What is critical is said in a chat as well, and a chat that is down is in nobody's way.</summary>
internal sealed class CriticalChatTests
{
    private const string Token = "123456789:lab_token_that_must_never_be_shown_0";

    [Test]
    public async Task While_the_chat_is_down_accounts_are_locked_and_mails_sent_and_afterwards_it_hears_of_it()
    {
        await using var lab = await Lab.OpenAsync(ExternalUserTests.Options, pollInterval: "1s");
        await using var telegram = await TelegramCatcher.StartAsync();
        UseChat(lab, telegram);
        var daemon = await lab.StartDaemonAsync();
        await telegram.ChangeAsync(TelegramMood.Down);

        using var outsider = new Outsider(lab, Outside.SingleSignOn, "kagiso");
        await outsider.ComeAsync();
        await lab.MailAsync("ACTION NEEDED, could not be locked: ");
        await daemon.SaysAsync("Telegram message inside/");
        using var stranger = await lab.SignUpAsync("new@example.net", "New Body");
        await lab.IsLockedAsync("new@example.net");
        await lab.MailAsync("Locked, waiting for you: New Body");
        var status = await lab.Program.RunAsync("status");
        Assert.That(status.ExitCode, Is.EqualTo(1), "they are still inside");
        Assert.That(status.Text, Does.Contain("Telegram    1 waiting since").And.Contain("1 Telegram message not sent yet")
            .And.Contain("1 account is STILL INSIDE"));

        await daemon.KillAsync();
        await telegram.ChangeAsync(TelegramMood.Ok);
        var next = lab.RunDaemon();
        var asked = await MessageAsync(lab, telegram, "could not be locked");
        Assert.That(asked, Does.StartWith("ACTION NEEDED · Athena: ").And.Contain("Perhaps said before").And.Contain("kagiso")
            .And.Contain("sudo grafana-auto-disable history uid:"));

        await next.IsGuardingAsync();
        var approved = await lab.Program.RunAsync("approve", $"uid:{outsider.Account.Uid}", "--yes");
        Assert.That(approved.ExitCode, Is.Zero, approved.ToString());
        var settled = await MessageAsync(lab, telegram, "The account is approved");
        Assert.That((await next.StopAsync()).ExitCode, Is.Zero, next.Output); // what it keeps changes while it runs
        var kept = string.Join('\n', Directory.GetFiles(lab.StateDirectory, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) != "lock").Select(File.ReadAllText));
        Assert.Multiple(() =>
        {
            Assert.That(settled, Does.Contain("kagiso").And.Not.Contain("Perhaps said before"));
            Assert.That(telegram.Messages, Has.Count.EqualTo(2), "the one that the sign-up was locked is nothing critical");
            Assert.That(lab.Story() + status.Text + kept, Does.Not.Contain(Token));
        });
    }

    [Test]
    public async Task Check_names_the_chat_and_sends_it_a_test()
    {
        await using var lab = await Lab.OpenAsync();
        await using var telegram = await TelegramCatcher.StartAsync();
        UseChat(lab, telegram);
        await lab.MakeBaselineAsync();
        var check = await lab.Program.RunAsync("check", "--send-test");
        Assert.Multiple(() =>
        {
            Assert.That(check.Text, Does.Contain("knows the bot as").And.Contain("Athena on call").And.Contain("Test message: accepted by")
                .And.Not.Contain(Token));
            Assert.That(telegram.Messages.Single().Text, Does.Contain("Nothing has to be done."));
        });
        await telegram.ChangeAsync(TelegramMood.Kicked);
        check = await lab.Program.RunAsync("check");
        Assert.That(check.Text, Does.Contain("FAILED  Telegram: the bot is not in chat -1001234567890 any more: add it again"));
    }

    private static void UseChat(Lab lab, TelegramCatcher telegram)
    {
        lab.Program.Settings["TELEGRAM_API"] = telegram.Url.ToString().TrimEnd('/');
        lab.Program.Settings["TELEGRAM_BOT_TOKEN"] = Token;
        lab.Program.Settings["TELEGRAM_CHAT_ID"] = "-1001234567890";
    }

    /// <summary>The first message that holds <paramref name="part"/>, as it is read.</summary>
    private static async Task<string> MessageAsync(Lab lab, TelegramCatcher telegram, string part)
    {
        string? found = null;
        await Eventually.TrueAsync(
            () => (found = telegram.Messages.Select(message => message.Text.Replace("\u200b", "", StringComparison.Ordinal))
                .FirstOrDefault(text => text.Contains(part, StringComparison.Ordinal))) is not null,
            $"a message: {part}", lab.Story);
        return found!;
    }
}
