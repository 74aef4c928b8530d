using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Telegram;

namespace Athena.AutoDisable.Tests.Deciding;

/// <summary>A chat on paper: what stands in it, and who presses what.</summary>
internal sealed class PaperChat : ITelegramCards
{
    private readonly List<TelegramPress> pressed = [];
    private int lastPress;

    /// <summary>By their numbers, as they are now.</summary>
    public SortedDictionary<long, TelegramCard> Messages { get; } = [];

    /// <summary>What each press was told, in order.</summary>
    public List<string> Told { get; } = [];

    /// <summary>How often a message was posted or changed.</summary>
    public int Calls { get; private set; }

    public long LastMessage { get; set; }

    /// <summary>Whom the chat has; null for what cannot be found out.</summary>
    public Func<long, bool?> IsMember { get; set; } = _ => true;

    /// <summary>What stands in the way of messages; null when nothing does.</summary>
    public DeliveryResult? Refusal { get; set; }

    /// <summary>What stands in the way of hearing.</summary>
    public DeliveryResult? Deafness { get; set; }

    public long Press(long message, string label, long user, string name = "Anna", bool isOurs = true)
    {
        var button = Messages[message].Buttons.SelectMany(row => row).Single(one => one.Label == label);
        return PressData(message, button.Data, user, name, isOurs);
    }

    public long PressData(long message, string data, long user, string name = "Anna", bool isOurs = true)
    {
        pressed.Add(new TelegramPress($"{++lastPress}", user, name, message, data, isOurs));
        return lastPress;
    }

    public string Text(long message) => TelegramWriter.Plain(Messages[message].Text).Replace("\u200b", "", StringComparison.Ordinal);

    public IEnumerable<string> Labels(long message) => Messages[message].Buttons.SelectMany(row => row).Select(one => one.Label);

    public Task<(long? Message, DeliveryResult Result)> PostAsync(TelegramCard card, CancellationToken cancel)
    {
        Calls++;
        if (Refusal is { } refusal) return Task.FromResult<(long?, DeliveryResult)>((null, refusal));
        Messages[++LastMessage] = card;
        return Task.FromResult<(long?, DeliveryResult)>((LastMessage, new DeliveryResult(DeliveryVerdict.Accepted, "accepted")));
    }

    public Task<DeliveryResult> ChangeAsync(long message, TelegramCard card, CancellationToken cancel)
    {
        Calls++;
        if (Refusal is { } refusal) return Task.FromResult(refusal);
        if (!Messages.ContainsKey(message))
            return Task.FromResult(new DeliveryResult(DeliveryVerdict.Permanent, "400 Bad Request: message to edit not found"));
        Messages[message] = card;
        return Task.FromResult(new DeliveryResult(DeliveryVerdict.Accepted, "accepted"));
    }

    public Task TellAsync(TelegramPress press, string text, bool isAlert, CancellationToken cancel)
    {
        Told.Add(text);
        return Task.CompletedTask;
    }

    public Task<TelegramPresses> NextAsync(long offset, CancellationToken cancel)
    {
        if (Deafness is { } deafness) return Task.FromResult(new TelegramPresses([], offset, deafness));
        var due = pressed.Where(press => long.Parse(press.Id) >= offset).ToList();
        return Task.FromResult(new TelegramPresses(due, due.Count == 0 ? offset : long.Parse(due[^1].Id) + 1));
    }

    public Task<bool?> IsMemberAsync(long user, CancellationToken cancel) => Task.FromResult(IsMember(user));

    public Task<string?> WhyDeafAsync(CancellationToken cancel) => Task.FromResult<string?>(null);
}
