using Athena.Common.Checks;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Telegram;

namespace Athena.ActiveUsers.Tests.Simulation;

/// <summary>A chat whose server fails a third of the time, in every way that it can; it keeps what people saw.</summary>
internal sealed class SimulatedChat(Random random, CrashPoint crash) : ITelegram
{
    public List<IReadOnlyList<string>> Seen { get; } = [];

    /// <summary>While true nothing comes through.</summary>
    public bool IsDown { get; set; }

    /// <summary>While true nothing fails.</summary>
    public bool IsWell { get; set; }

    /// <summary>While set nothing comes through, and the chat says for how long.</summary>
    public TimeSpan? Asks { get; set; }

    public int Attempts { get; set; }

    public Task<DeliveryResult> SendAsync(TelegramText text, bool isSilent, CancellationToken cancel)
    {
        crash.Pass();
        Attempts++;
        var result = Answer();
        if (result.Verdict == DeliveryVerdict.Accepted || (result.MayHaveArrived && random.Next(2) == 0)) Seen.Add(Rows(text));
        crash.Pass();
        return Task.FromResult(result);
    }

    public Task<bool> LookAsync(CheckReport report, CancellationToken cancel) => Task.FromResult(true);

    private DeliveryResult Answer()
    {
        if (IsDown) return new(DeliveryVerdict.Transient, "no connection");
        if (Asks is { } pause) return new(DeliveryVerdict.Transient, "too many messages", pause);
        if (IsWell || random.Next(3) > 0) return new(DeliveryVerdict.Accepted, "accepted");
        return random.Next(4) switch
        {
            0 => new(DeliveryVerdict.Transient, "too many messages", TimeSpan.FromSeconds(random.Next(1, 1200))),
            1 => new(DeliveryVerdict.Transient, "no answer in time") { MayHaveArrived = true },
            2 => new(DeliveryVerdict.Permanent, "the bot is not in the chat", TimeSpan.FromHours(1)),
            _ => new(DeliveryVerdict.Transient, "502"),
        };
    }

    private static List<string> Rows(TelegramText text) => [.. text.Rows.Select(row => string.Concat(row.Spans.Select(span => span.Text)))];
}
