using System.Text.Json;
using Athena.EndToEnd.Harness;
using Athena.Sandbox.Telegram;

namespace Athena.EndToEnd;

/// <summary>Admins decide by buttons in a chat: the daemon as it is, and the chat of a server that others wrote, or of ours.</summary>
internal sealed class ChatButtonTests
{
    private const string Token = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bM";
    private const string Group = "-1001234567890";
    private const string Pin = "493027";
    private const long Anna = 11112222;

    [Test]
    public async Task A_button_of_a_server_that_others_wrote_rejects_and_with_the_PIN_approves()
    {
        using var server = await ForeignBotApi.StartAsync();
        var (lab, _) = await OpenAsync(server.Url, chat: $"{Anna}");
        await using var opened = lab;
        using var first = await lab.SignUpAsync("first@example.net", "First Body");
        var (number, _) = await MessageAsync(server, "first@example.net", lab, "Reject");
        await PressAsync(server, number, "Reject");
        await MessageAsync(server, "reject this account?", lab, "Yes, reject");
        await PressAsync(server, number, "Yes, reject");
        await MessageAsync(server, "REJECTED", lab, "Take it back");
        Assert.That(lab.Account("first@example.net").IsDisabled);

        using var second = await lab.SignUpAsync("second@example.net", "Second Body");
        (number, _) = await MessageAsync(server, "second@example.net", lab, "Approve");
        await PressAsync(server, number, "Approve");
        await MessageAsync(server, "type your PIN", lab, "OK");
        foreach (var digit in Pin) await PressAsync(server, number, $"{digit}");
        Assert.That(lab.Account("second@example.net").IsDisabled, "not before OK");
        await PressAsync(server, number, "OK");
        await MessageAsync(server, "APPROVED", lab, "Take it back");
        Assert.That(lab.Account("second@example.net").IsDisabled, Is.False);
        var history = await lab.Program.RunAsync("history", "login:second@example.net");
        Assert.That(history.Output, Does.Contain($"by {Lab.FirstAdmin} (Telegram, PIN)"));
        Assert.That(lab.Story(), Does.Not.Contain(Pin).And.Not.Contain(Token));
    }

    [Test]
    public async Task Killed_between_the_presses_it_asks_anew_and_a_stranger_is_told_of()
    {
        await using var chat = await TelegramCatcher.StartAsync();
        var (lab, daemon) = await OpenAsync(chat.Url, Group);
        await using var opened = lab;
        using var stranger = await lab.SignUpAsync("new@example.net", "New Body");
        var message = await ShowsAsync(chat, lab, one => Plain(one.Text).Contains("new@example.net", StringComparison.Ordinal));
        Assert.That(
            await Told(chat.PressAsync(message.Number, "Approve", user: 666, "Mallory")),
            Does.StartWith("Not allowed. Your Telegram id is 666"));
        await lab.MailAsync(mail => mail.Subject.Contains("(id 666)", StringComparison.Ordinal), "the mail about Mallory");
        Assert.That(
            await Told(chat.PressAsync(message.Number, Group, message.Buttons[0][0].Data, Anna, isForwarded: true)),
            Does.StartWith("Not allowed"));
        chat.Left.Add(Anna);
        Assert.That(await Told(chat.PressAsync(message.Number, "Approve", Anna)), Does.Contain("not in this chat any more"));
        chat.Left.Clear();

        Assert.That(await Told(chat.PressAsync(message.Number, "Approve", Anna)), Does.Contain("type your PIN, then OK."));
        await ShowsAsync(chat, lab, one => Plain(one.Text).Contains("type your PIN", StringComparison.Ordinal));
        foreach (var digit in Pin) await Told(chat.PressAsync(message.Number, $"{digit}", Anna));
        await daemon.KillAsync();
        var next = lab.RunDaemon();
        await next.IsGuardingAsync();
        await ShowsAsync(chat, lab, one => one.Buttons is [[{ Label: "Approve" }, _]]);
        Assert.That((lab.Account("new@example.net").IsDisabled, chat.Messages.Count), Is.EqualTo((true, 1)), lab.Story());
        await Told(chat.PressAsync(message.Number, "Approve", Anna));
        await ShowsAsync(chat, lab, one => Plain(one.Text).Contains("type your PIN", StringComparison.Ordinal));
        foreach (var digit in Pin) await Told(chat.PressAsync(message.Number, $"{digit}", Anna));
        Assert.That(await Told(chat.PressAsync(message.Number, "OK", Anna)), Does.StartWith("Approved: new@example.net"));
        Assert.That(lab.Account("new@example.net").IsDisabled, Is.False);
        await ShowsAsync(chat, lab, one => one.Text.StartsWith("APPROVED", StringComparison.Ordinal));
        var status = await lab.Program.RunAsync("status");
        Assert.That(status.Output, Does.Contain("Buttons     nobody waits for a decision"));
    }

    [Test]
    public async Task Another_program_that_has_the_bot_is_named_by_the_journal_and_by_check()
    {
        await using var chat = await TelegramCatcher.StartAsync();
        chat.Webhook = "https://tickets.example/hook/secret";
        var (lab, daemon) = await OpenAsync(chat.Url, Group);
        await using var opened = lab;
        await daemon.SaysAsync("Buttons in the chat do nothing: this bot has a webhook");
        var check = await lab.Program.RunAsync("check");
        Assert.That(check.Text, Does.Contain("at tickets.example").And.Not.Contain("secret"));
        using var stranger = await lab.SignUpAsync("new@example.net", "New Body");
        await lab.IsLockedAsync("new@example.net");
        await ShowsAsync(chat, lab, one => Plain(one.Text).Contains("new@example.net", StringComparison.Ordinal));
        chat.Webhook = null;
        await daemon.SaysAsync("Buttons in the chat work again");
        check = await lab.Program.RunAsync("check");
        Assert.That(check.Text, Does.Contain($"Telegram id {Anna} ({Lab.FirstAdmin}) decides by buttons in the chat, with their PIN"));
    }

    private static async Task<(Lab Lab, RunningDaemon Daemon)> OpenAsync(Uri api, string chat)
    {
        var lab = await Lab.OpenAsync();
        foreach (var (key, value) in new Dictionary<string, string>
        {
            ["TELEGRAM_BOT_TOKEN"] = Token,
            ["TELEGRAM_CHAT_ID"] = chat,
            ["TELEGRAM_API"] = api.AbsoluteUri,
            ["DECISION_TELEGRAM_USER_IDS"] = $"{Anna}={Lab.FirstAdmin}",
            ["UNDO_FOR"] = "10m",
        })
            lab.Program.Settings[key] = value;
        var daemon = await lab.StartDaemonAsync();
        var set = await lab.Program.RunWithAsync(Pin + "\n", "decision-pin", "set", Lab.FirstAdmin);
        Assert.That(set.ExitCode, Is.Zero, set.Text);
        return (lab, daemon);
    }

    private static async Task<string> Told(Task<PressAnswer> pressed) => (await pressed.WaitAsync(Eventually.Patience)).Text;

    private static async Task<CaughtMessage> ShowsAsync(TelegramCatcher chat, Lab lab, Func<CaughtMessage, bool> fits)
    {
        using var patience = new CancellationTokenSource(Eventually.Patience);
        try
        {
            return await chat.WaitForAsync(fits, patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new AssertionException(
                $"Shown is: {string.Join("\n---\n", chat.Messages.Select(message => message.Text))}\n{lab.Story()}");
        }
    }

    private static async Task<(long Number, JsonElement Message)> MessageAsync(ForeignBotApi server, string text, Lab lab, string button)
    {
        (long Number, JsonElement Message) found = default;
        await Eventually.TrueAsync(
            async () =>
            {
                foreach (var sent in await server.SentAsync(Token))
                    if (Plain(sent.Message.GetProperty("text").GetString()!).Contains(text, StringComparison.Ordinal)
                        && sent.Message.GetRawText().Contains($"\"{button}\"", StringComparison.Ordinal)) found = sent;
                return found.Number > 0;
            },
            $"a message with {text} and the button {button}",
            lab.Story);
        return found;
    }

    /// <summary>Without what keeps Telegram from making links of it.</summary>
    private static string Plain(string text) => text.Replace("\u200b", "", StringComparison.Ordinal);

    private static async Task PressAsync(ForeignBotApi server, long number, string label)
    {
        var (_, message) = (await server.SentAsync(Token)).Single(sent => sent.Number == number);
        await server.PressAsync(Token, number, message, label, Anna);
    }
}
