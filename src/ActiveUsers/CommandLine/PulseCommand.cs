using Athena.Common.Hosting;
using Athena.Common.Notifications;
using Athena.Common.Notifications.Telegram;

namespace Athena.ActiveUsers.CommandLine;

/// <summary><c>pulse</c>: what the chat would get, or proof that it gets something.</summary>
internal static class PulseCommand
{
    public static Task<int> RunAsync(WorkerContext<ActiveUsersSettings> context, bool isTest, CancellationToken cancel) =>
        isTest ? TestAsync(context, cancel) : OnceCommand.RunAsync(context, new OnceArguments(null, null, null, null), cancel);

    /// <summary>The test message; also for <c>check --send-test</c>.</summary>
    public static async Task<DeliveryResult> SendTestAsync(WorkerContext<ActiveUsersSettings> context, CancellationToken cancel)
    {
        var settings = context.Settings;
        using var bot = new TelegramBot(settings.Telegram!, context.Time);
        var text = new TelegramText(
        [
            new TelegramRow([new TelegramSpan($"{HostileText.SingleLine(settings.Wording.Brand)} · test", TelegramStyle.Bold)]),
            new TelegramRow([new TelegramSpan($"This is the test that {HostileText.Visible(CommandUser.Name, 40)} asked for. Nothing has to be done.")]),
        ]);
        return await bot.SendAsync(text, isSilent: false, cancel).ConfigureAwait(false);
    }

    private static async Task<int> TestAsync(WorkerContext<ActiveUsersSettings> context, CancellationToken cancel)
    {
        var result = await SendTestAsync(context, cancel).ConfigureAwait(false);
        return context.Print(result.Verdict == DeliveryVerdict.Accepted
            ? new ControlReply(ExitCode.Ok, $"Test message: {result.Detail}")
            : new ControlReply(ExitCode.Fault, $"Test message not sent: {result.Detail}"));
    }
}
