using System.Globalization;
using System.Text.Json;

namespace Athena.Sandbox.Telegram;

/// <summary>A button below a message.</summary>
public sealed record CaughtButton(string Label, string Data);

/// <summary>What whoever pressed is told.</summary>
public sealed record PressAnswer(string Text, bool IsAlert);

/// <summary>
/// What is pressed, and who asks for it: one at a time, and nobody while a webhook is set. What the Bot API says then stands in its source,
/// https://github.com/tdlib/telegram-bot-api (Client.cpp).
/// </summary>
internal sealed class TelegramButtons
{
    private readonly Lock gate = new();
    private readonly List<(long Number, object Update)> updates = [];
    private readonly Dictionary<string, TaskCompletionSource<PressAnswer>> presses = [];
    private TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource? asking;
    private long lastNumber = 1000;

    /// <summary>Another program's; null for none.</summary>
    public string? Webhook { get; set; }

    /// <summary>Who is not in the chat any more.</summary>
    public HashSet<long> Left { get; } = [];

    /// <summary>Presses: the update is what a client's program sends.</summary>
    public Task<PressAnswer> PressAsync(long user, string name, object message, string data)
    {
        var answer = new TaskCompletionSource<PressAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            var number = ++lastNumber;
            var id = number.ToString(CultureInfo.InvariantCulture);
            presses[id] = answer;
            updates.Add((number, new
            {
                update_id = number,
                callback_query = new { id, from = new { id = user, is_bot = false, first_name = name }, message, data },
            }));
            arrived.SetResult();
            arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        return answer.Task;
    }

    /// <summary>Null when the query is not known; else it is answered.</summary>
    public string? Answer(string id, string text, bool isAlert)
    {
        lock (gate)
            return presses.Remove(id, out var press) && press.TrySetResult(new PressAnswer(text, isAlert))
                ? null
                : "Bad Request: query is too old and response timeout expired or query ID is invalid";
    }

    /// <summary>Waits for something that was pressed; what is below the offset is forgotten.</summary>
    /// <returns>The updates, or the words of a conflict.</returns>
    public async Task<(object[]? Updates, string? Conflict)> NextAsync(long offset, TimeSpan patience, CancellationToken cancel)
    {
        if (Webhook is not null)
            return (null, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first");
        using var mine = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        lock (gate)
        {
            asking?.Cancel();
            asking = mine;
        }

        try
        {
            using var late = new CancellationTokenSource(patience);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(mine.Token, late.Token);
            while (true)
            {
                Task next;
                lock (gate)
                {
                    updates.RemoveAll(update => update.Number < offset);
                    if (updates.Count > 0) return ([.. updates.Select(update => update.Update)], null);
                    next = arrived.Task;
                }

                try
                {
                    await next.WaitAsync(either.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
                {
                    return mine.IsCancellationRequested
                        ? (null, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running")
                        : ([], null);
                }
            }
        }
        finally
        {
            lock (gate)
                if (asking == mine) asking = null;
        }
    }

    /// <summary>The keyboard that a message was sent with.</summary>
    public static IReadOnlyList<IReadOnlyList<CaughtButton>> Read(JsonElement asked) =>
        asked.TryGetProperty("reply_markup", out var markup) && markup.ValueKind == JsonValueKind.Object
            && markup.TryGetProperty("inline_keyboard", out var rows)
            ?
            [
                .. rows.EnumerateArray().Select(row => (IReadOnlyList<CaughtButton>)
                [
                    .. row.EnumerateArray().Select(one =>
                        new CaughtButton(one.GetProperty("text").GetString()!, one.GetProperty("callback_data").GetString()!)),
                ]),
            ]
            : [];
}
