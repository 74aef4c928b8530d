using Athena.Common.Checks;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Telegram;

namespace Athena.AutoDisable.Tests.Chat;

/// <summary>A chat that answers as a test says, and keeps what it was offered.</summary>
internal sealed class ScriptedTelegram : ITelegram
{
    public static DeliveryResult Taken { get; } = new(DeliveryVerdict.Accepted, "accepted by api.telegram.org as message 1");

    public static DeliveryResult NoConnection { get; } = new(DeliveryVerdict.Transient, "no connection to api.telegram.org");

    public static DeliveryResult AnswerLost { get; } = new DeliveryResult(
        DeliveryVerdict.Transient, "api.telegram.org did not answer within 30 s")
    { MayHaveArrived = true };

    public Func<DeliveryResult> Answer { get; set; } = () => Taken;

    /// <summary>As it is read, one text for each attempt.</summary>
    public List<string> Offered { get; } = [];

    public Task<DeliveryResult> SendAsync(TelegramText text, bool isSilent, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        Offered.Add(TelegramWriter.Plain(text).Replace("\u200b", "", StringComparison.Ordinal));
        return Task.FromResult(Answer());
    }

    public Task<bool> LookAsync(CheckReport report, CancellationToken cancel) => Task.FromResult(true);
}
