using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Notify.Documents;
using Athena.Common.Settings;
using Athena.Common.Text;

namespace Athena.ActiveUsers.CommandLine;

/// <summary><c>pulse</c>: what the chat would get, or proof that it gets something.</summary>
internal static class PulseCommand
{
    public static Task<int> RunAsync(WorkerContext<ActiveUsersSettings> context, bool isTest, CancellationToken cancel) =>
        isTest
            ? TestAsync(context, cancel)
            : OnceCommand.RunAsync(context, new OnceArguments(null, null, null, null) { IsPulse = true }, cancel);

    /// <summary>The test message; also for <c>check --send-test</c>.</summary>
    public static Notification Test(WorkerContext<ActiveUsersSettings> context)
    {
        var (brand, mail) = (context.Settings.Wording.Brand, context.Settings.AlertMail);
        var sentence = $"This is a test of {Identity.Worker.Daemon}, which somebody asked for. Nothing has to be done.";
        var document = new MailDocument(
            $"{brand} · test", Tone.Calm, "TEST", [new MailBlock.Lead(Phrase.Of(sentence))], $"Sent by {Identity.Worker.Daemon}.");
        return new Notification(
            $"test/{context.Time.GetUtcNow().ToUnixTimeMilliseconds()}", mail?.To ?? [], document.Title, document,
            mail?.Brand ?? new Brand(brand, "", null, null))
        {
            Brief = TelegramChannel.Brief($"{UntrustedText.SingleLine(brand)} · test", [sentence]),
            Events = [NotificationEvent.Test],
        };
    }

    private static async Task<int> TestAsync(WorkerContext<ActiveUsersSettings> context, CancellationToken cancel)
    {
        await using var channel = context.Settings.Channel(context.Time);
        var message = channel.Write(Test(context))!;
        var result = (await channel.SendAsync(new DeliveryAttempt(message, context.Time.GetUtcNow(), message.Recipients), cancel)
            .ConfigureAwait(false)).Values.Single();
        return context.Print(result.Verdict == DeliveryVerdict.Accepted
            ? new ControlReply(ExitCode.Ok, $"Test message: {result.Detail}")
            : new ControlReply(ExitCode.Fault, $"Test message not sent: {result.Detail}"));
    }
}
