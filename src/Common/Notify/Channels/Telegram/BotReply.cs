namespace Athena.Common.Notify.Channels.Telegram;

/// <summary>One exchange with the Bot API: what it said, or why it said nothing.</summary>
/// <param name="Code">The Bot API's own code, 0 when what answered is not the Bot API, or nothing did.</param>
/// <param name="Words">The API's description, or our sentence about the failure; safe to show.</param>
internal sealed record BotReply<T>(int Code, string Words, T? Result = null, AnswerParameters? Parameters = null)
    where T : class
{
    public bool IsOk => Result is not null;

    /// <summary>The request went out and its answer was lost.</summary>
    public bool MayHaveArrived { get; init; }
}
